"""What one visit of the editor works on: the draft, everything of the organisation as it would be, and one mapping."""

from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Literal
from uuid import UUID

from reconciler.errors import Blocked, Busy
from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import CompiledMapping
from reconciler.mappings.scope import Scope
from reconciler.plans.compile import local_day, scope
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editing import NIL, Edited, Editing
from reconciler.portal.refusals import NotThere
from reconciler.portal.texts import text
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import TITLE, Draft
from reconciler.specs.become import become
from reconciler.specs.edit import EditRefused
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.sentences import say
from reconciler.specs.yaml import Tree

KIND = "FieldMapping"
Mark = Literal["+", "-", " ", "@"]


@dataclass(frozen=True, slots=True)
class Ends:
    """What is mapped, and onto what; each is None where its name leads nowhere."""

    category: DataCategory | None
    document: DocumentType | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One mapping in one draft. A draft that was not saved yet has no id."""

    editing: Editing
    draft: Draft
    checked: Checked
    edited: Edited

    @property
    def saved(self) -> bool:
        return self.draft.id != NIL

    def saying(self, spec: Tree) -> "Desk":
        """The same with another spec, kept nowhere. Raises Blocked where its text cannot say that."""
        try:
            content = become(self.edited.content, {**self.edited.tree, "spec": spec})
        except EditRefused as error:
            raise Blocked(
                say("{file}: {error}", file=self.edited.file, error=error),
                "change that part by hand, in a pull request",
            ) from error
        if content == self.edited.content:
            return self
        files = {**self.draft.files, self.edited.file: content.decode("utf-8")}
        return _desk(self.editing, replace(self.draft, files=files), self.edited.name)

    def kept(self) -> "Desk":
        """The same, saved; a draft that changes nothing yet is not begun. Raises Busy."""
        if not self.draft.files:
            return self
        editing = self.editing
        return replace(self, draft=editing.save(self.draft, {}) if self.saved else editing.drafts.begin(self.draft))

    @property
    def ends(self) -> Ends:
        """Both ends, as far as their names lead somewhere."""
        spec, catalog = self.edited.spec, self.checked.specs.catalog
        category = catalog.categories.get(named(spec, "category"))
        integration = self.checked.own.of(Integration).get(named(spec, "integration"))
        kind = catalog.types.get(integration.spec.type) if integration is not None else None
        document = kind.spec.documents.get(named(spec, "document")) if kind is not None else None
        return Ends(category.spec if category is not None else None, document)

    def compiled(self) -> CompiledMapping | None:
        """The mapping ready to make documents; None where it has mistakes."""
        found = self.scope()
        return compile_mapping(found)[0] if found is not None else None

    def scope(self) -> Scope | None:
        """What it is compiled against; None where something of it cannot be read."""
        own, mapping = self.checked.own, self.checked.own.of(FieldMapping).get(self.edited.name)
        integration = own.of(Integration).get(named(self.edited.spec, "integration"))
        day = local_day(own, self.editing.visit.now)
        if mapping is None or integration is None or day is None:
            return None
        return scope(mapping.spec, integration.spec, own, self.checked.specs.catalog, day)

    def difference(self) -> list[tuple[Mark, str]]:
        """The lines of its file that differ from what is followed now."""
        visit, copy = self.editing.visit, self.editing.copy
        live = copy.files(visit.organization.name, copy.head()).get(self.edited.file, b"")
        before, after = (each.decode("utf-8", "replace").splitlines() for each in (live, self.edited.content))
        marks: dict[str, Mark] = {"+": "+", "-": "-", "@": "@"}
        lines = list(unified_diff(before, after, n=2, lineterm=""))[2:]
        return [(marks.get(each[:1], " "), each.partition("@@")[0] if each[:2] == "@@" else each[1:]) for each in lines]


def named(spec: Tree, key: str) -> str:
    """What a spec names there; empty where it names nothing."""
    found = spec.get(key)
    return found if isinstance(found, str) else ""


def opened(visit: Visit, name: str, draft: UUID | None, base: str = "") -> Desk:
    """The mapping as a draft has it, or as it is followed. Raises NotThere, Blocked.

    `base` is the commit that a page without a draft was made from.
    """
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft) if draft is not None else _unsaved(editing, name, base)
    return _desk(editing, found, name)


def at_version(desk: Desk, version: int) -> None:
    """Raises Busy where the draft was saved since its page was made."""
    if desk.saved and desk.draft.version != version:
        raise Busy("the draft was saved from elsewhere meanwhile", "open it again, and change it there")


def _desk(editing: Editing, draft: Draft, name: str) -> Desk:
    checked = editing.checked(draft)
    return Desk(editing, draft, checked, editing.document(checked, KIND, name))


def _unsaved(editing: Editing, name: str, base: str) -> Draft:
    """What a draft would be that nobody has begun yet."""
    visit, copy = editing.visit, editing.copy
    head = copy.head()
    if base and not copy.within(base, head):
        raise NotThere
    title = text("mapping.draft", visit.organization.language, name=name)[:TITLE]
    now = visit.now
    return Draft(NIL, visit.organization.id, visit.account, "mapping", title, base or head, {}, {}, now, now)
