"""One record: why it has or has not gone, its documents with every attempt, and who decided what. No payload."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, get_args

from fastapi import Path, Query
from pydantic import BaseModel, Field

from reconciler.engine.operations import Desk
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.portal.answers.documents import DocumentRow, shown
from reconciler.portal.answers.telling import Sentence, sentences
from reconciler.portal.answers.withheld import HoldRow, hold_row, reasons_of
from reconciler.portal.choosing import PRINTED, desk_of, named, names
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Sees, Visit
from reconciler.runs.operations import MOVES, Choice, LedgerRow, Operation
from reconciler.selections.reasons import Why, say, why_of

if TYPE_CHECKING:
    from reconciler.runs.views import ExportRow

MOST = 50
"""Documents of one search, and decisions of one record, that are shown."""
SAID = frozenset(get_args(Operation)) | {"release", "approve", "refuse", "remove"}
HOLDABLE = ("waiting", "withheld", *MOVES["hold"])
Record = Annotated[str, Path(min_length=1, max_length=200, pattern=PRINTED, description="A record's id in the app.")]


class Step(BaseModel):
    """A state that a document has been in."""

    state: str
    attempt: int
    code: str
    at: datetime


class Story(BaseModel):
    """A document, and what it has been through."""

    integration: str
    document: DocumentRow
    history: list[Step]
    removed: str = Field(description="Why its content is gone, a key; empty where it is not.")
    removed_at: datetime | None


class Decision(BaseModel):
    """What somebody decided about a document or the record."""

    at: datetime
    actor: str
    operation: str
    reason: str

    @property
    def key(self) -> str:
        """The key of its words."""
        return f"decided.{self.operation}" if self.operation in SAID else "decided.other"


class Period(BaseModel):
    """A time in which the record was held back by rule."""

    integration: str
    category: str
    reason: str = Field(description="As it is written down, in English.")
    said: str = Field(description="In the language that was asked for, where it is a rule of today.")
    since: datetime
    until: datetime | None


class RecordStory(BaseModel):
    """Everything that is known of one record."""

    record: str
    sentences: list[Sentence]
    documents: list[Story] = Field(description="The newest first.")
    decisions: list[Decision]
    withheld: list[Period]
    holds: list[HoldRow]
    holdable: list[Sentence] = Field(description="Where it can be held back: it has not gone, and nobody holds it.")


class Search(BaseModel):
    """What is looked for."""

    q: Annotated[str, Field(max_length=200, pattern=PRINTED)] = Field(
        "", description="A record's id, a reference or a number, written as it is."
    )


class Hit(BaseModel):
    """A record that fits, by its newest document; `number` is 0 where it has none."""

    record: str
    integration: str
    category: str
    category_label: str
    number: int
    state: str


class Found(BaseModel):
    """The records that fit."""

    q: str
    records: list[Hit]


def find_records(visit: Sees, wanted: Annotated[Search, Query()]) -> Found:
    """The records that have this id, reference or number."""
    text, desk = wanted.q.strip(), desk_of(visit)
    hits: list[Hit] = []
    if text:
        called = names(desk.pinned(), visit.language)
        rows = desk.office.operations.rows(Choice(visit.organization.id, ids=named(visit, text)), MOST)
        hits = [
            Hit(record=row.record_id, integration=row.integration, category=row.category,
                category_label=called.category(row.category), number=row.number, state=row.standing)
            for row in rows
        ]  # fmt: skip
        hits = hits or [
            Hit(record=text, integration=each.integration, category=each.category,
                category_label=called.category(each.category), number=0, state=each.state)
            for each in sentences(visit, text)
        ]  # fmt: skip
    return Found(q=text, records=hits)


def record_story(visit: Sees, record: Record) -> RecordStory:
    """Why a record has or has not gone, and its history. Not there where no integration knows it."""
    desk, overview, whose = desk_of(visit), visit.parts.reading().overview, visit.organization.id
    known = overview.exports(whose, record)
    ids = tuple(each.id for each in known)
    rows = desk.office.operations.rows(Choice(whose, ids=ids, newest=False)) if ids else []
    told, periods = sentences(visit, record), overview.withheld(whose, record)
    if not (rows or told or periods):
        raise NotThere
    categories = {
        *(row.category for row in rows),
        *(each.category for each in told),
        *(each.category for each in periods),
    }
    objects = [*(row.reference for row in rows), *(f"{category}/{record}" for category in sorted(categories))]
    holds = [
        each for each in desk.office.record_holds.held(whose) if each.record_id == record and each.holds(visit.now)
    ]
    rules = _rules(visit, {each.integration for each in periods})
    return RecordStory(
        record=record,
        sentences=list(told),
        documents=_stories(desk, visit, rows, known),
        decisions=[
            Decision(at=each.at, actor=each.actor, operation=each.action.removeprefix("export-"), reason=each.reason)
            for each in desk.office.operations.decided(whose, objects)[-MOST:]
        ],
        withheld=[
            Period(integration=each.integration, category=each.category, reason=each.reason,
                   said=say(why_of(each.reason, rules), visit.language), since=each.since, until=each.until)
            for each in periods
        ],
        holds=[hold_row(each, each.category) for each in holds],
        holdable=[] if holds else [each for each in told if each.state in HOLDABLE],
    )  # fmt: skip


def _rules(visit: Visit, integrations: set[str]) -> dict[str, Why]:
    """Why records of these may be held back today; nothing of one that cannot be read, or is gone."""
    found: dict[str, Why] = {}
    for name in sorted(integrations):
        try:
            found |= reasons_of(visit.parts.reading().pinned(visit.organization.name, name))
        except DatabaseDown:
            raise
        except ReconcilerError:
            continue
    return found


def _stories(desk: Desk, visit: Visit, rows: Sequence[LedgerRow], known: Sequence["ExportRow"]) -> list[Story]:
    if not rows:
        return []
    by_id, called = {each.id: each for each in known}, names(desk.pinned(), visit.language)
    found = []
    for row in sorted(rows, key=lambda each: each.id, reverse=True):
        history = by_id[row.id].history if row.id in by_id else ()
        found.append(
            Story(
                integration=row.integration,
                document=shown(desk, visit, row, called),
                history=[Step(state=each.state, attempt=each.attempt, code=each.code, at=each.at) for each in history],
                removed=by_id[row.id].removed if row.id in by_id else "",
                removed_at=by_id[row.id].removed_at if row.id in by_id else None,
            )
        )
    return found
