"""One integration of one type on a database of its own: fill, sync, and look at what became of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import uuid4

from contracts.systems.system import System
from parts.installation import Installation

from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import Tested, set_credential
from reconciler.engine.export import sync
from reconciler.engine.pinned import Pinned, PinnedExport, pin
from reconciler.engine.world import World
from reconciler.ports import Adapter
from reconciler.runs.export import Open
from reconciler.runs.report import RunReport
from reconciler.vaults.secret import Secret

LATER = 40
"""Minutes after which everything that is open can be asked for."""
GONE = ("sent", "posted")
SETTLED = {*GONE, "rejected", "rejected_late"}


class Meanwhile:
    """Crash points of a run in whose midst something happens: before the `times`-th passage of a place."""

    def __init__(self, place: str, act: Callable[[], object], times: int = 1) -> None:
        self._place, self._act, self._left = place, act, times

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        if name == self._place:
            self._left -= 1
            if self._left == 0:
                self._act()
        yield


@dataclass(slots=True)
class Bench:
    """`world` is the one of the last sync."""

    system: System
    installation: Installation
    world: World
    _pinned: Pinned | None = None

    @property
    def where(self) -> tuple[str, str]:
        return self.system.organization, self.system.integration

    def fill(self, count: int) -> None:
        self.system.fill(self.installation.sql, count)

    def sync(self, *, minutes: int = 0, meanwhile: Meanwhile | None = None) -> RunReport:
        """One run of the one send path; whatever is due is confirmed."""
        self.installation.at += minutes
        self.world = self.installation.world()
        world = replace(self.world, points=meanwhile) if meanwhile else self.world
        due = self.installation.sql(f"select count(*) from app.{self.system.category}")[0][0]
        return sync(world, Order(*self.where, "manual", uuid4(), confirmed=due))

    def forget(self) -> None:
        """Nothing was ever sent. Numbers that were given out are not given out again."""
        replica = "set local session_replication_role = replica"  # its history refuses to be shortened
        self.installation.sql(f"do $$ begin {replica}; truncate reconciler.exports cascade; end $$")

    def settle(self) -> RunReport:
        """Later syncs until no fate is open; two of them can be needed, one to ask and one to send again."""
        for _ in range(3):
            report = self.sync(minutes=LATER)
            if self.states().keys() <= SETTLED:
                break
        return report

    def writes(self) -> int:
        """Requests to write that were carried out. A class that may repeat a document counts as none."""
        return self.system.requests().writes if self.system.create.idempotency == "C" else 0

    @contextmanager
    def elsewhere(self, address: str) -> Iterator[None]:
        """Syncs go to another address, as if the credential had been tested there."""
        name, origin = self.system.type, "update reconciler.credentials set origin = %s where name = %s"
        was, url = self.installation.settings, urlsplit(address)
        self.installation.settings = replace(was, simulators={**was.simulators, name: address})
        self.installation.sql(origin, f"{url.scheme}://{url.netloc}", self.system.integration)
        try:
            yield
        finally:
            self.installation.settings, url = was, urlsplit(was.simulators[name])
            self.installation.sql(origin, f"{url.scheme}://{url.netloc}", self.system.integration)

    def test(self, credential: Mapping[str, str]) -> Tested:
        return set_credential(self.installation.world(), *self.where, Secret(dict(credential)))

    def states(self) -> dict[str, int]:
        return self.installation.states()

    def once(self) -> Counter[str]:
        """What should be booked: each reference whose document has gone, once."""
        rows = self.installation.sql("select reference from reconciler.exports where state = any(%s)", list(GONE))
        return Counter(row[0] for row in rows)

    @property
    def pinned(self) -> Pinned:
        """What is applied; it never changes here."""
        if self._pinned is None:
            self._pinned = pin(self.world.applied.applied(*self.where), self.world.clock.now())
        return self._pinned

    @property
    def export(self) -> PinnedExport:
        return next(each for each in self.pinned.exports if each.stream.category == self.system.category)

    def rows(self, *states: str) -> list[Open]:
        return self.world.ledger.open(self.export.stream, states, 500)

    @contextmanager
    def adapter(self) -> Iterator[Adapter]:
        """The type's adapter as a run opens it."""
        found = self.world.connect(self.pinned, self.export, Secret(dict(self.system.credential)), quick=False)
        try:
            yield found
        finally:
            found.close()
