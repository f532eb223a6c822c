"""Records that do not go because a rule or a person holds them back: each with why, and how many there are of each."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.database.documents import WithheldPages
from reconciler.portal.choosing import PRINTED, TICKED, names, seen_of
from reconciler.portal.visiting import Name, Sees
from reconciler.runs.operations import RecordHold
from reconciler.selections.reasons import Why, say, why_of

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned

SHOWN, REASONS, HOLDS = 50, 50, 200


class Waiting(BaseModel):
    """Which of the withheld records are shown."""

    reason: Annotated[str, Field(max_length=1000, pattern=PRINTED)] = Field("", description="Only for this one.")
    beyond: Annotated[str, Field(max_length=300, pattern=PRINTED)] = Field(
        "", description="Only those after this `category/record`."
    )
    limit: int = Field(SHOWN, ge=1, le=TICKED, description="So many at most.")


class Reason(BaseModel):
    """Why records are held back by rule, and how many."""

    reason: str = Field(description="As it is written down, in English.")
    said: str = Field(description="In the language that was asked for, where it is a rule of today.")
    records: int


class WithheldRow(BaseModel):
    """A record that is held back by rule."""

    record: str
    category: str
    category_label: str
    reason: str
    said: str = Field(description="As in `reasons`.")
    since: datetime


class HoldRow(BaseModel):
    """A record that a person holds back."""

    record: str
    category: str
    category_label: str
    target: str
    reason: str
    by: str
    since: datetime
    until: datetime | None = Field(description="The first moment at which it goes again; None until it is released.")


class Withheld(BaseModel):
    """What of an integration is held back, by rule and by people."""

    integration: str
    wanted: Waiting
    reasons: list[Reason]
    records: list[WithheldRow]
    beyond: str = Field(description="Where the next page begins; empty where this is the last one.")
    holds: list[HoldRow]
    holds_count: int = Field(description="All that people hold back, those that are not shown too.")


def withheld_records(visit: Sees, integration: Name, wanted: Annotated[Waiting, Query()]) -> Withheld:
    """Records of an integration that are held back by rule, with counts by reason, and those that people hold."""
    desk, pinned = seen_of(visit, integration)
    known = names([pinned], visit.language)
    pages = WithheldPages(visit.parts.tables, visit.organization.id, integration)
    category, _, record = wanted.beyond.partition("/")
    found = pages.page(wanted.reason, wanted.limit + 1, (category, record))
    rows = found[: wanted.limit]
    rules = reasons_of(pinned)
    held = _held(desk.office.record_holds.held(visit.organization.id), pinned, visit.now)
    return Withheld(
        integration=integration,
        wanted=wanted,
        reasons=[
            Reason(reason=reason, said=say(why_of(reason, rules), visit.language), records=count)
            for reason, count in pages.reasons(REASONS)
        ],
        records=[
            WithheldRow(
                record=row.record_id,
                category=row.category,
                category_label=known.category(row.category),
                reason=row.reason,
                said=say(why_of(row.reason, rules), visit.language),
                since=row.since,
            )
            for row in rows
        ],
        beyond=f"{rows[-1].category}/{rows[-1].record_id}" if len(found) > len(rows) else "",
        holds=[hold_row(each, known.category(each.category)) for each in held[:HOLDS]],
        holds_count=len(held),
    )


def reasons_of(pinned: "Pinned") -> dict[str, Why]:
    """Why its records may be held back today, by the English text."""
    found: dict[str, Why] = {}
    for each in pinned.exports:
        found |= each.selection.reasons()
    return found


def hold_row(hold: RecordHold, label: str) -> HoldRow:
    """A hold as pages show it."""
    return HoldRow(
        record=hold.record_id,
        category=hold.category,
        category_label=label,
        target=hold.target,
        reason=hold.reason,
        by=hold.author,
        since=hold.since,
        until=hold.ends_at,
    )


def _held(holds: Collection[RecordHold], pinned: "Pinned", now: datetime) -> list[RecordHold]:
    """Those of this integration that are not over, the newest first."""
    own = {(each.stream.target, each.stream.category) for each in pinned.exports}
    found = [each for each in holds if each.holds(now) and (each.target, each.category) in own]
    return sorted(found, key=lambda each: each.since, reverse=True)
