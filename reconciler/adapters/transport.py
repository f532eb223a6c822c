"""How bytes get there: names are looked up, connected to and spoken with until a moment, and no longer.

The client's own limits begin anew with every piece that arrives, and it has none for names. Every wait here ends at the
moment that `within` set, and says what it waited for.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore
import httpx

NAME_S = 3.0
"""Seconds for a name."""
PIECE = 16_384
"""Bytes that are written at a time: each piece has a limit of its own."""
LATE = "the answer did not come to an end in time"
_UNTIL: ContextVar[float] = ContextVar("until")

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name; OSError where it has none."""


def resolve(name: str, port: int) -> Sequence[str]:
    """As this machine is set up to."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever is waited for inside ends within so many seconds, or sooner where that was asked for outside."""
    kept = _UNTIL.set(min(_UNTIL.get(float("inf")), time.monotonic() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(kept)


def left_s(most: float | None = None) -> float:
    """Seconds that are left, `most` at most; not above 0 where the time is over."""
    left = _UNTIL.get(float("inf")) - time.monotonic()
    return left if most is None else min(left, most)


class NoTls(httpcore.ConnectError):
    """Somebody is there, and cannot prove who, or does not speak TLS."""


class Transport(httpx.HTTPTransport):
    """httpx's own, over connections that end in time. `context` is None for plain HTTP."""

    def __init__(self, context: ssl.SSLContext | None, find: Resolve = resolve) -> None:
        super().__init__(verify=context or False, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=Network(find), max_connections=10)


class Network(httpcore.NetworkBackend):
    """Connections that end in time."""

    def __init__(self, find: Resolve) -> None:
        self._find = find
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first address of the name that takes the connection."""
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses(host, port):
            try:
                left = _time(timeout, httpcore.ConnectTimeout, f"nobody takes a connection at {host}:{port}")
                return _Line(self._sockets.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"the name '{host}' has no address")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """In a thread of its own: looking up a name cannot be interrupted."""
        answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._find(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error if isinstance(error, OSError) else OSError(str(error)))

        Thread(target=ask, daemon=True).start()
        try:
            found = answers.get(timeout=_time(NAME_S, httpcore.ConnectTimeout, "the time was over before it began"))
        except Empty:
            raise httpcore.ConnectTimeout(f"no name server answers who '{host}' is") from None
        if isinstance(found, OSError):
            raise httpcore.ConnectError(f"the name '{host}' is not known: {found}") from found
        return found


class _Line(httpcore.NetworkStream):
    """One connection, each of whose waits ends in time."""

    def __init__(self, line: httpcore.NetworkStream) -> None:
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _time(timeout, httpcore.ReadTimeout, LATE)
        try:
            return self._line.read(max_bytes, left)
        except httpcore.ReadTimeout as error:
            raise httpcore.ReadTimeout(LATE) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            left = _time(timeout, httpcore.WriteTimeout, "the request was not taken in time")
            self._line.write(buffer[start : start + PIECE], left)

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _time(timeout, httpcore.ConnectTimeout, "no time was left for TLS")
        try:
            return _Line(self._line.start_tls(ssl_context, server_hostname, left))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise NoTls(f"no TLS with {server_hostname}: {error}") from error

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


def _time(timeout: float | None, over: type[Exception], words: str) -> float:
    """Seconds to wait at most; raises `over` where none are left."""
    left = left_s(timeout)
    if left <= 0:
        raise over(words)
    return left
