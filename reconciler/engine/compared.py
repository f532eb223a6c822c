"""Mappings held against what the tables that they write to were last read to ask. Nothing leaves the machine here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reconciler.mappings.columns import findings
from reconciler.mappings.scope import Scope
from reconciler.plans.compile import scope
from reconciler.plans.target import place
from reconciler.runs.columned import ColumnSnapshots, Snapshot
from reconciler.runs.listed import Shelf
from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.documents import Document
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.origin import Origin


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the table will refuse, or may, at the place in the mapping that writes it."""

    origin: Origin
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One mapping, held against one snapshot; nothing is remarked where nothing was ever read."""

    integration: str
    mapping: str
    document: str
    snapshot: Snapshot
    fields: int
    remarks: tuple[Remark, ...]


def compared(
    snapshots: ColumnSnapshots, organization: OrganizationSpecs, catalog: Catalog, day: date
) -> Iterator[Compared]:
    """Every mapping of a usable organisation whose type says how the columns of its table are read."""
    assert organization.organization is not None
    owner = str(organization.organization.spec.id)
    integrations = organization.of(Integration)
    for name, mapping in sorted(organization.of(FieldMapping).items()):
        integration = integrations[mapping.spec.integration]
        kind = catalog.types[integration.spec.type].spec
        document = mapping.spec.document
        if not kind.documents[document].columns:
            continue
        snapshot = snapshots.snapshot(Shelf(owner, place(integration.spec, kind), document))
        found = scope(mapping.spec, integration.spec, organization, catalog, day)
        assert found is not None, "the specs are usable"
        remarks = tuple(_remarks(mapping, found, snapshot)) if snapshot.read_at else ()
        written = {rule.to for rule in mapping.spec.rules()}
        yield Compared(integration.name, name, document, snapshot, len(written), remarks)


def _remarks(mapping: Document[FieldMapping], found: Scope, snapshot: Snapshot) -> list[Remark]:
    remarks = [
        Remark(mapping.at(*each.path), each.clash.message, each.clash.hint)
        for each in findings(found, snapshot.columns)
    ]
    return sorted(remarks, key=lambda each: each.origin)
