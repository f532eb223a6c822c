"""Telling open pages that something changed: server-sent events, one per organisation and change.

One thread asks the database, once for each organisation that somebody looks at, however many they are; listeners hold
no connection to it. A listener who loses their session or their role is told that it is over.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from reconciler.database.marks import Marks
from reconciler.database.scoped import Scope
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.portal.house import House
from reconciler.portal.refusals import LoginNeeded, NotAllowed, NotThere, TooMany
from reconciler.portal.visiting import Name, Visit, house_of, person_if_any, visit

LOG = logging.getLogger("reconciler.portal")
router = APIRouter(include_in_schema=False)
EVERY_S = 1.5
"""Between two looks at the database."""
HEARTBEAT_S, RECHECK_S, MINUTE_S = 15.0, 30.0, 60.0
"""Between two signs of life, two looks at the session, and two words that time has passed."""
EACH, ALL = 12, 150
"""Listeners of one person, and of one process: `serving.TOGETHER` leaves room for everybody else's questions."""


def mark_of(seen: Visit) -> str:
    """What a page was made of, for whoever asks later whether that still holds; empty where nobody listens."""
    return Marks(seen.parts.tables).mark(seen.organization.id) if seen.person is not None else ""


@dataclass(slots=True)
class Watched:
    """An organisation that somebody looks at. `mark` is None until it was asked for."""

    mark: str | None = None
    listeners: int = 0
    turned: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, mark: str) -> None:
        """Wake whoever waits, where it is another mark."""
        if mark != self.mark:
            self.mark, turned, self.turned = mark, self.turned, asyncio.Event()
            turned.set()


class Exchange:
    """Who listens to what in one process. Lives in the event loop; only `_marks` runs in a thread."""

    def __init__(self, house: House, every_s: float) -> None:
        self._house, self._every_s = house, every_s
        self._watched: dict[str, Watched] = {}
        self._people: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    def check(self, account: str) -> None:
        """Raises TooMany where they, or all together, listen to so much already."""
        if self._people.get(account, 0) >= EACH or sum(self._people.values()) >= ALL:
            raise TooMany(30)

    @contextlib.contextmanager
    def listening(self, organization_id: str, account: str) -> Iterator[Watched]:
        """One more listener, for as long as this is entered."""
        found = self._watched.setdefault(organization_id, Watched())
        found.listeners += 1
        self._people[account] = self._people.get(account, 0) + 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield found
        finally:
            found.listeners -= 1
            if not found.listeners:
                self._watched.pop(organization_id, None)
            self._people[account] -= 1
            if not self._people[account]:
                del self._people[account]

    async def _look(self) -> None:
        """Ask until nobody listens any more."""
        while self._watched and not self._house.stopping.is_set():
            found = await to_thread.run_sync(self._marks, list(self._watched))
            for organization_id, mark in found.items():
                if watched := self._watched.get(organization_id):
                    watched.turn(mark)
            await asyncio.sleep(self._every_s)

    def _marks(self, organizations: list[str]) -> dict[str, str]:
        """The marks that can be had; a database that is away is asked again in the next round."""
        found: dict[str, str] = {}
        for each in organizations:
            tables = Scope(self._house.lines, each)
            try:
                found[each] = Marks(tables).mark(each)
            except DatabaseDown:
                break
            except ReconcilerError:
                LOG.exception("what changed in an organisation cannot be asked")
            finally:
                tables.close()
        return found


@router.get("/o/{organization}/events")
async def events(request: Request, organization: Name) -> Response:
    """What changes from now on, until it is over."""
    try:
        entered = await to_thread.run_sync(_entered, request, organization)
    except LoginNeeded:
        return PlainTextResponse("", status_code=401)
    exchange = _exchange(request, house_of(request))
    exchange.check(entered.account)
    told = _told(request, exchange, entered)
    return StreamingResponse(told, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def _exchange(request: Request, house: House) -> Exchange:
    found: Exchange | None = getattr(request.app.state, "exchange", None)
    if found is None:
        found = request.app.state.exchange = Exchange(house, EVERY_S)
    return found


@dataclass(frozen=True, slots=True)
class Entered:
    """Who listens, and to which organisation."""

    account: str
    organization_id: str
    organization: str


def _entered(request: Request, organization: str) -> Entered:
    """No connection is held after. Raises LoginNeeded, NotThere, NotAllowed."""
    with contextlib.contextmanager(visit)(request, organization, person_if_any(request)) as found:
        if found.person is None:
            raise LoginNeeded
        if not found.may("see"):
            raise NotAllowed("see")
        return Entered(found.account, found.organization.id, found.organization.name)


@dataclass(slots=True)
class Watch:
    """When one listener was told, looked after, and reminded of the time; in seconds of the loop's clock."""

    told: float
    checked: float
    minute: float
    said: str | None = None

    def line(self, watched: Watched, now: float) -> str:
        """What is to be said now; empty for nothing."""
        if watched.mark is not None and watched.mark != self.said:
            self.said, self.told = watched.mark, now
            return f"event: mark\ndata: {self.said}\n\n"
        if now - self.minute >= MINUTE_S:
            self.minute = self.told = now
            return "event: minute\ndata:\n\n"
        if now - self.told >= HEARTBEAT_S:
            self.told = now
            return ":\n\n"
        return ""


async def _told(request: Request, exchange: Exchange, entered: Entered) -> AsyncIterator[str]:
    """The lines of the stream."""
    clock, stopping = asyncio.get_running_loop().time, house_of(request).stopping
    watch = Watch(clock(), clock(), clock())
    with exchange.listening(entered.organization_id, entered.account) as watched:
        yield "retry: 5000\n\n"
        while not stopping.is_set():
            if clock() - watch.checked >= RECHECK_S:
                watch.checked = clock()
                if not await to_thread.run_sync(_still, request, entered):
                    yield "event: over\ndata:\n\n"
                    return
            turned = watched.turned
            if line := watch.line(watched, clock()):
                yield line
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(turned.wait(), 1.0)


def _still(request: Request, entered: Entered) -> bool:
    """Whether whoever listens may still see it. A database that is away takes nothing from anybody."""
    try:
        return _entered(request, entered.organization) == entered
    except (LoginNeeded, NotThere, NotAllowed):
        return False
    except DatabaseDown:
        return True
