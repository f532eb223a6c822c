"""One organisation at one revision, made ready to be held against itself at another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import CompiledMapping
from reconciler.mappings.fields import waiting_dates
from reconciler.mappings.scope import Scope
from reconciler.plans.compile import desired, scope, selected
from reconciler.plans.resource import Desired
from reconciler.plans.target import place, target
from reconciler.selections.criteria import Selection, closed
from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.organization import Organization
from reconciler.specs.sentences import named, say

Way = tuple[str, str]
"""(integration, category)"""


@dataclass(frozen=True)
class Outgoing:
    """One category on its way through one integration. `where` is the target of the ledger, `place` that of lists."""

    integration: str
    spec: Integration
    kind: IntegrationType
    category: DataCategory
    document: Document[FieldMapping]
    mapping: CompiledMapping
    selection: Selection

    @property
    def where(self) -> str:
        return target(self.spec, self.kind, self.document.spec.document)

    @property
    def sends(self) -> str:
        """Where documents go; empty where the integration only observes."""
        return self.where if self.spec.mode == "send" else ""

    @property
    def place(self) -> str:
        return place(self.spec, self.kind)

    @property
    def name(self) -> str:
        """The category's."""
        return self.document.spec.category

    @property
    def whereabouts(self) -> str:
        """The target in its own terms: `entity 31007`."""
        names = [each for each in self.kind.settings.identity if each in self.spec.settings]
        return ", ".join(f"{each} {self.spec.settings[each]}" for each in names) or named(self.kind.label)

    def label(self, field: str) -> str:
        """A target field as people call it, and as it is called there: never the one without the other."""
        found = self.mapping.scope.document.fields.get(field)
        form = "{label} ({field})" if found else "unknown field ({field})"
        return say(form, label=named(found.label) if found else "", field=field)


@dataclass(frozen=True)
class Side:
    """One organisation's usable specs at one revision. `day` is its local day."""

    specs: OrganizationSpecs
    catalog: Catalog
    revision: str
    day: date

    @cached_property
    def desired(self) -> Desired:
        """The effective configuration."""
        return desired(self.specs, self.catalog, self.revision, self.day)

    @property
    def organization(self) -> Organization:
        found = self.specs.organization
        assert found is not None, "the specs are usable"
        return found.spec

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.organization.zone)

    @cached_property
    def outgoing(self) -> Mapping[Way, Outgoing]:
        """Everything that leaves, by integration and category."""
        integrations = self.specs.of(Integration)
        mappings = self.specs.of(FieldMapping).values()
        found = (self._outgoing(each, integrations[each.spec.integration]) for each in mappings)
        return {(each.integration, each.name): each for each in found if each is not None}

    def selection(self, way: Way, day: date) -> Selection | None:
        """What is selected on another day; None where nothing leaves this way."""
        found = self.outgoing.get(way)
        if found is None:
            return None
        made = selected(found.document.spec, found.spec, self.specs, self.catalog, day)
        return made and self._with_closed(made, found.mapping.scope)

    def people(self, roles: Iterable[str]) -> list[str]:
        """The accounts that have one of these roles."""
        wanted = set(roles)
        return [each.account for each in self.organization.people if wanted & {*each.roles}]

    def exclusions(self) -> Mapping[str, Exclusion]:
        """By name."""
        return {name: each.spec for name, each in self.specs.of(Exclusion).items()}

    def _outgoing(self, mapping: Document[FieldMapping], integration: Document[Integration]) -> Outgoing | None:
        """None for a mapping whose category is not exported."""
        world = scope(mapping.spec, integration.spec, self.specs, self.catalog, self.day)
        selection = selected(mapping.spec, integration.spec, self.specs, self.catalog, self.day)
        if world is None or selection is None:
            return None
        compiled, _ = compile_mapping(world)
        assert compiled is not None, "the specs are usable"
        whole = self._with_closed(selection, world)
        kind = self.catalog.types[integration.spec.type].spec
        return Outgoing(integration.name, integration.spec, kind, world.category, mapping, compiled, whole)

    def _with_closed(self, selection: Selection, world: Scope) -> Selection:
        """What is dated in closed accounts waits, where the mapping says so."""
        return closed(selection, world.category, waiting_dates(world.mapping), world.closed_through, world.zone)
