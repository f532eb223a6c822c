"""When an integration runs next, and what its schedule says, in words."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from reconciler.portal.visiting import Visit

if TYPE_CHECKING:
    from reconciler.runs.views import ScheduleRow
    from reconciler.specs.models.organization import Freeze

RUNS, CLOSED = 5, 10


class Coming(BaseModel):
    """One run to come."""

    at: datetime
    local: datetime = Field(description="The same instant in the schedule's zone.")
    note: str = Field(description="What a clock change does to it; empty on all other days.")
    frozen: str = Field(description="Why nothing is sent on that day; empty where it is.")


class Closed(BaseModel):
    """Days on which no run begins by itself."""

    first: date
    last: date
    reason: str
    now: bool = Field(description="Whether today is one of them.")


class Schedule(BaseModel):
    """The schedule of an integration."""

    name: str
    words: str = Field(description="The schedule as a sentence, with its zone.")
    zone: str
    coming: list[Coming]
    reopens: Coming | None = Field(description="The first run that is not frozen, where it is none of `coming`.")


def closed(visit: Visit, windows: "Sequence[Freeze]") -> list[Closed]:
    """The windows of today and to come, the next one first."""
    found = [
        Closed(first=each.from_, last=each.to, reason=each.reason, now=each.from_ <= visit.today)
        for each in windows
        if each.to >= visit.today
    ]
    return sorted(found, key=lambda each: each.first)[:CLOSED]


def schedule(visit: Visit, found: "ScheduleRow | None", windows: "Sequence[Freeze]") -> Schedule | None:
    """The schedule with its next runs; None where an integration runs by hand only. `windows` are the days without
    syncs. Raises Blocked where another hand spoilt it.
    """
    from reconciler.engine.timetable import expression, next_open, next_runs
    from reconciler.schedules.describe import describe, describe_note

    if found is None:
        return None
    runs = [
        Coming(
            at=each.at,
            local=each.local,
            note=describe_note(each, visit.language) or "",
            frozen=next((why.reason for why in windows if why.holds(each.local.date())), ""),
        )
        for each in next_runs(found, visit.now, RUNS)
    ]
    days = [(each.from_, each.to) for each in windows]
    free = next_open(found, visit.now, days) if all(each.frozen for each in runs) else None
    reopens = Coming(at=free.at, local=free.local, note="", frozen="") if free else None
    words = describe(expression(found), visit.language, found.zone)
    return Schedule(name=found.name, words=words, zone=found.zone, coming=runs, reopens=reopens)
