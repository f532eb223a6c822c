"""Serve one app on 127.0.0.1 until told to stop: the ready line, the signals, the parent's death.

Nothing about any outside system belongs here.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
IDLE_S = 120
"""So long a connection stays open that nobody uses, as with the systems themselves: longer than a client keeps one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that every simulator has."""
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--die-with-parent", action="store_true", help="exit when standard input ends")


def run(app: Starlette, path: str, arguments: argparse.Namespace) -> None:
    """Serve `app`; print `ready http://127.0.0.1:PORT<path>` once connections are accepted; return when stopped.

    An app whose system is no HTTP has `state.beside`, which opens it and gives its address: that is said before ours.
    SIGTERM and SIGINT stop it at once, unfinished requests included, with exit code 0.
    """
    config = uvicorn.Config(
        app,
        host=HOST,
        port=arguments.port,
        http=_Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_keep_alive=IDLE_S,
    )
    server = _Server(config, path, watch_parent=arguments.die_with_parent)
    logging.getLogger("uvicorn.error").addFilter(_not_cancelled)
    server.run()


async def drop_connection(request: Request) -> None:
    """Close the TCP connection of `request` without answering."""
    cast("asyncio.Transport", request.state.transport).abort()
    await asyncio.sleep(0)  # lets the server learn that nobody listens, so that it sends nothing


def _not_cancelled(record: logging.LogRecord) -> bool:
    """Keep quiet about requests that our own stopping has cut short."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _Protocol(H11Protocol):
    """HTTP/1.1 that hands the transport to the app as `request.state.transport`, so that a fault can drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, path: str, *, watch_parent: bool) -> None:
        super().__init__(config)
        self._path = path
        self._watch_parent = watch_parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        if self._watch_parent:
            threading.Thread(target=self._until_parent_ends, daemon=True).start()
        beside = getattr(cast("Starlette", self.config.app).state, "beside", None)
        first = f"{await beside()} " if beside else ""
        sys.stdout.write(f"ready {first}http://{HOST}:{port}{self._path}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Whoever still waits sees the connection go, as when a machine dies, not an invented error page.
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol):
                connection.transport.abort()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again after its shutdown, which would turn the exit code into -15.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True
        self.force_exit = True

    def _until_parent_ends(self) -> None:
        # os.read, not sys.stdin: a daemon thread that holds the buffered reader's lock breaks interpreter shutdown.
        while os.read(0, 4096):
            pass
        self._stop()
