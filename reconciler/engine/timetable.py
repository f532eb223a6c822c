"""Applied schedules, read again: what comes next, and how long a silence is nothing unusual."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from reconciler.errors import Blocked
from reconciler.schedules.cron import Expression
from reconciler.schedules.expression import parse
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.schedules.occurrences import Occurrence, following
from reconciler.schedules.zones import ZoneUnknown
from reconciler.specs.sentences import say

DRIFT = "reconciler plan shows what is not as it was applied, and reconciler apply mends it"
SPAN_DAYS = 62
"""Days in which a schedule's longest silence shows, unless it runs less than once a month."""


class Timetable(Protocol):
    """An applied schedule: canonical cron text, in its own zone."""

    @property
    def name(self) -> str:
        """Its name in the specs."""

    @property
    def cron(self) -> str:
        """Five fields."""

    @property
    def last_day(self) -> bool:
        """Whether the days stand for the last one of a month."""

    @property
    def zone(self) -> str:
        """An IANA zone."""

    @property
    def applied_at(self) -> datetime:
        """Since when it holds."""


def next_runs(schedule: Timetable, now: datetime, count: int) -> list[Occurrence]:
    """The next occurrences of an applied schedule. Raises Blocked where another hand spoilt it."""
    try:
        # What comes after a moment comes after its minute: pages ask for the same many times.
        return list(_coming(expression(schedule), schedule.zone, now.replace(second=0, microsecond=0), count))
    except ZoneUnknown as error:
        raise Blocked(
            say("the applied schedule '{name}' cannot be read: {error}", name=schedule.name, error=error), DRIFT
        ) from error


@lru_cache(maxsize=2048)
def _coming(expression: Expression, zone: str, minute: datetime, count: int) -> tuple[Occurrence, ...]:
    return tuple(following(expression, zone, minute, count))


def next_run(schedule: Timetable | None, now: datetime) -> Occurrence | None:
    """The next occurrence, where there is a schedule."""
    found = next_runs(schedule, now, 1) if schedule is not None else []
    return found[0] if found else None


def next_open(schedule: Timetable | None, now: datetime, frozen: Sequence[tuple[date, date]]) -> Occurrence | None:
    """The next occurrence that is on none of the frozen local days, first and last included, where there is one."""
    found = next_run(schedule, now)
    for _ in frozen:
        window = next((each for each in frozen if found and each[0] <= found.local.date() <= each[1]), None)
        if window is None or found is None:
            break
        after = datetime.combine(window[1] + timedelta(days=1), time(), found.local.tzinfo)
        found = next_run(schedule, after - timedelta(minutes=1))
    return found


def expression(schedule: Timetable) -> Expression:
    """What an applied schedule says. Raises Blocked where another hand spoilt it."""
    try:
        return parse(schedule.cron, last_day=schedule.last_day)
    except ExpressionInvalid as error:
        raise Blocked(
            say("the applied schedule '{name}' cannot be read: {error}", name=schedule.name, error=error), DRIFT
        ) from error


def longest_silence_s(schedule: Timetable, now: datetime) -> int:
    """Seconds of the longest distance between two runs to come.

    Not that of the next two: on a Saturday the next two runs of a schedule for workdays are a day apart, and the last
    one was on Friday.
    """
    coming = [each.at for each in next_runs(schedule, now, 3)]
    spans = [later - sooner for sooner, later in pairwise(coming)]
    gaps = _gaps(expression(schedule), now.date())
    return int(max([*spans, *gaps], default=timedelta(0)).total_seconds())


@lru_cache(maxsize=512)
def _gaps(expression: Expression, first: date) -> tuple[timedelta, ...]:
    """Runs on neighbouring days are at most a day apart, which the grace of two days covers."""
    days = [day for day in (first + timedelta(days=n) for n in range(SPAN_DAYS)) if expression.matches_day(day)]
    return tuple(gap for sooner, later in pairwise(days) if (gap := later - sooner) > timedelta(days=1))
