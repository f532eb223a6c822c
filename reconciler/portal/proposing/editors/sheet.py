"""What an editor works on: a draft, or what is followed now; and how a form that came back ends."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.errors import Blocked, Busy, UsageError
from reconciler.portal.fields import English
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.deeds import propose_draft
from reconciler.portal.proposing.editing import FOLDERS, NIL, Edited, Editing, findings
from reconciler.portal.refusals import NotThere
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import TITLE, Draft, check_files
from reconciler.runs.host import one_line
from reconciler.specs.become import become
from reconciler.specs.documents import Document
from reconciler.specs.edit import EditRefused
from reconciler.specs.models.organization import Organization
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say

MOST = 100
"""Findings on a page: whoever has more looks at the draft."""


class Posted(BaseModel):
    """What every form of an editor brings with it."""

    do: Literal["check", "save", "propose"] = Field("save", description="`propose` proposes it at once.")
    draft: UUID | None = Field(None, description="The draft that is changed; a new one where left out.")
    version: int | None = Field(None, description="The draft's, as it was seen.")
    seen: str = Field("", max_length=64, description="The digest of the document, as it was seen.")
    whole: bool = Field(default=False, description="Whether what is not given is empty, as in a form; else it stays.")


class Ground(BaseModel):
    """What a form stands on: it comes back with it."""

    draft: UUID | None
    version: int | None
    seen: str
    title: str = Field(description="The draft's title, where there is one.")
    changed: bool = Field(description="Whether the draft changes something already.")


class Told(BaseModel):
    """A finding, in English: `place` is the field of the form, empty where it is none of this form's."""

    id: str
    place: str
    severity: str
    message: English
    hint: English
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft, saved or not, and everything of the organisation as it would have it."""

    editing: Editing
    draft: Draft
    found: Checked

    @property
    def visit(self) -> Visit:
        return self.editing.visit

    @property
    def organization(self) -> Document[Organization] | None:
        return self.found.own.organization

    def document(self, kind: str, name: str) -> Edited:
        """One document. Raises NotThere."""
        return self.editing.document(self.found, kind, name)

    def ground(self, content: bytes = b"") -> Ground:
        """What a form about a document has to bring back."""
        begun = self.draft.id != NIL
        return Ground(
            draft=self.draft.id if begun else None, version=self.draft.version if begun else None, seen=digest(content),
            title=self.draft.title if begun else "", changed=bool(self.draft.files),
        )  # fmt: skip

    def told(self, file: str, place: Callable[[Path], str]) -> list[Told]:
        """What is said of a file, each at its field; and the errors of other files, which a change may bring about."""
        own = [
            Told(id=each.id, place=place(each.path[1:] if each.path[:1] == ("spec",) else ()), severity=each.severity,
                 message=each.message, hint=each.hint, file=each.file, line=each.line)
            for each in findings(self.found, file)
        ]  # fmt: skip
        others = [
            Told(id=each.id, place="", severity=each.severity, message=each.message, hint=each.hint,
                 file=each.origin.file, line=each.origin.line)
            for each in self.found.wrong if each.origin.file != file
        ]  # fmt: skip
        return [*own, *others][:MOST]

    def live(self, kind: str, name: str) -> dict[str, Any]:
        """The spec of a document without the draft; empty where only the draft has it."""
        try:
            return dict(self.editing.document(self.base(), kind, name).spec)
        except NotThere:
            return {}

    def base(self) -> Checked:
        """Everything as it is without the draft."""
        return self.editing.checked(replace(self.draft, files={})) if self.draft.files else self.found


def opened(visit: Visit, draft: UUID | None, kind: str = "files", title: str = "") -> Sheet:
    """A draft of one's own, or one that is not begun yet. Raises NotThere, Blocked."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft) if draft is not None else _fresh(editing, kind, title)
    return Sheet(editing, found, editing.checked(found))


def posted(visit: Visit, wanted: Posted, kind: str, title: str) -> Sheet:
    """The sheet that a form came from. Raises Busy where the draft was saved from another page since."""
    found = opened(visit, wanted.draft, kind, title)
    if wanted.draft is not None and wanted.version not in (None, found.draft.version):
        raise Busy("the draft was changed meanwhile, from another page", "look at it as it is now, and try again")
    return found


def given(wanted: Posted, form: type[BaseModel]) -> dict[str, Any]:
    """What was said of a form's fields. Of a whole form those that were left empty too: nobody sends them as such."""
    said = wanted.model_fields_set
    return {
        name: getattr(wanted, name) if name in said else _empty(each.annotation)
        for name, each in form.model_fields.items()
        if name in said or wanted.whole
    }


def unchanged(wanted: Posted, content: bytes) -> None:
    """Raises Blocked where the document is another than the one that the form showed."""
    if wanted.seen and wanted.seen != digest(content):
        raise Blocked("it was changed by somebody else meanwhile", "look at what is there now, and change that")


def finish(sheet: Sheet, files: Mapping[str, str | None], wanted: Posted, here: str) -> Done:
    """Keep what differs, and go where the form wanted to. `here` is the page below the organisation.

    Raises UsageError for a file that is not the organisation's, Busy where the draft was saved from elsewhere.
    """
    changed = {path: text for path, text in files.items() if _bytes(text) != sheet.found.files.get(path)}
    if not changed and not sheet.draft.files:
        return Done(said="editing.unchanged", back=here)
    draft = kept(sheet, changed) if changed else sheet.draft
    values = {"title": draft.title}
    back = f"{here}{'&' if '?' in here else '?'}draft={draft.id}"
    if wanted.do == "check":
        return Done(said="editing.checked", values=values, back=back)
    if wanted.do == "save":
        return Done(said="editing.saved", values=values, back=f"/drafts/{draft.id}")
    if sheet.editing.checked(draft).wrong:
        return Done(said="editing.wrong", values=values, back=back)
    return propose_draft(sheet.visit, draft.id)


def kept(sheet: Sheet, changed: Mapping[str, str | None]) -> Draft:
    """The draft with these files; what says again what its base says is no change of it."""
    base = sheet.base().files
    after = {path: text for path, text in {**sheet.draft.files, **changed}.items() if _bytes(text) != base.get(path)}
    check_files(sheet.visit.organization.name, after)
    draft = replace(sheet.draft, files=after)
    drafts = sheet.editing.drafts
    return drafts.begin(draft) if draft.id == NIL else drafts.save(draft, sheet.visit.now)


def text_of(document: Edited, spec: Mapping[str, Any]) -> str:
    """The document's text once it says this. Raises Blocked where it cannot be written so."""
    try:
        return become(document.content, {**document.tree, "spec": dict(spec)}).decode("utf-8")
    except EditRefused as error:
        raise Blocked(str(error), "change the file by hand, and propose that") from error


def digest(content: bytes) -> str:
    """What a form brings back, so that nobody's change is taken back unseen."""
    return hashlib.sha256(content).hexdigest()


def mapping(tree: Any) -> dict[str, Any]:
    """A tree where it is a mapping; nothing where somebody wrote something else."""
    return tree if isinstance(tree, dict) else {}


def entries(tree: Any) -> list[Any]:
    """A tree where it is a list; nothing where somebody wrote something else."""
    return tree if isinstance(tree, list) else []


def _fresh(editing: Editing, kind: str, title: str) -> Draft:
    visit, now = editing.visit, editing.visit.now
    return Draft(
        NIL, visit.organization.id, visit.account, kind, one_line(title, TITLE), editing.copy.head(), {}, {}, now, now
    )


def _empty(kind: Any) -> Any:
    return "" if kind is str else []


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def free(sheet: Sheet, kind: str, name: str) -> str:
    """The path of a new document. Raises UsageError where there is one of that name."""
    path = f"orgs/{sheet.visit.organization.name}/{FOLDERS[kind]}/{name}.yaml"
    own = sheet.found.own
    if path in sheet.found.files or (kind, name) in own.documents or (kind, name) in own.broken:
        raise UsageError(
            say("there is a {kind} '{name}' already", kind=kind, name=name), "choose another name, or change that one"
        )
    return path
