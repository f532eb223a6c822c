"""How bytes get there: names are looked up, judged, connected to and spoken with until a moment, and no longer.

The client's own limits begin anew with every piece that arrives, and it has none for names. Every wait here ends at the
moment that `within` set, and says what it waited for.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore

from reconciler.adapters.proxy import Proxy, tunnel
from reconciler.adapters.reach import Reach, literal

NAME_S = 3.0
"""Seconds for a name."""
TUNNEL_S = 6.0
"""Seconds for a proxy to connect."""
ADDRESSES = 8
"""Addresses of one name that are tried."""
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


class NotAllowed(httpcore.ConnectError):
    """The name, or the host as it is written, leads to where this installation does not go."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an installation gets to outside systems: where it goes, through which proxy, and whom it trusts.

    `ca_file` holds authorities that count beside the system's own: an outside system on one's own premises has a
    certificate from there, and the others keep theirs.
    """

    reach: Reach = field(default_factory=Reach)
    proxy: Proxy | None = None
    ca_file: Path | None = None

    def at_home(self) -> "Way":
        """To a simulator: on this machine or a named network, and never through a proxy."""
        return replace(self, reach=self.reach.at_home(), proxy=None)

    def context(self) -> ssl.SSLContext:
        """TLS that proves who is there. Raises OSError where the file of authorities cannot be read."""
        made = ssl.create_default_context()
        if self.ca_file is not None:
            made.load_verify_locations(self.ca_file)
        return made


class Network(httpcore.NetworkBackend):
    """Connections that end in time. `encrypted` is False for plain HTTP, which is spoken with simulators only."""

    def __init__(self, way: Way, find: Resolve, *, encrypted: bool) -> None:
        self._reach = way.reach
        self._proxy = way.proxy if encrypted else None
        self._plain = not encrypted
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
        """To the host itself, or through the proxy: which looks the name up itself, so that only a host which is
        written as an address can be judged here.
        """
        proxy = self._proxy
        if proxy is None or not proxy.serves(host):
            return self._line(self._allowed(host, port), host, port, timeout)
        if (address := literal(host)) is not None:
            self._judge(host, [address])
        with within(TUNNEL_S):
            line = self._line(self._addresses(proxy.host, proxy.port), proxy.host, proxy.port, timeout)
            return tunnel(line, proxy, host, port)

    def _line(self, addresses: Sequence[str], host: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        """To the first address that takes the connection."""
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses[:ADDRESSES]:
            try:
                left = _time(timeout, httpcore.ConnectTimeout, f"nobody takes a connection at {host}:{port}")
                return _Line(self._sockets.connect_tcp(address, port, left))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"the name '{host}' has no address")

    def _allowed(self, host: str, port: int) -> Sequence[str]:
        found = self._addresses(host, port)
        self._judge(host, found)
        return found

    def _judge(self, host: str, addresses: Sequence[str]) -> None:
        """One bad address refuses all: a name that leads to both places is somebody's trick.

        The address is not shown: who writes specs would read this machine's name server by it.
        """
        for address in addresses:
            if reason := self._reach.refusal(address):
                raise NotAllowed(f"'{host}' leads to {reason} (RECONCILER_PRIVATE_NETWORKS)")
        if self._plain and self._reach.public:
            raise NotAllowed(f"'{host}' is not asked without encryption: its address does not begin with https")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """In a thread of its own: looking up a name cannot be interrupted. An address is no name to look up."""
        if (address := literal(host)) is not None:
            return [address]
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
            # A host that no certificate can name: asked beforehand, since the socket would be lost with the failure.
            ssl_context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=server_hostname)
            return _Line(self._line.start_tls(ssl_context, server_hostname, left))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, ValueError) as error:
            self.close()
            raise NoTls(f"no TLS with {server_hostname}: {error}") from error

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


def _time(timeout: float | None, over: type[Exception], words: str) -> float:
    """Seconds to wait at most; raises `over` where none are left."""
    left = left_s(timeout)
    if left <= 0:
        raise over(words)
    return left
