"""The app: the GraphQL path, in the order in which the real one seems to judge, with the faults in between."""

import asyncio
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from reconciler.simulators.serve import drop_connection
from reconciler.simulators.xledger import control
from reconciler.simulators.xledger.limits import burst_reached, concurrency_reached, credits_spent
from reconciler.simulators.xledger.mutations import mutation_type
from reconciler.simulators.xledger.operations import Operation, carry_out, read_operation
from reconciler.simulators.xledger.options import Options
from reconciler.simulators.xledger.queries import query_type
from reconciler.simulators.xledger.refusals import Refusal, timed_out
from reconciler.simulators.xledger.session import Session
from reconciler.simulators.xledger.state import State
from reconciler.simulators.xledger.tokens import Grant, unknown_token

PATH = "/graphql"
_MAINTENANCE = "<html><head><title>{status}</title></head><body><h1>We are down for maintenance</h1></body></html>"
_RESET_AT = "2026-04-17T15:00:00"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request on its way: who asks for what."""

    request: Request
    state: State
    grant: Grant
    operation: Operation

    def fault(self, name: str) -> Any:
        return self.state.faults.take(name, self.operation.kind, self.grant.token)


def application_of(options: Options) -> Starlette:
    """The app with fresh state."""
    app = Starlette(routes=[Route(PATH, _graphql, methods=["POST"]), *control.ROUTES])
    app.state.options = options
    app.state.schema = GraphQLSchema(query_type(ext_identifier_filter=options.ext_identifier_filter), mutation_type())
    app.state.simulated = State.fresh(options)
    return app


async def _graphql(request: Request) -> Response:
    state: State = request.app.state.simulated
    operation = read_operation(request.app.state.schema, await request.body())
    if fault := state.faults.take("maintenance", operation.kind):
        state.counts.refused += 1
        return HTMLResponse(_MAINTENANCE.format(status=fault.status), fault.status)
    try:
        grant = state.tokens.authenticate(request.headers.get("authorization", ""))
        asked = _Asked(request, state, grant, operation)
        _refuse_by_fault(asked)
        with state.limits.admitted(grant.token):
            return await _serve(asked)
    except Refusal as refusal:
        state.counts.refused += 1
        return JSONResponse(refusal.body(), state.refusal_status() if refusal.status_varies else 200)


def _refuse_by_fault(asked: _Asked) -> None:
    if asked.fault("reject_token"):
        raise unknown_token()
    if asked.fault("burst"):
        raise burst_reached()
    if asked.fault("concurrency"):
        raise concurrency_reached()
    if fault := asked.fault("insufficient_credits"):
        raise credits_spent(fault.resetAt or _RESET_AT)


async def _serve(asked: _Asked) -> Response:
    await asyncio.sleep(asked.request.app.state.options.latency_s)
    if fault := asked.fault("stall_before_commit"):
        await asyncio.sleep(fault.seconds)
    if asked.fault("timeout_before_commit"):
        raise timed_out()
    if asked.operation.kind == "mutation" and asked.grant.read_only:
        # The real text and code are unknown (research 1.10, point 9).
        raise Refusal("The API token has no write access.", "FORBIDDEN")
    session = Session(asked.state, asked.grant)
    answer = carry_out(asked.request.app.state.schema, asked.operation, session)
    session.commit()
    _count(asked)
    return await _answer(asked, answer)


def _count(asked: _Asked) -> None:
    if asked.operation.kind == "mutation":
        asked.state.counts.mutations += 1
    else:
        asked.state.counts.queries += 1


async def _answer(asked: _Asked, answer: dict[str, Any]) -> Response:
    """Answer for what is already done, unless a fault loses, delays or garbles the answer."""
    response = JSONResponse(answer)
    if fault := asked.fault("stall_after_commit"):
        await asyncio.sleep(fault.seconds)
    if asked.fault("timeout_after_commit"):
        return JSONResponse(timed_out().body())
    if asked.fault("garbage"):
        return Response(bytes(response.body)[: len(response.body) // 2], media_type="application/json")
    if asked.fault("lose_response_after_commit"):
        await drop_connection(asked.request)
    return response
