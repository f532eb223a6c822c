"""A count of today's data by a report that only a draft holds: in a thread, waited for a moment, kept for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reconciler.database.scoped import Lines
from reconciler.engine.rehearsal import rehearse
from reconciler.engine.reporting import Declared
from reconciler.errors import ReconcilerError
from reconciler.portal.house import House
from reconciler.portal.proposing.wizard.report.composing import declared
from reconciler.portal.proposing.wizard.report.desk import ReportDesk
from reconciler.portal.proposing.wizard.report.ready import countable, mark_of
from reconciler.portal.yearly.counts import Count, Going, Key
from reconciler.portal.yearly.desk import desk as counting_desk
from reconciler.reports.document import Figure, Finding


@dataclass(frozen=True, slots=True)
class Trial:
    """What was counted; `problem` says why nothing could be."""

    at: datetime
    year: int = 0
    figures: Sequence[Figure] = ()
    findings: Sequence[Finding] = ()
    unmapped: Mapping[str, int] | None = None
    problem: str = ""

    @property
    def blocking(self) -> int:
        """Findings that would keep it from being frozen."""
        return sum(each.severity == "error" for each in self.findings)


def begun(desk: ReportDesk) -> Count | None:
    """A count of what the draft says, begun or joined; None where it cannot be counted yet, or not here."""
    found = declared(desk) if countable(desk) else None
    if found is None:
        return None
    visit = desk.visit
    house = visit.parts.house
    work = partial(_count, house, found, visit.account)
    # The page's own connection is given back while it waits.
    visit.parts.tables.close()
    return house.counts.begin(_key(desk), mark_of(desk), house.now, work)


def forget(desk: ReportDesk) -> None:
    """Count anew the next time."""
    desk.visit.parts.house.counts.drop(_key(desk))


def result(desk: ReportDesk, count: Count | None) -> Trial | None:
    """What was counted, once it is there; None as long as it is counted. Raises NotDone where it was ended."""
    if count is None or not count.done(desk.visit.parts.house.counts.wait_s):
        return None
    found: Trial = count.future.result()
    return found


def _key(desk: ReportDesk) -> Key:
    # A draft is no report that anybody could mean by its name: its id stands for it.
    return desk.visit.organization.id, str(desk.draft.id), 0, "count"


def _count(house: House, found: Declared, account: str, lines: Lines, going: Going) -> Trial:
    with counting_desk(house, lines, found.organization_id, account, going) as here:
        try:
            told = rehearse(here, found)
        except ReconcilerError as error:
            return Trial(house.now, problem=error.message)
    return Trial(house.now, told.year, told.figures, told.findings, told.unmapped)
