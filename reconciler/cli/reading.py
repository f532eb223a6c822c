"""What the verbs that only look need: the parts of the world that read, and none that write or hold a key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from reconciler.errors import Blocked, UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.lists import ListTable
    from reconciler.database.operations import DecisionTable
    from reconciler.database.overview import Overview
    from reconciler.database.records import RecordTables
    from reconciler.database.reports import ReportTable
    from reconciler.database.resends import ResendTable
    from reconciler.database.suspensions import SuspensionTable
    from reconciler.database.timetable import TimetableRows
    from reconciler.database.usage import Usages
    from reconciler.database.views import ScheduleRow
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.export import Stream
    from reconciler.runs.suspension import Suspension
    from reconciler.schedules.cron import Expression
    from reconciler.schedules.occurrences import Occurrence

DRIFT = "reconciler plan shows what is not as it was applied, and reconciler apply mends it"
SPAN_DAYS = 62
"""Days in which a schedule's longest silence shows, unless it runs less than once a month."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Configuration, records and the overview of one database, at `now`."""

    now: datetime
    applied: "AppliedConfiguration"
    records: "RecordTables"
    overview: "Overview"
    usages: "Usages"
    lists: "ListTable"
    suspensions: "SuspensionTable"
    versions: "CredentialTable"
    reports: "ReportTable"
    operations: "DecisionTable"
    resends: "ResendTable"
    timetable: "TimetableRows"
    highest: "Callable[[Stream], int]"

    def in_the_way(self, pinned: "Pinned") -> "list[Suspension]":
        """Why its runs stand still."""
        from reconciler.engine.pause import holding

        return holding(self.suspensions, self.versions, pinned, self.now)

    def pinned(self, organization: str, integration: str) -> "Pinned":
        """An applied integration, ready. Raises UsageError where there is none, Blocked where it was spoilt."""
        from pydantic import ValidationError

        from reconciler.engine.pinned import pin

        try:
            return pin(self.applied.applied(organization, integration), self.now)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the whole"
            raise Blocked(
                f"the row of {organization} {integration} is not as it was applied: {where}", DRIFT
            ) from error

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
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.ledger import LedgerTable
    from reconciler.database.lists import ListTable
    from reconciler.database.operations import DecisionTable
    from reconciler.database.overview import Overview
    from reconciler.database.records import RecordTables
    from reconciler.database.reports import ReportTable
    from reconciler.database.resends import ResendTable
    from reconciler.database.suspensions import SuspensionTable
    from reconciler.database.timetable import TimetableRows
    from reconciler.database.usage import Usages
    from reconciler.wiring import clock, database

    tables = database(settings)
    try:
        now = clock(settings) if settings.clock_start else SystemClock(tables.offset())
        yield Reading(
            now=now.now(),
            applied=AppliedConfiguration(tables),
            records=RecordTables(tables),
            overview=Overview(tables),
            usages=Usages(tables),
            lists=ListTable(tables),
            suspensions=SuspensionTable(tables),
            versions=CredentialTable(tables),
            reports=ReportTable(tables),
            operations=DecisionTable(tables),
            resends=ResendTable(tables),
            timetable=TimetableRows(tables),
            highest=LedgerTable(tables).highest,
        )
    finally:
        tables.close()


def next_runs(schedule: "ScheduleRow", now: datetime, count: int) -> "list[Occurrence]":
    """The next occurrences of an applied schedule. Raises Blocked where another hand spoilt it."""
    from reconciler.schedules.occurrences import following
    from reconciler.schedules.zones import ZoneUnknown

    try:
        return following(expression(schedule), schedule.zone, now, count)
    except ZoneUnknown as error:
        raise Blocked(f"the applied schedule '{schedule.name}' cannot be read: {error}", DRIFT) from error


def next_run(schedule: "ScheduleRow | None", now: datetime) -> "Occurrence | None":
    """The next occurrence, where there is a schedule."""
    found = next_runs(schedule, now, 1) if schedule is not None else []
    return found[0] if found else None


def expression(schedule: "ScheduleRow") -> "Expression":
    """What an applied schedule says. Raises Blocked where another hand spoilt it."""
    from reconciler.schedules.expression import parse
    from reconciler.schedules.fields import ExpressionInvalid

    try:
        return parse(schedule.cron, last_day=schedule.last_day)
    except ExpressionInvalid as error:
        raise Blocked(f"the applied schedule '{schedule.name}' cannot be read: {error}", DRIFT) from error


def longest_silence_s(schedule: "ScheduleRow", now: datetime) -> int:
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
