"""What somebody does about a refusal: a draft with the one line of the lookup that would let the document through."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from reconciler.errors import Blocked
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.fixing.answers import Export, fault
from reconciler.portal.proposing.mapping.desk import KIND
from reconciler.portal.refusals import NotThere
from reconciler.portal.texts import text
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Proposes
from reconciler.runs.draft import TITLE
from reconciler.specs.edit import EditRefused
from reconciler.specs.sentences import say

Entry = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class EntryWanted(BaseModel):
    """A line of the lookup that is at fault."""

    key: Entry = Field(description="What the app says.")
    value: Entry = Field(description="What goes instead.")


def fix_entry(visit: Proposes, export: Export, wanted: EntryWanted) -> Done:
    """Begin a draft in which the lookup says this. The draft's page proposes it."""
    found = fault(visit, export)
    table, spec = found.blame.table, found.edited.spec
    if not table:
        raise NotThere
    entries = spec["lookups"][table]
    if entries.get(wanted.key) == wanted.value:
        raise Blocked("the lookup says that already", "write another value")
    lookups = {**spec["lookups"], table: {**entries, wanted.key: wanted.value}}
    editing = Editing(visit, visit.parts.house.copy)
    title = text("fix.draft", visit.organization.language, table=table, entry=wanted.key)[:TITLE]
    draft = editing.begin("fix", title, {"export": export})
    document = editing.document(editing.checked(draft), KIND, found.edited.name)
    try:
        editing.change(draft, document, {**document.spec, "lookups": lookups})
    except EditRefused as error:
        editing.drafts.drop(draft, visit.now)
        raise Blocked(
            say("{file} is not changed so: {error}", file=document.file, error=str(error)),
            "change that line in the mapping editor",
        ) from error
    return Done(said="fix.begun", values={"entry": wanted.key}, back=f"/drafts/{draft.id}")
