"""Connections to a host that end in time: whatever is waited for ends at the moment that `within` set.

httpcore's own limits begin anew with every piece that arrives, so that a peer that says one byte a second is waited for
all day. Only the system's resolver keeps its own time.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

LATE = "the answer did not come to an end in time"
PIECE = 16_384
"""Bytes that are written at a time: each piece has a limit of its own."""
_UNTIL: ContextVar[float] = ContextVar("until", default=0.0)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything inside ends within so many seconds."""
    kept = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(kept)


class Network(httpcore.NetworkBackend):
    """Connections of this machine."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """See httpcore."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Line(self._sockets.connect_tcp(host, port, left, local_address, socket_options))


class _Line(httpcore.NetworkStream):
    def __init__(self, line: httpcore.NetworkStream) -> None:
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._line.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._line.write(buffer[start : start + PIECE], _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Line(self._line.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


def _left(timeout: float | None, over: type[Exception]) -> float:
    """Seconds to wait at most; raises `over` where none are left."""
    left = _UNTIL.get() - time.monotonic()
    if left <= 0:
        raise over(LATE)
    return left if timeout is None else min(left, timeout)
