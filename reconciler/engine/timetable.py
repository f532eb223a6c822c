"""Applied schedules, read again: what comes next, and how long a silence is nothing unusual."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from reconciler.errors import Blocked
from reconciler.schedules.cron import Expression
from reconciler.schedules.expression import parse
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.schedules.occurrences import Occurrence, following
from reconciler.schedules.zones import ZoneUnknown

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
        return following(expression(schedule), schedule.zone, now, count)
    except ZoneUnknown as error:
        raise Blocked(f"the applied schedule '{schedule.name}' cannot be read: {error}", DRIFT) from error


def next_run(schedule: Timetable | None, now: datetime) -> Occurrence | None:
    """The next occurrence, where there is a schedule."""
    found = next_runs(schedule, now, 1) if schedule is not None else []
    return found[0] if found else None


def expression(schedule: Timetable) -> Expression:
    """What an applied schedule says. Raises Blocked where another hand spoilt it."""
    try:
        return parse(schedule.cron, last_day=schedule.last_day)
    except ExpressionInvalid as error:
        raise Blocked(f"the applied schedule '{schedule.name}' cannot be read: {error}", DRIFT) from error


def longest_silence_s(schedule: Timetable, now: datetime) -> int:
    """Seconds of the longest distance between two runs to come.

    Not that of the next two: on a Saturday the next two runs of a schedule for workdays are a day apart, and the last
    one was on Friday.
    """
    coming = [each.at for each in next_runs(schedule, now, 3)]
    spans = [later - sooner for sooner, later in pairwise(coming)]
    matches = expression(schedule).matches_day
    days = [day for day in (now.date() + timedelta(days=n) for n in range(SPAN_DAYS)) if matches(day)]
    # Runs on neighbouring days are at most a day apart, which the grace of two days covers.
    gaps = [gap for sooner, later in pairwise(days) if (gap := later - sooner) > timedelta(days=1)]
    return int(max([*spans, *gaps], default=timedelta(0)).total_seconds())
