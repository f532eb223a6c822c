"""What goes wrong, when a test says so. The switches are told in the package's docstring."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from parts.cluster.kinds import Kind
from parts.cluster.refusals import Refused
from parts.cluster.requests import Request
from parts.cluster.storage import Key, Object, Store
from parts.cluster.watching import Watches


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    body: bytes
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Exchange(Protocol):
    """One request and the connection that it came on."""

    def carry_out(self) -> None:
        """Do what was asked, and answer."""

    def carry_out_silently(self) -> None:
        """Do what was asked, and answer nothing."""

    def say(self, answer: Answer) -> None: ...

    def hang_up(self) -> None: ...


Reply = Callable[[Exchange], None]


def status(code: int, reason: str | None = None, *, retry_after_s: int | None = None) -> Reply:
    """This Status, and nothing is done."""
    body = Refused(code, "armed by the test", reason).status
    headers: tuple[tuple[str, str], ...] = ()
    if retry_after_s is not None:
        body["details"] = {"retryAfterSeconds": retry_after_s}
        headers = (("Retry-After", str(retry_after_s)),)
    return lambda exchange: exchange.say(Answer(code, json.dumps(body).encode(), headers=headers))


def raw(code: int, body: bytes, media_type: str = "application/json", **headers: str) -> Reply:
    return lambda exchange: exchange.say(Answer(code, body, media_type, tuple(headers.items())))


def throttled(seconds: int) -> Reply:
    """As the server's flow control refuses: not with a Status."""
    words = b"Too many requests, please try again later.\n"
    return raw(429, words, "text/plain; charset=utf-8", **{"Retry-After": str(seconds)})


def slow(seconds: float) -> Reply:
    """The true answer, later."""

    def reply(exchange: Exchange) -> None:
        threading.Event().wait(seconds)
        exchange.carry_out()

    return reply


def drop() -> Reply:
    """Nothing is done, and the connection breaks."""
    return lambda exchange: exchange.hang_up()


def lost() -> Reply:
    """It is done, and the connection breaks before the answer."""

    def reply(exchange: Exchange) -> None:
        exchange.carry_out_silently()
        exchange.hang_up()

    return reply


@dataclass(slots=True)
class Armed:
    reply: Reply
    verb: str | None
    plural: str | None
    once: bool

    def fits(self, request: Request) -> bool:
        return self.verb in (None, request.verb) and self.plural in (None, request.resource)


@dataclass(slots=True)
class Faults:
    """The switches of one server."""

    store: Store
    watches: Watches
    close_port: Callable[[], None]
    open_port: Callable[[], None]
    cut_connections: Callable[[], None]
    resetting: bool = False
    _armed: list[Armed] = field(default_factory=list)
    _cache: tuple[int, bool] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, reply: Reply, verb: str | None = None, plural: str | None = None) -> None:
        with self._lock:
            self._armed.append(Armed(reply, verb, plural, once=True))

    @contextmanager
    def always(self, reply: Reply, verb: str | None = None, plural: str | None = None) -> Iterator[None]:
        armed = Armed(reply, verb, plural, once=False)
        with self._lock:
            self._armed.append(armed)
        try:
            yield
        finally:
            with self._lock:
                self._armed = [one for one in self._armed if one is not armed]

    def meant_for(self, request: Request) -> Reply | None:
        with self._lock:
            for armed in self._armed:
                if armed.fits(request):
                    if armed.once:
                        self._armed.remove(armed)
                    return armed.reply
        return None

    @contextmanager
    def away(self, how: Literal["refused", "reset"] = "refused") -> Iterator[None]:
        if how == "reset":
            self.resetting = True
        else:
            self.close_port()
        self.watches.end_all()
        self.cut_connections()
        try:
            yield
        finally:
            self.resetting = False
            if how == "refused":
                self.open_port()

    def cut_watches(self) -> None:
        self.watches.end_all()

    def forget(self) -> None:
        self.store.compact()

    @property
    def gone_as_status(self) -> bool:
        return self.watches.gone_as_status

    @gone_as_status.setter
    def gone_as_status(self, value: bool) -> None:
        self.watches.gone_as_status = value

    @property
    def silent(self) -> bool:
        return self.watches.silent

    @silent.setter
    def silent(self, value: bool) -> None:
        self.watches.silent = value

    @contextmanager
    def stale(self, *, all_lists: bool = False) -> Iterator[None]:
        self._cache = (self.store.revision, all_lists)
        try:
            yield
        finally:
            self._cache = None

    def cached(self, query: dict[str, str]) -> int | None:
        """The revision of the cache that answers a list, where a stale one does."""
        if self._cache and (self._cache[1] or query.get("resourceVersion") == "0") and not query.get("continue"):
            return self._cache[0]
        return None


__all__ = [
    "Answer",
    "Exchange",
    "Faults",
    "Key",
    "Kind",
    "Object",
    "Reply",
    "drop",
    "lost",
    "raw",
    "slow",
    "status",
    "throttled",
]
