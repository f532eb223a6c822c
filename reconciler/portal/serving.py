"""Listening: the portal as a process that ends in good order."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.controller.serving import listen
from reconciler.controller.surfaces import Address
from reconciler.portal.app import application
from reconciler.portal.house import House, open_house
from reconciler.portal.named import named
from reconciler.settings import Settings

KEEP_ALIVE_S, ASKING_S, STOP_S = 15, 30, 3
TOGETHER = 200
"""Connections at once; more are answered 503."""


def steady() -> None:
    """Have a process that answers people look for garbage often and shortly, and never through what it began with.

    As the console script has it for verbs that end soon, somebody's page waited a quarter of a second for it.
    """
    gc.freeze()
    gc.set_threshold(10_000, 4, 100)


class Prompt(H11Protocol):
    """HTTP/1.1 whose peer has ASKING_S for each question: whoever dawdles keeps no place that others want. uvicorn
    itself waits for a question for ever; an answer may take its time, as news do.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._late is None:
            self._wait()
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._asked()

    def connection_lost(self, exc: Exception | None) -> None:
        self._asked()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(ASKING_S, self.transport.abort)

    def _asked(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class Server:
    """A portal that is listened on from the beginning, and answers from `serve` on."""

    def __init__(self, settings: Settings) -> None:
        portal = named(settings)
        self._socket = listen(Address(portal.host, portal.port), "RECONCILER_PORTAL_LISTEN")
        host, port = self._socket.getsockname()[:2]
        here = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            self.house: House = open_house(settings, replace(portal, address=portal.address or here))
        except BaseException:
            self._socket.close()
            raise
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(self.house), http=Prompt, ws="none", log_config=None, access_log=False, server_header=False,
                date_header=True, proxy_headers=False, lifespan="off", timeout_keep_alive=KEEP_ALIVE_S,
                limit_concurrency=TOGETHER, timeout_graceful_shutdown=STOP_S, h11_max_incomplete_event_size=32 * 1024,
            )
        )  # fmt: skip

    @property
    def address(self) -> str:
        """Where it is found."""
        return self.house.portal.address

    def serve(self, stopping: Event) -> None:
        """Answer until told to stop; then finish what is being answered, for a few seconds."""
        ending = Thread(target=self._end_with, args=(stopping,), name="portal-end", daemon=True)
        ending.start()
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            stopping.set()
            self.house.close()
            self._socket.close()

    def _end_with(self, stopping: Event) -> None:
        stopping.wait()
        self.house.stopping.set()
        self._server.should_exit = True


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    """A portal in a thread of its own, for the demo and for tests."""
    server, stopping = Server(settings), Event()
    thread = Thread(target=server.serve, args=(stopping,), name="portal", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopping.set()
        thread.join(STOP_S + KEEP_ALIVE_S)
