"""The app: every request goes the same way, with the faults in between."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from reconciler.simulators.answering import PAGE, after, before
from reconciler.simulators.dataverse import control, multipart
from reconciler.simulators.dataverse.batch import carried_out
from reconciler.simulators.dataverse.multipart import Inner, Result
from reconciler.simulators.dataverse.options import Options
from reconciler.simulators.dataverse.refusals import NO_MEMBER, THROTTLED, Refusal
from reconciler.simulators.dataverse.rows import ROOT, carry_out
from reconciler.simulators.dataverse.state import State
from reconciler.simulators.entra import tokens

PATH = ""
BATCH = "$batch"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request on its way: `kind` is read, write or token; `who` is empty where nobody has to say."""

    request: Request
    state: State
    kind: str
    body: bytes
    who: str = ""

    def fault(self, name: str, kind: str = "") -> Any:
        return self.state.faults.take(name, kind or self.kind, self.who)


def application_of(options: Options) -> Starlette:
    """The app with fresh state."""
    methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    routes = [
        *control.ROUTES,
        Route("/{tenant}/oauth2/v2.0/token", _handle, methods=["POST"]),
        Route(ROOT + "{path:path}", _handle, methods=methods),
    ]
    app = Starlette(routes=routes)
    app.state.options = options
    app.state.simulated = State.fresh(options)
    return app


async def _handle(request: Request) -> Response:
    state: State = request.app.state.simulated
    kind = "token" if "tenant" in request.path_params else "read" if request.method == "GET" else "write"
    asked = _Asked(request, state, kind, await request.body())
    try:
        return await _serve(asked)
    except Refusal as refusal:
        state.counts.refused += 1
        return refusal.response()


async def _serve(asked: _Asked) -> Response:
    if fault := asked.fault("maintenance"):
        asked.state.counts.refused += 1
        return HTMLResponse(PAGE.format(title=fault.status), fault.status)
    if asked.kind != "token" and (refused := _unknown(asked)) is not None:
        return refused
    if fault := asked.fault("throttle"):
        raise _throttled(asked.state, fault.form, fault.seconds)
    if fault := asked.fault("refuse"):
        raise Refusal(fault.status, "", "this is refused", {"Location": "/elsewhere"})
    await asyncio.sleep(asked.state.options.latency_s)
    await before(asked.request, asked.fault, _timed_out)
    response = _carried_out(asked)
    return await after(asked.request, asked.fault, _timed_out, response)


def _carried_out(asked: _Asked) -> Response:
    if asked.kind == "token":
        asked.state.counts.tokens += 1
        return tokens.token(asked.state.clients, asked.state.options.tenants, asked.request, asked.body)
    return _batch(asked) if _path(asked.request) == BATCH else _single(asked)


def _timed_out(status: int, message: str) -> Refusal:
    return Refusal(status, "", message)


def _unknown(asked: _Asked) -> Response | None:
    """401 for a token that is not good. Raises Refusal with 403 where the application is no user here."""
    clients = asked.state.clients
    who = clients.bearer(asked.request.headers.get("authorization", ""))
    if who is None or asked.state.faults.take("reject_credential", asked.kind, who):
        asked.state.counts.refused += 1
        return PlainTextResponse("HTTP Error 401 - Unauthorized: Access is denied", 401, {"WWW-Authenticate": "Bearer"})
    if not clients.member:
        raise Refusal(403, NO_MEMBER, "The user is not a member of the organization.")
    return None


def _path(request: Request) -> str:
    """What follows the service's root, as it was written: quotes and per cent signs are not decoded yet."""
    raw = request.scope["raw_path"].decode("ascii", "replace").removeprefix(ROOT)
    query = request.scope["query_string"].decode("ascii", "replace")
    return f"{raw}?{query}" if query else raw


def _single(asked: _Asked) -> Response:
    inner = Inner(asked.request.method, _path(asked.request), dict(asked.request.headers), asked.body)
    result = _one(asked, inner)
    _count(asked.state, [inner])
    window = asked.state.window
    left = {"x-ms-ratelimit-burst-remaining-xrm-requests": str(window.rate.count - window.admitted)}
    headers = {"OData-Version": "4.0", **result.headers, **left}
    return (
        Response(status_code=result.status, headers=headers)
        if result.body is None
        else JSONResponse(result.body, result.status, headers)
    )


def _batch(asked: _Asked) -> Response:
    state, headers = asked.state, asked.request.headers
    groups = multipart.requests(headers.get("content-type", ""), asked.body, ROOT)
    state.counts.batches += 1
    go_on = "odata.continue-on-error" in headers.get("prefer", "") and not asked.fault("first_failure_ends")
    status, results = carried_out(state, groups, lambda inner: _part(asked, inner), go_on=go_on)
    _count(state, [each for group in groups for each in ([group] if isinstance(group, Inner) else group)])
    if asked.fault("fewer_parts"):
        results = results[:-1]
    content_type, content = multipart.written(results, other_boundary=bool(asked.fault("other_boundary")))
    return Response(content, status, {"OData-Version": "4.0", "Content-Type": content_type})


def _count(state: State, carried: Sequence[Inner]) -> None:
    """One request over HTTP, with all that it carried."""
    if all(each.method == "GET" for each in carried):
        state.counts.reads += 1
    else:
        state.counts.writes += 1


def _part(asked: _Asked, inner: Inner) -> Result:
    if fault := asked.fault("throttle", "part"):
        raise _throttled(asked.state, fault.form, fault.seconds)
    if fault := asked.fault("refuse", "part"):
        raise Refusal(fault.status, "", "this is refused")
    return _one(asked, inner)


def _one(asked: _Asked, inner: Inner) -> Result:
    """One request, as service protection counts it: parts of a batch too, by our reading (research 2.6)."""
    state, now = asked.state, monotonic()
    if left := state.window.left_s(now):
        raise _throttled(state, "requests", left)
    state.window.admit(now)
    state.ignored = 0
    state.counts.requests += 1
    return carry_out(state, inner, str(asked.request.base_url).rstrip("/"))


def _throttled(state: State, form: str, seconds: float) -> Refusal:
    """429. Whoever does not stay away is told to stay away longer."""
    state.counts.throttled += 1
    state.ignored += 1
    code = THROTTLED.get(form, THROTTLED["requests"])
    said = "Number of requests, their time or their concurrency exceeded the limit."
    return Refusal(429, code, said, {"Retry-After": str(math.ceil(seconds * state.ignored))})
