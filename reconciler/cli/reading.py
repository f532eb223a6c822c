"""What the verbs that only look need: the parts of the world that read, and none that write or hold a key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.overview import Overview, ScheduleRow
    from reconciler.database.records import RecordTables
    from reconciler.engine.pinned import Pinned
    from reconciler.schedules.occurrences import Occurrence

SPAN_DAYS = 62
"""Days in which a schedule's longest silence shows, unless it runs less than once a month."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Configuration, records and the overview of one database, at `now`."""

    now: datetime
    applied: "AppliedConfiguration"
    records: "RecordTables"
    overview: "Overview"

    def pinned(self, organization: str, integration: str) -> "Pinned":
        """An applied integration, ready. Raises UsageError where there is none."""
        from reconciler.engine.pinned import pin

        return pin(self.applied.applied(organization, integration), self.now)

    def check(self, organization: str) -> None:
        """Raises UsageError where the organisation is not applied."""
        known = self.overview.organizations()
        if organization not in known:
            hint = f"one of {', '.join(known)}" if known else "reconciler apply puts the first one here"
            raise UsageError(f"the organisation '{organization}' is not applied", hint)


@contextmanager
def reading(settings: Settings) -> Iterator[Reading]:
    """The reading parts, on one connection that is closed at the end. Raises UsageError where no database is named."""
    from reconciler.clock import SystemClock
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.overview import Overview
    from reconciler.database.records import RecordTables
    from reconciler.wiring import clock, database

    tables = database(settings)
    try:
        now = clock(settings) if settings.clock_start else SystemClock(tables.offset())
        yield Reading(now.now(), AppliedConfiguration(tables), RecordTables(tables), Overview(tables))
    finally:
        tables.close()


def next_run(schedule: "ScheduleRow | None", now: datetime) -> "Occurrence | None":
    """The next occurrence of an applied schedule."""
    from reconciler.schedules.expression import parse
    from reconciler.schedules.occurrences import following

    if schedule is None:
        return None
    found = following(parse(schedule.cron, last_day=schedule.last_day), schedule.zone, now, 1)
    return found[0] if found else None


def longest_silence_s(schedule: "ScheduleRow", now: datetime) -> int:
    """Seconds of the longest distance between two runs to come.

    Not that of the next two: on a Saturday the next two runs of a schedule for workdays are a day apart, and the last
    one was on Friday.
    """
    from reconciler.schedules.expression import parse
    from reconciler.schedules.occurrences import following

    expression = parse(schedule.cron, last_day=schedule.last_day)
    coming = [each.at for each in following(expression, schedule.zone, now, 3)]
    spans = [later - sooner for sooner, later in pairwise(coming)]
    days = [day for day in (now.date() + timedelta(days=n) for n in range(SPAN_DAYS)) if expression.matches_day(day)]
    gaps = [later - sooner for sooner, later in pairwise(days)]
    # Within one day's runs the distance is less than the one across the night, which is at most the days' distance.
    return int(max([*spans, *(gap for gap in gaps if gap > timedelta(days=1))], default=timedelta(0)).total_seconds())
