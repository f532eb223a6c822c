"""The pages that operators and their machines look at: `/healthz`, `/readyz`, `/metrics`."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reconciler.controller.inside import Inside

REACHED_S = 60.0
"""A database that was not reached for this long is not reached lately."""


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
        content, kind = await asyncio.to_thread(self._inside.metrics.exposed)
        return Response(content, media_type=kind)


def _json(found: Mapping[str, Any], *, ok: bool) -> Response:
    return Response(json.dumps(found) + "\n", 200 if ok else 503, media_type="application/json")
