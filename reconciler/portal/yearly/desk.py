"""The engine's desk for reports, as a portal sets it up: on connections that no page waits for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from reconciler.database.report_data import ReportData, report_data
from reconciler.database.reports import ReportTable
from reconciler.database.scoped import Lines, Scope
from reconciler.engine.desk import Categories, Desk
from reconciler.portal.house import House
from reconciler.portal.refusals import NotDone
from reconciler.portal.visiting import Visit
from reconciler.reports.columns import Raw
from reconciler.reports.counting import Asked, Data
from reconciler.wiring.points import NoPoints

Going = Callable[[], bool]


class Watched:
    """The records of a report, for as long as somebody may count: a portal that stops does not wait for them."""

    def __init__(self, data: ReportData, going: Going) -> None:
        self._data = data
        self._going = going

    def members(self) -> Iterator[Raw]:
        """See `Data`."""
        return self._while_going(self._data.members())

    def branches(self) -> Iterator[Raw]:
        """See `Data`."""
        return self._while_going(self._data.branches())

    def activities(self) -> Iterator[Raw]:
        """See `Data`."""
        return self._while_going(self._data.activities())

    def _while_going(self, rows: Iterator[Raw]) -> Iterator[Raw]:
        for row in rows:
            if not self._going():
                raise NotDone("yearly.ended")
            yield row


@contextmanager
def desk(house: House, lines: Lines, whose: str, account: str, going: Going) -> Iterator[Desk]:
    """A desk for one organisation, by its id. Two connections: the records are read in a snapshot of their own."""
    kept, counted = Scope(lines, whose), Scope(lines, whose)
    try:
        yield Desk(
            clock=house.clock,
            points=NoPoints(),
            store=ReportTable(kept, house.settings.installation),
            data=partial(_data, counted, going),
            pseudonym=house.shared().keys.pseudonym,
            actor=account,
        )
    finally:
        kept.close()
        counted.close()


@contextmanager
def _data(tables: Scope, going: Going, whose: str, asked: Asked, categories: Categories) -> Iterator[Data]:
    with report_data(tables, whose, asked, categories) as found:
        yield Watched(found, going)


@contextmanager
def at_hand(visit: Visit) -> Iterator[Desk]:
    """A desk for what counts nothing, on one of the connections of pages; the visit's own is given back meanwhile."""
    house = visit.parts.house
    visit.parts.tables.close()
    with desk(house, house.lines, visit.organization.id, visit.account, lambda: True) as found:
        yield found
