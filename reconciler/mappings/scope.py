"""What a mapping is compiled against: both ends, dated reference values, the zone, and what the export promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from reconciler.mappings.refusal import ClashError
from reconciler.mappings.values import EXPORT_FIELDS, Typed, typed
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice


@dataclass(frozen=True, slots=True)
class Scope:
    """The world of one mapping. `present` are fields that the export's conditions guarantee to be filled."""

    mapping: FieldMapping
    category: DataCategory
    document: DocumentType
    tables: Mapping[str, ReferenceTable]
    zone: ZoneInfo
    present: frozenset[str] = field(default_factory=frozenset)
    excluded: Mapping[str, str] = field(default_factory=dict)
    """Fields that an Exclusion forbids to leave, with its reason."""
    closed_through: date | None = None
    """The last day that is closed in the organisation's accounts."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the integration sets: some fields of a document always say it."""

    def field(self, name: str) -> Typed:
        """The type of a record's field, or of what the ledger reserves. Raises ClashError where there is none."""
        if name in EXPORT_FIELDS:
            return EXPORT_FIELDS[name]
        if name not in self.category.fields:
            hint = choice(name, [*self.category.fields, *EXPORT_FIELDS])
            raise ClashError(
                "unknown-reference",
                say("{category} has no field '{name}'", category=self.mapping.category, name=name),
                hint,
            )
        if name in self.excluded:
            message = say("'{name}' is excluded: {excluded}", name=name, excluded=self.excluded[name])
            raise ClashError("mapping-type", message, "map another field, or end the exclusion")
        found = typed(name, self.category.fields[name])
        guaranteed = name in self.present or name == self.category.cut_over
        return found.present() if guaranteed else found


def excluded_fields(exclusions: Iterable[Exclusion], integration: str, category: str) -> dict[str, str]:
    """The fields of `category` that may not leave through `integration`, each with the reason.

    `exclusions` are those that hold on the day in question.
    """
    return {
        name: exclusion.reason
        for exclusion in exclusions
        if exclusion.fields and exclusion.category == category and exclusion.concerns(integration)
        for name in exclusion.fields
    }


def promised(integration: Integration, category: str) -> frozenset[str]:
    """The fields that every exported record of `category` has filled, by the export's conditions."""
    export = integration.export(category)
    return export.where.promised() if export else frozenset()
