"""The list of an organisation's mappings: who changed each last, and what is being changed."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.mapping.starts import Version, version
from reconciler.portal.visiting import Sees
from reconciler.runs.draft import Draft
from reconciler.specs.collection import Catalog, OrganizationSpecs, read_catalog, read_organization
from reconciler.specs.languages import Language
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.paths import organization_of

MOST = 100


class OpenDraft(BaseModel):
    """A draft or proposal that changes a mapping."""

    id: UUID
    title: str
    account: str
    mine: bool
    state: Literal["open", "proposed"]


class MappingRow(BaseModel):
    """A mapping in the list."""

    name: str
    integration: str
    category: str
    category_label: str
    document: str
    document_label: str
    usable: bool = Field(description="Whether it can be read; else its file has mistakes.")
    changed: Version | None
    drafts: list[OpenDraft]


class Mappings(BaseModel):
    """The mappings of the organisation as they are followed."""

    mappings: list[MappingRow]


def mappings(visit: Sees) -> Mappings:
    """Every mapping of the organisation, who changed it last, and what is being changed."""
    editing = Editing(visit, visit.parts.house.copy)
    head, whose = editing.copy.head(), visit.organization.name
    files = editing.copy.files(whose, head)
    own = read_organization(whose, {path: each for path, each in files.items() if organization_of(path) == whose})
    shared = {path: each for path, each in files.items() if organization_of(path) is None}
    catalog = read_catalog(shared, editing.copy.rules().builtin)
    there = {name: each.origins.file for name, each in own.of(FieldMapping).items()}
    there |= {name: file for (kind, name), file in own.broken.items() if kind == "FieldMapping"}
    names = sorted(there)[:MOST]
    drafts = editing.drafts.drafts()
    changes = _changes(editing, head, [there[each] for each in names])
    rows = []
    for name in names:
        document, file = own.of(FieldMapping).get(name), there[name]
        head_of = document.spec if document is not None else None
        rows.append(
            MappingRow(
                name=name,
                integration=head_of.integration if head_of else "",
                category=head_of.category if head_of else "",
                category_label=_label(catalog, head_of.category if head_of else "", visit.language),
                document=head_of.document if head_of else "",
                document_label=_document(catalog, own, head_of, visit.language) if head_of else "",
                usable=head_of is not None,
                changed=changes.get(file),
                drafts=[_open(each, visit.account) for each in drafts if file in each.files],
            )
        )
    return Mappings(mappings=rows)


def _label(catalog: Catalog, category: str, language: Language) -> str:
    """What people call the records; their name where nothing is known of them."""
    found = catalog.categories.get(category)
    return found.spec.label.said(language) if found is not None else category


def _document(catalog: Catalog, own: OrganizationSpecs, mapping: FieldMapping, language: Language) -> str:
    """What people call what a record becomes; its name where nothing is known of it."""
    integration = own.of(Integration).get(mapping.integration)
    kind = catalog.types.get(integration.spec.type) if integration is not None else None
    found = kind.spec.documents.get(mapping.document) if kind is not None else None
    return found.label.said(language) if found is not None else mapping.document


def _open(draft: Draft, account: str) -> OpenDraft:
    state: Literal["open", "proposed"] = "open" if draft.state == "open" else "proposed"
    return OpenDraft(id=draft.id, title=draft.title, account=draft.account, mine=draft.account == account, state=state)


def _changes(editing: Editing, head: str, files: list[str]) -> dict[str, Version]:
    """Who changed each file last, among the newest commits."""
    found: dict[str, Version] = {}
    for each in editing.copy.mirror().log(head, files, MOST) if files else ():
        for path in each.paths:
            found.setdefault(path, version(each))
    return found
