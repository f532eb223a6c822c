"""When an expression runs, as instants. The only module that knows croniter.

croniter walks wall-clock times, with no zone at all; what a clock change does to them is decided here (design.md
4.14), because croniter runs a time in a fold twice. A schedule that names hours follows the clock on the wall: a time
in a fold runs at its first showing, a time in a gap at the gap's end, several of them together. One that names every
hour follows elapsed time: each showing is a run, and what a gap skips is not made up for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from reconciler.schedules import words, zones
from reconciler.schedules.cron import Expression, is_last_day

HORIZON_YEARS = 9
"""29 February is at most eight years away (2096 to 2104)."""

SkipReason = Literal["not-yet-applied", "frozen", "not-the-last-day", "second-of-a-fold"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One run to come. `at` is in UTC, `local` the same instant in the zone; `planned` is the naive wall time that the
    expression names, other than `local` only where a gap moved it. `note` says in English what a clock change did.
    """

    at: datetime
    local: datetime
    note: str | None
    planned: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """The occurrence is to be carried out."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The occurrence is recorded as skipped: `reason` for machines, `message` for people."""

    reason: SkipReason
    message: str


def following(expression: Expression, zone: str, after: datetime, count: int) -> list[Occurrence]:
    """The next `count` occurrences strictly later than `after` (aware), ascending; fewer where none are left.

    Raises `ZoneUnknown`, and ValueError for a naive `after`.
    """
    place, after = zones.load(zone), _instant(after)
    return [_occurrence(expression, place, *due) for due in islice(_due(expression, place, after), count)]


def gate(
    expression: Expression,
    zone: str,
    scheduled: datetime,
    *,
    applied_at: datetime,
    frozen: Sequence[tuple[date, date]] = (),
) -> Run | Skip:
    """Whether the runner that was started for `scheduled` (aware, the exact scheduled time) shall run.

    Kubernetes starts a job on each of the days 28-31, twice in a fold, and for times from before the schedule was
    applied; `frozen` are pairs of local days, both inclusive. Raises `ZoneUnknown`, and ValueError for naive times.
    """
    at, place = _instant(scheduled), zones.load(zone)
    local = at.astimezone(place)
    if at < _instant(applied_at):
        return Skip("not-yet-applied", f"{local:%Y-%m-%d %H:%M} is from before this schedule was applied")
    for first, last in frozen:
        if first <= local.date() <= last:
            return Skip("frozen", f"{local:%Y-%m-%d} is in the freeze window from {first} to {last}, both included")
    if expression.last_day and not any(is_last_day(day) for day in _planned_days(at, place)):
        return Skip("not-the-last-day", f"{local:%Y-%m-%d} is not the last day of its month")
    if local.fold and not expression.elapsed:
        return Skip("second-of-a-fold", f"{local:%H:%M} comes twice on {local:%Y-%m-%d}, and the first has run")
    return Run()


def _planned_days(at: datetime, zone: ZoneInfo) -> set[date]:
    """The local day, and at the end of a gap the day on which the gap began: in Nuuk it ends at midnight."""
    return {zones.wall(at, zone).date(), (zones.wall(at - zones.SECOND, zone) + zones.SECOND).date()}


def _due(expression: Expression, zone: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pairs of instant and planned wall time after `after`, instants strictly ascending: what meets at the end of a
    gap is one run."""
    last = after
    for at, shown in _ordered(expression, zone, after):
        if at > last:
            last = at
            yield at, shown


def _ordered(expression: Expression, zone: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pairs in the order of instants, which in a fold is not the order of the walk: they wait in a heap until the walk
    has passed them."""
    waiting: list[tuple[datetime, datetime]] = []
    again = zones.falls_back_by(after, zone) if expression.elapsed else timedelta(0)
    for shown in _walls(expression, zones.wall(after, zone) - again):
        start = zones.first_instant(shown, zone)
        while waiting and waiting[0][0] < start:
            yield heappop(waiting)
        for at in zones.instants(shown, zone) if expression.elapsed else [start]:
            heappush(waiting, (at, shown))
    yield from sorted(waiting)


def _walls(expression: Expression, start: datetime) -> Iterator[datetime]:
    """The wall times that the expression names, strictly later than the minute of `start`, ascending."""
    from croniter import croniter

    # The canonical text has no full field but `*`: croniter takes `1-31` for a star, robfig/cron does not.
    walk = croniter(
        expression.text, start.replace(second=0, microsecond=0), max_years_between_matches=HORIZON_YEARS
    ).all_next(datetime)
    return (shown for shown in walk if expression.matches_day(shown.date()))


def _occurrence(expression: Expression, zone: ZoneInfo, at: datetime, planned: datetime) -> Occurrence:
    local = at.astimezone(zone)
    note = words.clock_note("en", planned, zones.wall(at, zone), folded=_folded(expression, zone, planned))
    return Occurrence(at, local, note, planned)


def _folded(expression: Expression, zone: ZoneInfo, planned: datetime) -> bool:
    return not expression.elapsed and len(zones.instants(planned, zone)) > 1


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone: an instant is needed")
    return at.astimezone(UTC)
