"""The control paths, ours alone: what a test or a demo asks of the simulator, as plain JSON without a token."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.simulators.xledger.faults import Fault, WrongOrder, read_fault
from reconciler.simulators.xledger.posting import run_import
from reconciler.simulators.xledger.state import Lag, State
from reconciler.simulators.xledger.statement import statement
from reconciler.simulators.xledger.tokens import Grant

_LATE = "The period is closed for posting."


def _order(act: Callable[[State, dict[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
    """A handler that reads a JSON object and answers with what `act` returns; 400 with `error` for a wrong order."""

    @wraps(act)
    async def handle(request: Request) -> Response:
        try:
            order = json.loads(await request.body() or b"{}")
            if not isinstance(order, dict):
                raise WrongOrder("a JSON object is expected")
            return JSONResponse(act(request.app.state.simulated, order))
        except (ValueError, KeyError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return handle


@_order
def _health(_state: State, _order: dict[str, Any]) -> dict[str, str]:
    return {"status": "ok"}


@_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    return statement(state)


@_order
def _import(state: State, _order: dict[str, Any]) -> dict[str, int]:
    state.books, counts = run_import(state.books, state.late_refusals)
    return counts


@_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if order.get("clear"):
        state.faults.clear()
        state.lag = None
    elif "status_on_refusal" in order:
        state.answer_refusals_with(str(order["status_on_refusal"]))
    elif order:
        _arm(state, read_fault(order))
    return {"armed": state.faults.shown(), "queries_lag": state.lag is not None}


def _arm(state: State, fault: Fault) -> None:
    if fault.fault == "hide_from_queries":
        until = monotonic() + fault.seconds if fault.seconds else None
        if until is None and fault.times is None:
            fault.times = 1
        state.lag = Lag(state.books.copy(), fault.times, until)
    else:
        state.faults.arm(fault)


@_order
def _tokens(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if "add" in order:
        state.tokens.add(replace(Grant.parse(order["add"]), read_only=bool(order.get("read_only"))))
    if "revoke" in order and not state.tokens.revoke(order["revoke"]):
        raise WrongOrder("no such token")
    return {"alive": len(state.tokens.grants)}


@_order
def _fail_late(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if order.get("clear"):
        state.late_refusals.clear()
    else:
        state.late_refusals[order["extIdentifier"]] = order.get("message", _LATE)
    return {"refused": state.late_refusals}


async def _reset(request: Request) -> Response:
    # Requests that are still stalled keep the old state, so that they cannot disturb the new one.
    request.app.state.simulated = State.fresh(request.app.state.options)
    return JSONResponse({"status": "ok"})


ROUTES = [
    Route("/_health", _health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_import", _import, methods=["POST"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_tokens", _tokens, methods=["POST"]),
    Route("/_fail_late", _fail_late, methods=["POST"]),
    Route("/_reset", _reset, methods=["POST"]),
]
