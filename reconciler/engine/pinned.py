"""Applied configuration made ready for a run: typed again, mappings compiled, targets named, selections drawn up."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TypeVar
from zoneinfo import ZoneInfo

from reconciler.errors import Bug
from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.fields import used_fields, waiting_dates
from reconciler.mappings.lineage import Lineage
from reconciler.mappings.scope import Scope, excluded_fields, promised
from reconciler.mappings.values import Value
from reconciler.plans.resource import Resource, canonical, digest, digest_of
from reconciler.plans.target import place, target
from reconciler.ports import Applied
from reconciler.runs.allowance import Allowed
from reconciler.runs.export import Stream
from reconciler.runs.operations import RecordHold
from reconciler.selections.criteria import Selection, closed, select
from reconciler.selections.single import held_back
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.operations import Create
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.schemas import APPLIED
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path, dotted

SpecT = TypeVar("SpecT", bound=Model)
OURS = ("definitions", "identity", "family")
"""Keys of an Integration's body that the compiler added to the spec."""


@dataclass(frozen=True, slots=True)
class PinnedExport:
    """One category's export, ready: `mapping_digest` covers the mapping and everything that it was compiled against.

    `selection` is what a run takes; `whole` is what the export selects, where a run is limited to a part of it.
    """

    stream: Stream
    category: DataCategory
    selection: Selection
    mapping: CompiledMapping
    mapping_digest: str
    used: frozenset[str]
    create: Create
    resource: Resource
    since: date
    """The cut-over day."""
    whole: Selection | None = None
    hidden: frozenset[str] = frozenset()
    """Fields of the record that are read and hold national identity numbers."""
    sealed: frozenset[str] = frozenset()
    """Fields of the document that are made of them."""

    @property
    def document(self) -> str:
        """The kind of document that its records become."""
        return self.mapping.scope.mapping.document

    def amount(self, rendered: Rendered, record: Mapping[str, Value | None]) -> Decimal | None:
        """What a document is about: what its lines sum to, else the amount of its record, where it has one."""
        field = self.category.amount
        found = rendered.amount if rendered.amount is not None or field is None else record.get(field)
        return found if isinstance(found, Decimal) else None

    def origin(self, path: Path) -> str:
        """The line of the mapping's file that holds the rule at `path`."""
        return self.resource.origin(dotted(path))


@dataclass(frozen=True, slots=True)
class Pinned:
    """One integration, ready for a run."""

    organization_id: str
    organization_name: str
    organization: Organization
    name: str
    integration: Integration
    kind: IntegrationType
    exports: tuple[PinnedExport, ...]
    revision: str

    @property
    def place(self) -> str:
        """Where a credential must have been tested: environment, type and the settings that identify the target."""
        return place(self.integration, self.kind)

    @property
    def whereabouts(self) -> str:
        """The target in its own terms, for sentences: `entity 31007`."""
        names = [name for name in self.kind.settings.identity if name in self.integration.settings]
        return ", ".join(f"{name} {self.integration.settings[name]}" for name in names) or self.kind.label.en

    @property
    def lease(self) -> str:
        """The name of the lease that any sync of this integration holds."""
        return f"{self.organization_name}/{self.name}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.organization.zone)

    @property
    def allowed(self) -> Allowed:
        """What the outside system allows; a month of its quota is one of the organisation's zone."""
        pace, quota = self.kind.pace, self.kind.quota
        return Allowed(
            requests=pace.requests if pace else 0,
            seconds=pace.seconds if pace else 0,
            quota=quota.requests if quota else None,
            reserve=quota.kept if quota else 0,
            zone=self.zone,
            concurrency=pace.concurrency or 0 if pace else 0,
        )


def pin(applied: Applied, now: datetime, *, many: bool = True) -> Pinned:
    """Make applied rows ready. The organisation's local day at `now` decides which exclusions still hold. Without
    `many` its mappings are slow to render: whoever renders little has it sooner, and in less room.

    Raises Bug where applied configuration does not compile: it was checked before it was applied.
    """
    integration = Integration.model_validate(
        {key: value for key, value in applied.integration.body.items() if key not in OURS}
    )
    organization = Organization.model_validate(applied.organization.body)
    today = now.astimezone(ZoneInfo(organization.zone)).date()
    kind = _definition(applied, "IntegrationType", integration.type, IntegrationType)
    exclusions = [Exclusion.model_validate(each.body) for each in applied.exclusions]
    mine = tuple(each for each in exclusions if each.concerns(applied.integration.name) and each.holds(today))
    typed = _Typed(applied, integration, organization, kind, mine, many)
    found = Pinned(
        organization_id=applied.organization_id,
        organization_name=applied.organization.name,
        organization=organization,
        name=applied.integration.name,
        integration=integration,
        kind=kind,
        exports=tuple(_export(typed, export.category, now) for export in integration.exports),
        revision=applied.revision,
    )
    return holding(found, applied.record_holds, now)


def holding(pinned: Pinned, holds: Collection[RecordHold], now: datetime) -> Pinned:
    """The same, where records that people hold back at `now` wait too; their reasons are told first."""
    if not holds:
        return pinned
    return replace(pinned, exports=tuple(_holding(export, holds, now) for export in pinned.exports))


def _holding(export: PinnedExport, holds: Collection[RecordHold], now: datetime) -> PinnedExport:
    stream, zone = export.stream, export.mapping.scope.zone
    held = {
        each.record_id: each.why(zone)
        for each in holds
        if (each.target, each.category) == (stream.target, stream.category) and each.holds(now)
    }
    return replace(export, selection=held_back(export.selection, export.category, held))


@dataclass(frozen=True, slots=True)
class _Typed:
    """The applied rows of one integration, typed again; of the exclusions those that hold."""

    applied: Applied
    integration: Integration
    organization: Organization
    kind: IntegrationType
    exclusions: tuple[Exclusion, ...]
    many: bool


def _export(typed: _Typed, name: str, now: datetime) -> PinnedExport:
    applied = typed.applied
    resource, export = applied.mappings.get(name), typed.integration.export(name)
    if resource is None or export is None:
        raise Bug(
            f"{applied.integration.title} exports {name} without an applied mapping", "reconciler plan shows drift"
        )
    category = _definition(applied, "DataCategory", name, DataCategory)
    compiled = _compiled(typed, resource, category)
    mapping, zone = compiled.scope.mapping, compiled.scope.zone
    where = target(typed.integration, typed.kind, mapping.document)
    pinned = applied.integration.body["definitions"]
    used = used_fields(mapping)
    hidden = frozenset(each for each in used if category.fields[each].personal == "national_id")
    selection = select(export, category, typed.exclusions, zone, now.astimezone(zone).date())
    return PinnedExport(
        stream=Stream(applied.organization_id, applied.integration.name, where, name),
        category=category,
        selection=closed(selection, category, waiting_dates(mapping), typed.organization.closed_through, zone),
        mapping=compiled,
        mapping_digest=digest(
            [resource.digest, pinned, typed.organization.zone, *_closed(typed.organization, mapping)]
        ),
        used=used,
        create=compiled.scope.document.create,
        resource=resource,
        since=export.since,
        hidden=hidden,
        sealed=_sealed(compiled, hidden) if hidden else frozenset(),
    )


def _sealed(compiled: CompiledMapping, hidden: frozenset[str]) -> frozenset[str]:
    """The target fields in which something of the `hidden` ones can show, in whichever line."""
    mapping, document = compiled.scope.mapping, compiled.scope.document
    lineage = Lineage(mapping, document)
    return frozenset(
        target for target in document.fields for line in mapping.lines if lineage.reach(line.name, target) & hidden
    )


def _closed(organization: Organization, mapping: FieldMapping) -> list[str]:
    """The last closed day, where the mapping asks for it: closing a month is no change of any other."""
    asked = any(rule.when_closed for rule in mapping.rules())
    return [str(organization.closed_through)] if asked and organization.closed_through else []


def _compiled(typed: _Typed, resource: Resource, category: DataCategory) -> CompiledMapping:
    mapping = FieldMapping.model_validate(resource.body)
    definitions = typed.applied.definitions.values()
    scope = Scope(
        mapping=mapping,
        category=category,
        document=typed.kind.documents[mapping.document],
        tables={
            each.name: shared(ReferenceTable, canonical(each.body))
            for each in definitions
            if each.kind == "ReferenceTable"
        },
        zone=ZoneInfo(typed.organization.zone),
        present=promised(typed.integration, mapping.category),
        excluded=excluded_fields(typed.exclusions, typed.applied.integration.name, mapping.category),
        closed_through=typed.organization.closed_through,
        settings=typed.integration.settings,
    )
    compiled, findings = compile_mapping(scope)
    if compiled is None:
        raise Bug(f"{resource.title} does not compile: {findings[0].clash.message}", "reconciler validate")
    return compiled.for_many() if typed.many else compiled


def _definition(applied: Applied, kind: str, name: str, model: type[SpecT]) -> SpecT:
    found = applied.definitions.get(f"{kind}/{name}")
    if found is None:
        raise Bug(f"{applied.integration.title} does not pin the {kind} '{name}'", "reconciler plan shows drift")
    typed: SpecT = shared(model, canonical(found.body))
    return typed


@lru_cache(maxsize=128)
def shared(model: type[SpecT], text: str) -> SpecT:
    """A definition of this canonical JSON, typed: organisations by the hundred pin the same, and all of them share one.
    Raises pydantic's ValidationError where it is not as it was applied.
    """
    return model.model_validate(json.loads(text), context=APPLIED)


def record_digest(record: Mapping[str, object], used: frozenset[str]) -> str:
    """What of a record matters to its document: a change of any other field is no drift."""
    texts = [f"{before}{_written(record.get(name))}" for name, before in _in_order(used)]
    return digest_of("{" + ",".join(texts) + "}")


@lru_cache(maxsize=64)
def _in_order(used: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The fields, and what stands before the value of each in canonical JSON: written out, for it is asked for every
    record, and finding the order anew took longer than the digest."""
    return tuple((name, f"{canonical(name)}:") for name in sorted(used))


def _written(value: object) -> str:
    return "null" if value is None else encode_basestring(str(value))
