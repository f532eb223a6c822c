"""What only looks: the parts of the world that read, and none that write or hold a key; for verbs and for pages."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.errors import Blocked, UsageError
from reconciler.settings import Settings
from reconciler.specs.sentences import say

if TYPE_CHECKING:
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.boards import Marked
    from reconciler.database.connection import Database
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

    Key = tuple[str, ...]
    Keep = Callable[[Key, Callable[[], Pinned]], Pinned]


@dataclass(frozen=True, slots=True)
class Reading:
    """Configuration, records and the overview of one database, at `now`."""

    now: datetime
    tables: "Database"
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
    keep: "Keep | None" = None

    def in_the_way(self, pinned: "Pinned") -> "list[Suspension]":
        """Why its runs stand still."""
        from reconciler.engine.pause import holding

        return holding(self.suspensions, self.versions, pinned, self.now)

    def pinned(self, organization: str, integration: str, *, held: bool = True) -> "Pinned":
        """An applied integration, ready. Raises UsageError where there is none, Blocked where it was spoilt.

        Without `held` its selections leave out which records people hold back. What is kept never knows them.
        """
        from reconciler.database.boards import Boards
        from reconciler.database.holds import HoldTable
        from reconciler.engine.pinned import holding

        marked = Boards(self.tables).mark(organization, integration) if self.keep else None
        if self.keep is None or marked is None:
            return self.made(organization, integration, held=held)
        found = self.kept(marked, integration, lambda: self.made(organization, integration, held=False))
        return holding(found, HoldTable(self.tables).held(found.organization_id), self.now) if held else found

    def kept(self, marked: "Marked", integration: str, make: "Callable[[], Pinned]") -> "Pinned":
        """What was made ready of the same rows on the same local day, which says which exclusions hold; else as made
        now.
        """
        if self.keep is None:
            return make()
        today = self.now.astimezone(ZoneInfo(marked.zone)).date()
        return self.keep((marked.organization_id, integration, marked.mark, today.isoformat()), make)

    def made(self, organization: str, integration: str, *, held: bool) -> "Pinned":
        """See `pinned`; made now."""
        from pydantic import ValidationError

        from reconciler.engine.pinned import pin
        from reconciler.engine.timetable import DRIFT

        applied = self.applied.applied(organization, integration)
        try:
            return pin(applied if held else replace(applied, record_holds=()), self.now, many=self.keep is None)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the whole"
            raise Blocked(
                say(
                    "the row of {organization} {integration} is not as it was applied: {where}",
                    organization=organization,
                    integration=integration,
                    where=where,
                ),
                DRIFT,
            ) from error

    def check(self, organization: str) -> None:
        """Raises UsageError where the organisation is not applied."""
        known = self.overview.organizations()
        if organization not in known:
            hint = f"one of {', '.join(known)}" if known else "reconciler apply puts the first one here"
            raise UsageError(say("the organisation '{organization}' is not applied", organization=organization), hint)


def reading_of(tables: "Database", settings: Settings, now: datetime, keep: "Keep | None" = None) -> Reading:
    """The reading parts on one connection, which stays whoever's it is. `keep` keeps integrations that were made ready,
    for who reads all of one page in one transaction.
    """
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

    return Reading(
        now=now,
        tables=tables,
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
        keep=keep,
    )
