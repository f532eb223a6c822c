"""Changing documents of a draft: a page says what one shall be, its text follows, and mistakes find their field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from reconciler.database.portal_drafts import DraftTable
from reconciler.errors import Blocked, UsageError
from reconciler.portal.proposing.checking import Checked, checked
from reconciler.portal.proposing.copy import Copy
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import TITLE, Draft, check_files
from reconciler.runs.host import one_line
from reconciler.specs.become import become
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.edit import FLAT
from reconciler.specs.jsonschema import file_name
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say
from reconciler.specs.write import block, scalar
from reconciler.specs.yaml import Tree, read

FOLDERS: Mapping[str, str] = {
    "Integration": "integrations",
    "FieldMapping": "mappings",
    "SyncSchedule": "schedules",
    "Exclusion": "exclusions",
    "Report": "reports",
}
"""Where a new document of a kind is put; one that is there already stays where it is."""
NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Edited:
    """A document as it stands in a draft: its file, its text, and what it says."""

    kind: str
    name: str
    file: str
    content: bytes
    tree: Any

    @property
    def spec(self) -> Any:
        return self.tree["spec"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with, or to be known of, a document: the path of the field, in the tree of its file."""

    path: Path
    message: str
    hint: str
    severity: str
    id: str
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Editing:
    """A visit's drafts."""

    visit: Visit
    copy: Copy

    @property
    def drafts(self) -> DraftTable:
        return DraftTable(self.visit.parts.tables)

    def begin(self, kind: str, title: str, answers: Mapping[str, Any] | None = None) -> Draft:
        """A new draft on what is followed now. Raises Blocked where the repository was never read."""
        now, visit = self.visit.now, self.visit
        found = Draft(
            NIL, visit.organization.id, visit.account, kind, one_line(title, TITLE), self.copy.head(), {},
            answers or {}, now, now,
        )  # fmt: skip
        return self.drafts.begin(found)

    def draft(self, draft: UUID) -> Draft:
        """One of the organisation's. Raises NotThere."""
        found = self.drafts.draft(draft)
        if found is None:
            raise NotThere
        return found

    def own(self, draft: UUID) -> Draft:
        """One that this visitor may change. Raises NotThere, Blocked where it is another's or proposed already."""
        found = self.draft(draft)
        if found.account != self.visit.account:
            raise Blocked(say("the draft is {account}'s", account=found.account), "begin one of your own")
        if found.state != "open":
            raise Blocked("the draft was proposed already, or dropped", "begin another one")
        return found

    def checked(self, draft: Draft) -> Checked:
        """Everything of the organisation as the draft would have it."""
        return checked(self.copy, self.visit.organization.name, draft, self.visit.now)

    def document(self, found: Checked, kind: str, name: str) -> Edited:
        """One document, also one that has mistakes. Raises NotThere."""
        file = _file_of(found, kind, name)
        content = found.files.get(file, b"")
        reading = read(file, content)
        if not isinstance(reading.tree, dict) or not isinstance(reading.tree.get("spec"), dict):
            raise NotThere
        return Edited(kind, name, file, content, reading.tree)

    def change(self, draft: Draft, document: Edited, spec: Tree) -> Draft:
        """The draft in which the document says this. Raises EditRefused where its text cannot be changed so, Busy
        where the draft was saved from elsewhere.
        """
        content = become(document.content, {**document.tree, "spec": spec})
        return self.save(draft, {document.file: content.decode("utf-8")})

    def create(self, draft: Draft, found: Checked, kind: str, name: str, spec: Tree) -> Draft:
        """The draft with one more document. Raises UsageError where there is one of that name already."""
        path = f"orgs/{self.visit.organization.name}/{FOLDERS[kind]}/{name}.yaml"
        if path in found.files or (kind, name) in found.own.documents:
            raise UsageError(say("there is a {kind} '{name}' already", kind=kind, name=name), "choose another name")
        return self.save(draft, {path: written(path, kind, name, spec)})

    def save(self, draft: Draft, files: Mapping[str, str | None]) -> Draft:
        """The draft with these files as well."""
        after = {**draft.files, **files}
        check_files(self.visit.organization.name, after)
        return self.drafts.save(replace(draft, files=after), self.visit.now)


def written(path: str, kind: str, name: str, spec: Tree) -> str:
    """A new document, in the manner of this house."""
    up = "../" * (len(PurePosixPath(path).parts) - 1)
    lines = [
        f"# yaml-language-server: $schema={up}schemas/{file_name(kind)}",
        "apiVersion: reconciler/v1",
        f"kind: {kind}",
        f"metadata: {{name: {scalar(name)}}}",
        "spec:",
        *(f"  {line}" for line in block(spec, FLAT)),
    ]
    return "\n".join(lines) + "\n"


def findings(found: Checked, file: str) -> list[Finding]:
    """What is said about one file, each with the path that it is about."""
    own = [each for each in found.findings if each.origin.file == file]
    if not own:
        return []
    reading = read(file, found.files.get(file, b""))
    places = sorted(((origin, path) for path, origin in reading.origins.values.items()), key=lambda each: each[0])
    return [_finding(each, places) for each in own]


def _finding(found: Diagnostic, places: list[tuple[Any, Path]]) -> Finding:
    """The deepest value that begins where the finding stands, or before it."""
    before = [
        path for origin, path in places if (origin.line, origin.column) <= (found.origin.line, found.origin.column)
    ]
    path = before[-1] if before else ()
    return Finding(path, found.message, found.hint, found.severity, found.id, found.origin.line, found.origin.file)


def _file_of(found: Checked, kind: str, name: str) -> str:
    if (document := found.own.documents.get((kind, name))) is not None:
        return document.origins.file
    if (kind, name) in found.own.broken:
        return found.own.broken[kind, name]
    raise NotThere
