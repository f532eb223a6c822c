"""The app: every request goes the same way, with the faults in between."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from reconciler.simulators.answering import PAGE, after, before
from reconciler.simulators.business_central import batch, control
from reconciler.simulators.business_central.operations import Done, Inner, carry_out
from reconciler.simulators.business_central.options import Options
from reconciler.simulators.business_central.refusals import NO_USER, THROTTLED, Refusal
from reconciler.simulators.business_central.state import State
from reconciler.simulators.entra import tokens
from reconciler.simulators.faults import Fault

PATH = ""
API = "/v2.0/{tenant}/{environment}/api/v2.0/"
BATCH, POST = "$batch", "/Microsoft.NAV.post"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request on its way: `kind` is read, write, post or token; `path` follows the root of the API."""

    request: Request
    state: State
    kind: str
    body: bytes
    path: str = ""

    def fault(self, name: str, kind: str = "") -> Fault | None:
        return self.state.faults.take(name, kind or self.kind)

    @property
    def root(self) -> str:
        """How the sender calls the API."""
        found = self.request.path_params
        base = str(self.request.base_url).rstrip("/")
        return base + API.format(tenant=found["tenant"], environment=found["environment"])


def application_of(options: Options) -> Starlette:
    """The app with fresh state."""
    routes = [
        *control.ROUTES,
        Route("/{tenant}/oauth2/v2.0/token", _handle, methods=["POST"]),
        Route(API + "{path:path}", _handle, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ]
    app = Starlette(routes=routes)
    app.state.options = options
    app.state.simulated = State.fresh(options)
    return app


async def _handle(request: Request) -> Response:
    state: State = request.app.state.simulated
    asked = _Asked(request, state, _kind(request), await request.body(), _path(request))
    try:
        return await _serve(asked)
    except Refusal as refusal:
        state.counts.refused += 1
        state.said = refusal.message
        return refusal.response()


def _kind(request: Request) -> str:
    if "path" not in request.path_params:
        return "token"
    if request.method == "GET":
        return "read"
    return "post" if request.path_params["path"].endswith(POST) else "write"


def _path(request: Request) -> str:
    """What follows the root, as it was written: quotes and per cent signs are not decoded yet."""
    if "path" not in request.path_params:
        return ""
    raw = request.scope["raw_path"].decode("ascii", "replace").split("/", 6)[6]
    query = request.scope["query_string"].decode("ascii", "replace")
    return f"{raw}?{query}" if query else raw


async def _serve(asked: _Asked) -> Response:
    state = asked.state
    if fault := asked.fault("maintenance"):
        state.counts.refused += 1
        return HTMLResponse(PAGE.format(title=fault.status), fault.status)
    if asked.kind != "token":
        _check_sender(asked)
    if asked.fault("throttle"):
        raise _throttled(state)
    if fault := asked.fault("refuse"):
        raise _failed(fault.status, "this is refused")
    await asyncio.sleep(state.options.latency_s)
    await before(asked.request, asked.fault, _failed)
    return await after(asked.request, asked.fault, _failed, _carried_out(asked))


def _check_sender(asked: _Asked) -> None:
    """Raises Refusal with 401 for a token that is not good, and where the application is no user of the company."""
    clients = asked.state.clients
    who = clients.bearer(asked.request.headers.get("authorization", ""))
    if who is None or asked.fault("reject_credential"):
        raise Refusal(401, "Unauthorized", "The credentials provided are incorrect.")
    if not clients.member:
        # Which code the real one has is our reading of the family's name.
        raise Refusal(401, NO_USER, "The server has rejected the client credentials.")


def _carried_out(asked: _Asked) -> Response:
    state = asked.state
    if asked.kind == "token":
        state.counts.tokens += 1
        return tokens.token(state.clients, state.options.tenants, asked.request, asked.body)
    if asked.path == BATCH:
        return _batch(asked)
    headers = dict(asked.request.headers)
    done = _one(asked, Inner(asked.request.method, asked.path, headers, asked.body))
    return Response(status_code=done.status) if done.body is None else JSONResponse(done.body, done.status)


def _batch(asked: _Asked) -> Response:
    state = asked.state
    answers = batch.carried_out(state, asked.request.headers, asked.body, lambda inner: _operation(asked, inner))
    state.counts.batches += 1
    state.counts.refused += any(each["status"] >= 400 for each in answers)
    if asked.fault("fewer_answers"):
        answers = answers[:-1]
    if asked.fault("other_ids"):
        answers = [{**each, "id": f"x{each['id']}"} for each in answers]
    return JSONResponse({"responses": answers})


def _operation(asked: _Asked, inner: Inner) -> Done:
    if asked.fault("throttle", "operation"):
        raise _throttled(asked.state)
    if fault := asked.fault("refuse", "operation"):
        raise _failed(fault.status, "this is refused")
    return _one(asked, inner)


def _one(asked: _Asked, inner: Inner) -> Done:
    """One request, as the limit counts it: operations of a batch too, by our reading."""
    state, now = asked.state, monotonic()
    if state.window.left_s(now):
        raise _throttled(state)
    state.window.admit(now)
    state.counts.requests += 1
    return carry_out(state, inner, asked.root)


def _throttled(state: State) -> Refusal:
    """429, without a word about how long to stay away."""
    state.counts.throttled += 1
    return Refusal(429, THROTTLED, "The server is busy: too many requests reached.")


def _failed(status: int, message: str) -> Refusal:
    return Refusal(status, "Unknown", message)
