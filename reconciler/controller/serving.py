"""HTTP that nobody can hold up: one request to a connection, and a few seconds for all of it."""

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.controller.surfaces import Address
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from starlette.applications import Starlette

LIFE_S = 15.0
"""Of a connection, from its first byte to the last of the answer. uvicorn itself waits for a request for ever."""
CONNECTIONS = 32
"""At once, for each listener; more are answered 503. So many bodies may be held at once."""
STOP_S = 3


class _Protocol(H11Protocol):
    """HTTP/1.1 whose connections end after LIFE_S, whatever the peer does or leaves undone."""

    _end: asyncio.TimerHandle | None = None
    life_s = LIFE_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        super().connection_made(transport)
        self._end = self.loop.call_later(self.life_s, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


def listen(address: Address, setting: str) -> socket.socket:
    """Take the address. Raises UsageError where it is another's."""
    try:
        found = socket.create_server(
            (address.host, address.port), family=socket.AF_INET6 if ":" in address.host else socket.AF_INET
        )
    except OSError as error:
        message = f"{address.host}:{address.port} cannot be listened on: {error.strerror}"
        raise UsageError(message, f"look who uses it, or name another in {setting}") from error
    # What was accepted has it too. asyncio does so only where it made the socket; without it the second part of an
    # answer waits until the peer has acknowledged the first, up to 40 ms.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


class Listener(uvicorn.Server):
    """One app on one socket, without the signals, the log and the headers that uvicorn brings."""

    def __init__(self, app: "Starlette", life_s: float = LIFE_S) -> None:
        protocol: Any = type("_Timed", (_Protocol,), {"life_s": life_s})
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # A connection for each request: whoever leaves one open keeps nobody else out.
                headers=[("connection", "close")],
                limit_concurrency=CONNECTIONS,
                h11_max_incomplete_event_size=32 * 1024,
                timeout_graceful_shutdown=STOP_S,
            )
        )
