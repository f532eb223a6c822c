"""The pages that operators and their machines look at: `/healthz`, `/readyz`, `/metrics`."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from reconciler.controller.inside import Inside

REACHED_S = 60.0
"""A database that was not reached for this long is not reached lately."""
COLLECTED_S = 9.0
"""Prometheus waits ten seconds where nobody tells it otherwise."""
T = TypeVar("T")


class Seen:
    """What operators and their machines look at."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside

    async def health(self, _: Request) -> Response:
        """Alive: no part has been silent for longer than it may be. To be killed otherwise."""
        silent = {name: round(age, 1) for name, age in self._inside.pulse.silent().items()}
        return _json({"alive": not silent, "silent": silent}, ok=not silent)

    async def readiness(self, _: Request) -> Response:
        """Ready: the first pass is done, the database was reached lately, and its schema is this version's."""
        waiting = dict(self._inside.pulse.waiting())
        if self._inside.probe is not None and self._inside.pulse.age("database") > REACHED_S:
            waiting.setdefault("database", "the database")
        return _json({"ready": not waiting, "waiting": waiting}, ok=not waiting)

    async def metrics(self, _: Request) -> Response:
        """Prometheus' text format."""
        try:
            content, kind = await asyncio.wait_for(aside(self._inside.metrics.exposed), COLLECTED_S)
        except TimeoutError:
            return Response(status_code=503)
        return Response(content, media_type=kind)


def _json(found: Mapping[str, Any], *, ok: bool) -> Response:
    return Response(json.dumps(found) + "\n", 200 if ok else 503, media_type="application/json")


async def aside(call: Callable[[], T]) -> T:
    """What `call` gives, found in a thread that the end of the process does not wait for, as it does for asyncio's own.

    A database that neither answers nor goes away holds a thread for as long as TCP has patience.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[T] = loop.create_future()

    def tell(told: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is over, and nobody waits any more
            loop.call_soon_threadsafe(lambda: None if found.done() else told())

    def body() -> None:
        try:
            answer = call()
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            tell(lambda error=error: found.set_exception(error))  # type: ignore[misc]  # bound before it is unset
        else:
            tell(lambda: found.set_result(answer))

    threading.Thread(target=body, daemon=True).start()
    return await found
