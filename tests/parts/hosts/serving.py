"""Real servers on loopback, in this process: of an app, and of whatever bytes a test wants to say."""

import socket
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from parts.apps import serving
from parts.hostile import read_request
from parts.hosts.repository import BareRepository


class Stage:
    """One server for many tests, each of which puts its own app there."""

    def __init__(self, folder: Path) -> None:
        self.app: Starlette | None = None
        self.origin = ""
        self.model = BareRepository(folder / "model")
        self.model.push("main", {"orgs/a.yaml": "a: 1\n"})

    def repository(self, folder: Path) -> BareRepository:
        """A repository of a test's own, with a branch `main` that has one file."""
        return BareRepository(folder, self.model.folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def staged() -> Iterator[Stage]:
    """A stage that is served."""
    with tempfile.TemporaryDirectory(prefix="reconciler-hosts-") as folder:
        stage = Stage(Path(folder))
        with serving(stage, lifespan="off") as stage.origin:
            yield stage


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def saying(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that hears a whole request and then does what it was told to; its origin."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            read_request(self.request)
            try:
                speak(self.request)
            except OSError:
                return  # whoever asked has gone

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
