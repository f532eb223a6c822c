"""The endpoints that hosts of git call. Their answers are numbers, and nothing else."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reconciler.controller.deliveries import EVERY_S, Deliveries
from reconciler.controller.hooks import HOSTS, HookHost, identity, is_theirs, may_be, proposes, pushed
from reconciler.controller.inside import Inside
from reconciler.controller.surfaces import secrets
from reconciler.errors import UsageError

LARGEST = 1 << 20
"""Bytes of a hook's body. A push that is told in more, of some hundreds of commits, is found by asking instead."""
log = logging.getLogger(__name__)


class Hooks:
    """Deliveries of hosts of git."""

    def __init__(self, inside: Inside, secret_file: Path) -> None:
        self._inside = inside
        self._secret_file = secret_file
        self._deliveries = Deliveries()
        self._owed: dict[str, asyncio.TimerHandle] = {}

    def answering(self, name: str) -> Callable[[Request], Any]:
        """The endpoint of a host."""

        async def answer(request: Request) -> Response:
            status, outcome = await self._answer(HOSTS[name], request)
            self._inside.metrics.hooked(name, outcome)
            return Response(status_code=status, headers={"retry-after": "60"} if status == 429 else None)

        return answer

    async def _answer(self, host: HookHost, request: Request) -> tuple[int, str]:
        """The answer's number, and the word for it in the metrics."""
        try:
            known = secrets(self._secret_file)  # read each time: so a secret is changed without a restart
        except UsageError as error:
            log.error("%s", error.message)  # noqa: TRY400 - the message says it all
            return 503, "no_secret"
        headers = _headers(request)
        if not may_be(host, headers, known):
            return 401, "forged"
        body = await _body(request)
        if body is None:
            return 413, "too_large"
        if not is_theirs(host, headers, body, known):
            return 401, "forged"
        return self._admitted(host, headers, body)

    def _admitted(self, host: HookHost, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        if not headers.get("content-type", "").startswith("application/json"):
            return 415, "no_json"
        try:
            ref = pushed(host, headers, body)
        except ValueError:
            return 400, "no_json"
        reason = "push" if ref == f"refs/heads/{self._inside.branch}" else "proposed" if proposes(host, headers) else ""
        if not reason:
            return 202, "other"
        match self._deliveries.admit(identity(host, headers, body)):
            case "repeat":
                return 202, "repeat"
            case "flood":
                self._owe(reason)
                return 429, "flood"
            case "new":
                self._inside.wake.wake(reason)
                return 202, "woken"

    def _owe(self, reason: str) -> None:
        """The last of a flood may be the one that counts: all of it together wakes once, a little later."""
        if reason not in self._owed:
            self._owed[reason] = asyncio.get_running_loop().call_later(2 * EVERY_S, self._pay, reason)

    def _pay(self, reason: str) -> None:
        del self._owed[reason]
        self._inside.wake.wake(reason)


def _headers(request: Request) -> dict[str, str]:
    """Each header that was given once. One that was given twice is not there: whom should it prove?"""
    names = [name for name, _ in request.headers.items()]
    return {name: value for name, value in request.headers.items() if names.count(name) == 1}


async def _body(request: Request) -> bytes | None:
    """The body, None where it is larger than LARGEST: by its own word, or as soon as it is."""
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or len(told) > 12 or int(told) > LARGEST:
        return None
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST:
            return None
    return bytes(found)
