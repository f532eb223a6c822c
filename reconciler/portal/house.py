"""What all requests of one portal share: settings, connections, the clock, and the keys of the installation."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.clock import Clock, SystemClock
from reconciler.database.history import RunHistory
from reconciler.database.portal_people import PeopleTable
from reconciler.database.portal_sessions import SessionTable
from reconciler.database.requests import RequestTable
from reconciler.database.scoped import Lines, Scope, Snapshot
from reconciler.database.trail import Trail
from reconciler.errors import UsageError
from reconciler.portal.cache import Cache
from reconciler.portal.limits import Limits
from reconciler.portal.named import Portal
from reconciler.portal.pins import pins
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.portal_tokens import TokenTable
    from reconciler.engine.office import Office
    from reconciler.engine.pinned import Pinned
    from reconciler.engine.world import World
    from reconciler.portal.proposing.copy import Copy
    from reconciler.portal.proposing.pulls import Pulls
    from reconciler.portal.provider import Line
    from reconciler.portal.yearly.counts import Counts
    from reconciler.wiring import Shared
    from reconciler.wiring.reading import Reading


@dataclass(slots=True)
class House:
    """One process. `portal.address` is known once it is listened on."""

    settings: Settings
    portal: Portal
    lines: Lines
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _line: "Line | None" = None
    pins: "Cache[tuple[str, ...], Pinned]" = field(default_factory=pins)
    stopping: threading.Event = field(default_factory=threading.Event)
    _keys: "Shared | None" = None
    _copy: "Copy | None" = None
    _counts: "Counts | None" = None
    _pulls: "Pulls | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def copy(self) -> "Copy":
        """The copy of the config repository, made when somebody first needs it."""
        from reconciler.portal.proposing.copy import Copy

        with self._lock:
            if self._copy is None:
                self._copy = Copy(self.settings, self.clock)
            return self._copy

    @property
    def counts(self) -> "Counts":
        """What counts reports."""
        from reconciler.portal.yearly.counts import Counts

        with self._lock:
            if self._counts is None:
                self._counts = Counts(self.settings.database_url, self.stopping)
            return self._counts

    @property
    def pulls(self) -> "Pulls":
        """Open proposals, for all who look at them."""
        from reconciler.portal.proposing.pulls import Pulls

        copy = self.copy
        with self._lock:
            if self._pulls is None:
                self._pulls = Pulls(copy)
            return self._pulls

    def close(self) -> None:
        """End what is under way, and let go of every connection."""
        if self._counts is not None:
            self._counts.close()
        self.lines.close()

    def line(self) -> "Line":
        """The way to the OpenID provider, which is asked when somebody first logs in."""
        from reconciler.portal.provider import Line

        with self._lock:
            if self._line is None:
                assert self.portal.provider is not None
                self._line = Line(self.portal.provider, self.settings.ca_file)
            return self._line

    def shared(self) -> "Shared":
        """The keys of the installation, when somebody first needs them; none where credentials are not set here."""
        from reconciler.wiring import Shared, key_encryption, keyring, no_keys

        with self._lock:
            if self._keys is None and not self.portal.credentials:
                self._keys = Shared(self.clock, *no_keys())
            if self._keys is None:
                envelopes, tables = key_encryption(self.settings), Scope(self.lines)
                try:
                    self._keys = Shared(self.clock, envelopes, keyring(tables, envelopes))
                finally:
                    tables.close()
            return self._keys


@dataclass(slots=True)
class Parts:
    """The parts of one request: every one works on the same connection, held to one organisation or to none."""

    house: House
    tables: Scope | Snapshot
    account: str = "portal"

    def sessions(self) -> SessionTable:
        """Who is logged in."""
        return SessionTable(self.tables)

    def tokens(self) -> "TokenTable":
        """What programs log in with."""
        from reconciler.database.portal_tokens import TokenTable

        return TokenTable(self.tables)

    def people(self) -> PeopleTable:
        """Who is whose."""
        return PeopleTable(self.tables)

    def history(self) -> RunHistory:
        """Which runs there were."""
        return RunHistory(self.tables)

    def trail(self) -> Trail:
        """Who did what."""
        return Trail(self.tables)

    def asked(self) -> RequestTable:
        """Which syncs were asked for."""
        return RequestTable(self.tables)

    def reading(self) -> "Reading":
        """What only looks."""
        from reconciler.wiring.reading import reading_of

        keep = self.house.pins.of if isinstance(self.tables, Snapshot) else None
        return reading_of(self.tables, self.house.settings, self.house.now, keep)

    @contextmanager
    def moment(self) -> "Iterator[Reading]":
        """What only looks, all in one transaction: what a page shows is of one moment, and costs less."""
        from reconciler.wiring.reading import reading_of

        with self.tables.snapshot() as snapshot:
            yield reading_of(snapshot, self.house.settings, self.house.now, self.house.pins.of)

    def office(self) -> "Office":
        """What people decide about documents with."""
        from reconciler.wiring.office import office_of

        return office_of(self.tables, self._settings(), self.house.clock)

    def world(self) -> "World":
        """Every port: for what reaches outside systems or secrets."""
        from reconciler.wiring import world_of

        return world_of(self._settings(), self.tables, self.house.shared())

    def _settings(self) -> Settings:
        """Whoever visits is who acts."""
        return replace(self.house.settings, actor=self.account)


def open_house(settings: Settings, portal: Portal, lines: Callable[[str], Lines] = Lines) -> House:
    """Raises UsageError where no database is named, DatabaseDown where it does not answer or is not migrated, Blocked
    where its login is not one of a portal.
    """
    from reconciler.wiring import clock

    if not settings.database_url:
        raise UsageError("no database is named", "set RECONCILER_DATABASE_URL=postgresql://...")
    found = lines(settings.database_url)
    tables = Scope(found)
    try:
        tables.check()
        now = clock(settings) if settings.clock_start else SystemClock(tables.offset())
    except BaseException:
        found.close()
        raise
    finally:
        tables.close()
    return House(settings, portal, found, now)
