"""What the verbs that only look need: the parts of the world that read, and none that write or hold a key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
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
    from reconciler.database.switches import SwitchTable
    from reconciler.database.timetable import TimetableRows
    from reconciler.database.usage import Usages
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.condition import Conditions, Control
    from reconciler.runs.export import Stream
    from reconciler.runs.suspension import Suspension


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
    switches: "SwitchTable"
    versions: "CredentialTable"
    reports: "ReportTable"
    operations: "DecisionTable"
    resends: "ResendTable"
    timetable: "TimetableRows"
    highest: "Callable[[Stream], int]"
    conditions: "Conditions"
    control: "Control"

    def in_the_way(self, pinned: "Pinned") -> "list[Suspension]":
        """Why its runs stand still."""
        from reconciler.engine.pause import holding

        return holding(self.suspensions, self.versions, pinned, self.now)

    def pinned(self, organization: str, integration: str) -> "Pinned":
        """An applied integration, ready. Raises UsageError where there is none, Blocked where it was spoilt."""
        from pydantic import ValidationError

        from reconciler.engine.pinned import pin
        from reconciler.engine.timetable import DRIFT

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
    from reconciler.database.conditions import ConditionTable
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.installation import InstallationTable
    from reconciler.database.ledger import LedgerTable
    from reconciler.database.lists import ListTable
    from reconciler.database.operations import DecisionTable
    from reconciler.database.overview import Overview
    from reconciler.database.records import RecordTables
    from reconciler.database.reports import ReportTable
    from reconciler.database.resends import ResendTable
    from reconciler.database.suspensions import SuspensionTable
    from reconciler.database.switches import SwitchTable
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
            switches=SwitchTable(tables, detect_only=settings.detect_only),
            versions=CredentialTable(tables),
            reports=ReportTable(tables),
            operations=DecisionTable(tables),
            resends=ResendTable(tables),
            timetable=TimetableRows(tables),
            highest=LedgerTable(tables).highest,
            conditions=ConditionTable(tables),
            control=InstallationTable(tables, settings.installation, settings.environments),
        )
    finally:
        tables.close()
