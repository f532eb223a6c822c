"""The app: every request goes the same way, with the faults in between."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from reconciler.simulators.register import control, records, tokens
from reconciler.simulators.register.options import Options
from reconciler.simulators.register.refusals import Refusal, written
from reconciler.simulators.register.state import State
from reconciler.simulators.serve import drop_connection

PATH = ""
_PAGE = "<html><head><title>{title}</title></head><body><h1>We are down for maintenance</h1></body></html>"

Act = Callable[[State, Request, bytes], Response]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request on its way: `kind` is read, write or token; `who` is empty where nobody has to say."""

    request: Request
    state: State
    kind: str
    body: bytes
    who: str = ""

    def fault(self, name: str) -> Any:
        return self.state.faults.take(name, self.kind, self.who)


def application_of(options: Options) -> Starlette:
    """The app with fresh state."""
    discovery, made = _handler("token", tokens.discovery), _handler("token", tokens.token)
    routes = [
        *control.ROUTES,
        Route("/.well-known/openid-configuration", discovery),
        Route("/{prefix:path}/.well-known/openid-configuration", discovery),
        Route("/{prefix:path}/token", made, methods=["POST"]),
        Route("/status", _handler("read", records.status)),
        Route("/{collection}/batch", _handler("write", records.batch), methods=["POST"]),
        Route("/{collection}/{reference}", _handler("write", records.put), methods=["PUT"]),
        Route("/{collection}/{reference}", _handler("write", records.remove), methods=["DELETE"]),
        Route("/{collection}/{reference}", _handler("read", records.get)),
        Route("/{collection}", _handler("write", records.post), methods=["POST"]),
        Route("/{collection}", _handler("read", records.listed)),
    ]
    app = Starlette(routes=routes)
    app.state.options = options
    app.state.simulated = State.fresh(options)
    return app


def _handler(kind: str, act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        state: State = request.app.state.simulated
        asked = _Asked(request, state, kind, await request.body())
        try:
            return await _serve(asked, act)
        except Refusal as refusal:
            state.counts.refused += 1
            return refusal.response(state.shape)

    return handle


async def _serve(asked: _Asked, act: Act) -> Response:
    if fault := asked.fault("maintenance"):
        asked.state.counts.refused += 1
        return HTMLResponse(_PAGE.format(title=fault.status), fault.status)
    asked = _authenticated(asked)
    _throttle(asked)
    if fault := asked.fault("refuse"):
        raise Refusal(fault.status, f"REFUSED_{fault.status}", "this is refused", headers={"Location": "/elsewhere"})
    await asyncio.sleep(asked.state.options.latency_s)
    await _before(asked)
    if asked.fault("error_in_200"):
        return Refusal(422, "NOT_DONE", "this could not be done").response(asked.state.shape, 200)
    if fault := asked.fault("stored_failure_before_commit"):
        return _stored(asked, fault.status)
    response = act(asked.state, asked.request, asked.body)
    counted = f"{asked.kind}s"
    setattr(asked.state.counts, counted, getattr(asked.state.counts, counted) + 1)
    return await _after(asked, response)


def _authenticated(asked: _Asked) -> _Asked:
    """Whose request it is; the token endpoint asks for itself. Raises Refusal with 401."""
    who = "" if asked.kind == "token" else asked.state.clients.authenticated(asked.request.headers)
    if who is None or asked.state.faults.take("reject_credential", asked.kind, who):
        raise Refusal(401, "UNAUTHORIZED", "the credential is not accepted", headers={"WWW-Authenticate": "Bearer"})
    return replace(asked, who=who)


def _throttle(asked: _Asked) -> None:
    if fault := asked.fault("throttle"):
        asked.state.counts.throttled += 1
        raise Refusal(429, "TOO_MANY_REQUESTS", "Too many requests.", headers=_away(fault.seconds, fault.form))
    if asked.kind == "token":
        return
    now = monotonic()
    if left := asked.state.window.left_s(now):
        asked.state.counts.throttled += 1
        raise Refusal(429, "TOO_MANY_REQUESTS", "Too many requests.", headers=_away(left, "seconds"))
    asked.state.window.admit(now)


def _away(seconds: float, form: str) -> dict[str, str]:
    """`Retry-After` as RFC 9110 (10.2.3) has it, in one of its two forms, or not at all."""
    if form == "none":
        return {}
    if form == "seconds":
        return {"Retry-After": str(math.ceil(seconds))}
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return {"Retry-After": until.strftime("%a, %d %b %Y %H:%M:%S GMT")}


async def _before(asked: _Asked) -> None:
    if fault := asked.fault("stall_before_commit"):
        await asyncio.sleep(fault.seconds)
    if asked.fault("lose_response_before_commit"):
        await drop_connection(asked.request)
        raise Refusal(500, "LOST", "nobody hears this")
    if fault := asked.fault("timeout_before_commit"):
        raise Refusal(fault.status, "TIMEOUT", "The request timed out.")


def _stored(asked: _Asked, status: int) -> Response:
    """A failure that stands under the request's key from now on."""
    refusal = Refusal(status, "FAILED", "something went wrong")
    asked.state.remember(records.place_of(asked.request), asked.body, status, written(refusal, asked.state.shape)[0])
    return refusal.response(asked.state.shape)


async def _after(asked: _Asked, response: Response) -> Response:
    """Answer for what is already done, unless a fault loses, delays or garbles the answer."""
    if fault := asked.fault("stall_after_commit"):
        await asyncio.sleep(fault.seconds)
    if fault := asked.fault("timeout_after_commit"):
        return Refusal(fault.status, "TIMEOUT", "The request timed out.").response(asked.state.shape)
    if fault := asked.fault("stored_failure_after_commit"):
        return _stored(asked, fault.status)
    content = bytes(response.body)
    if asked.fault("garbage"):
        return Response(content[: len(content) // 2], response.status_code, media_type="application/json")
    if asked.fault("html"):
        return HTMLResponse(_PAGE.format(title="Welcome"), 200)
    if fault := asked.fault("slow_body"):
        return StreamingResponse(_slowly(content, fault.seconds), response.status_code, media_type="application/json")
    if asked.fault("lose_response_after_commit"):
        await drop_connection(asked.request)
    return response


async def _slowly(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    """One byte at a time, and a pause after each."""
    for place in range(len(content)):
        yield content[place : place + 1]
        await asyncio.sleep(seconds)
