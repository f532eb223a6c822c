"""The small form for the line of a mapping that refused a document, and what else it would free."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from reconciler.database.documents import DocumentPages
from reconciler.portal.choosing import LARGEST, desk_of, seen_of
from reconciler.portal.proposing.editing import Edited
from reconciler.portal.proposing.fixing.blame import Blame, Refused, blamed
from reconciler.portal.proposing.mapping.desk import opened
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Proposes, Visit
from reconciler.runs.operations import Choice, LedgerRow
from reconciler.specs.yaml import read

Export = Annotated[int, Path(ge=1, le=LARGEST, description="The document, by its `id`.")]
LOOKED, SHOWN = 500, 50
"""Refused documents that are compared, the newest; and those that are shown."""


class Entry(BaseModel):
    """A line of a lookup: what the app says, and what goes."""

    key: str
    value: str


class Freed(BaseModel):
    """Another document that was refused for the same."""

    id: int
    number: int
    record: str


class FixPage(BaseModel):
    """What refused a document, and the line that would let it through."""

    id: int
    number: int
    record: str
    integration: str
    message: str
    field: str
    origin: str
    mapping: str = Field(description="The mapping's name.")
    at: Literal["lookup", "rule", "nothing"] = Field(
        description="Whose line is at fault: an entry of a lookup, the rule itself, or no rule that is there now."
    )
    source: str = Field(description="The field of the app that the rule reads, where it reads one.")
    table: str
    missing: bool = Field(description="Whether the entry is missing; else it gives a value that is refused.")
    keys: list[str] = Field(description="The entries that could be meant.")
    entries: list[Entry] = Field(description="What the lookup says now.")
    values: list[str] = Field(description="Values that the lookup gives already.")
    freed: list[Freed]
    count: int = Field(description="Documents that were refused for the same, this one too.")
    whole: bool = Field(description="Whether these are all; else of the newest.")
    editor: str = Field(description="The mapping editor at the rule, below the organisation.")


@dataclass(frozen=True, slots=True)
class Fault:
    """A refused document, the mapping that refused it as it is followed now, and what of it is at fault."""

    row: LedgerRow
    edited: Edited
    blame: Blame


def fix(visit: Proposes, export: Export) -> FixPage:
    """The line of the mapping that refused a document: what it says, and which others it would free."""
    found = fault(visit, export)
    row, blame = found.row, found.blame
    same, whole = _same(visit, row)
    tables = found.edited.spec.get("lookups") or {}
    entries = tables.get(blame.table, {}) if blame.table else {}
    anchor = ".".join(str(each) for each in blame.rule[1:])
    return FixPage(
        id=row.id, number=row.number, record=row.record_id, integration=row.integration, message=row.message,
        field=row.field, origin=row.origin,
        mapping=found.edited.name,
        at="lookup" if blame.table else "rule" if blame.rule else "nothing",
        source=blame.source,
        table=blame.table,
        missing=blame.missing,
        keys=list(blame.keys),
        entries=[Entry(key=str(key), value=str(value)) for key, value in entries.items()],
        values=sorted({str(each) for each in entries.values()}),
        freed=[Freed(id=each.id, number=each.number, record=each.record_id)
               for each in same if each.id != row.id][:SHOWN],
        count=len(same),
        whole=whole,
        editor=f"/mappings/{found.edited.name}/edit" + (f"#row-{anchor}" if anchor else ""),
    )  # fmt: skip


def fault(visit: Visit, export: int) -> Fault:
    """Raises NotThere for what was not refused, or by a mapping that is not there any more."""
    desk = desk_of(visit)
    rows = desk.office.operations.rows(Choice(visit.organization.id, ids=(export,)))
    row = next((each for each in rows if each.standing == "rejected"), None)
    if row is None:
        raise NotThere
    edited = opened(visit, _mapping(visit, row), None).edited
    reading = read(edited.file, edited.content)
    refused = Refused(row.message, row.field, row.origin)
    return Fault(row, edited, blamed(reading.tree, reading.origins, refused))


def _mapping(visit: Visit, row: LedgerRow) -> str:
    """The mapping of a document's category, as it is applied."""
    _, pinned = seen_of(visit, row.integration)
    for each in pinned.exports:
        if (each.stream.target, each.stream.category) == (row.target, row.category):
            return each.resource.name
    raise NotThere


def _same(visit: Visit, row: LedgerRow) -> tuple[list[LedgerRow], bool]:
    """Documents that were refused for the same: same words about the same field. The newest are compared."""
    choice = Choice(
        visit.organization.id, integration=row.integration, category=row.category, states=("rejected",)
    )  # fmt: skip
    rows = DocumentPages(visit.parts.tables).page(choice, LOOKED + 1)
    found = [each for each in rows[:LOOKED] if (each.message, each.field) == (row.message, row.field)]
    return found if any(each.id == row.id for each in found) else [row, *found], len(rows) <= LOOKED
