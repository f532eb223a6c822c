"""The thread that answers HTTP: hooks that wake on one listener; health and metrics on another, for operators alone.

No answer to a hook says more than its number. docs/operations/observing.md tells every endpoint.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.controller.hooking import Hooks
from reconciler.controller.hooks import HOSTS
from reconciler.controller.inside import Inside
from reconciler.controller.seen import Seen, aside
from reconciler.controller.serving import LIFE_S, Listener, listen
from reconciler.controller.surfaces import Surfaces

if TYPE_CHECKING:
    import socket

PROBE_S = 10.0
"""Seconds between two looks at the database."""
BEAT_S = 2.0
SILENT_S = 30.0
"""After this without a beat the server itself counts as hanging."""


@dataclass(slots=True)
class Server:
    """Listens from its making on, answers from `start` on, until `stop`."""

    surfaces: Surfaces
    inside: Inside
    life_s: float = LIFE_S
    _sockets: dict[str, "socket.socket"] = field(init=False, default_factory=dict)
    _listeners: list[Listener] = field(init=False, default_factory=list)
    _thread: threading.Thread | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.surfaces.hooks:
            self._sockets["hooks"] = listen(self.surfaces.hooks, "RECONCILER_LISTEN")
        if self.surfaces.observe:
            self._sockets["observe"] = listen(self.surfaces.observe, "RECONCILER_OBSERVE")

    @property
    def listeners(self) -> tuple[str, ...]:
        """Those of `hooks` and `observe` that are listened on."""
        return tuple(self._sockets)

    def url(self, listener: str) -> str:
        """Where a listener (`hooks`, `observe`) is reached on this machine."""
        host, port = self._sockets[listener].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to answer, in a thread of its own; nothing is started where nothing is listened on."""
        if not self._sockets:
            return
        pulse = self.inside.pulse
        pulse.expect("server", SILENT_S)
        if self.inside.probe is not None:
            pulse.expect("database", float("inf"), waits_for="the database")
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), name="server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being answered, for a few seconds, and let go of the addresses."""
        for each in self._listeners:
            each.should_exit = True
        if self._thread is not None:
            self._thread.join(LIFE_S)
        for found in self._sockets.values():
            found.close()

    async def _serve(self) -> None:
        apps = {"hooks": self._hooks, "observe": self._observe}
        pairs = [(Listener(apps[name](), self.life_s), found) for name, found in self._sockets.items()]
        self._listeners += [each for each, _ in pairs]
        beside = [asyncio.create_task(self._beat())]
        if self.inside.probe is not None:
            beside.append(asyncio.create_task(self._probe(self.inside.probe)))
        try:
            await asyncio.gather(*(each.serve(sockets=[found]) for each, found in pairs))
        finally:
            for task in beside:
                task.cancel()

    async def _beat(self) -> None:
        while True:
            self.inside.pulse.beat("server")
            await asyncio.sleep(BEAT_S)

    async def _probe(self, probe: Callable[[], str]) -> None:
        while True:
            waits_for = await aside(probe)
            self.inside.pulse.unready("database", waits_for)
            if not waits_for:
                self.inside.pulse.beat("database")
            await asyncio.sleep(PROBE_S)

    def _hooks(self) -> Starlette:
        assert self.surfaces.secret_file is not None, "surfaces() lets no hooks be without"
        hooks = Hooks(self.inside, self.surfaces.secret_file)
        return _app([Route(f"/hooks/{name}", hooks.answering(name), methods=["POST"]) for name in HOSTS])

    def _observe(self) -> Starlette:
        seen = Seen(self.inside)
        pages = {"/healthz": seen.health, "/readyz": seen.readiness, "/metrics": seen.metrics}
        return _app([Route(path, page, methods=["GET"]) for path, page in pages.items()])


def _app(routes: list[Route]) -> Starlette:
    """Errors are numbers: no page says what this is."""

    async def silent(_: Request, error: Exception) -> Response:
        return Response(status_code=getattr(error, "status_code", 500), headers=getattr(error, "headers", None))

    app = Starlette(routes=routes, exception_handlers={404: silent, 405: silent, ClientDisconnect: silent, 500: silent})
    app.router.redirect_slashes = False
    return app
