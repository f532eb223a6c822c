"""The control paths, ours alone: what a test or a demo asks of the simulator, as plain JSON without a token."""

from dataclasses import replace
from typing import Any

from starlette.routing import Route

from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.faults import WrongOrder
from reconciler.simulators.xledger.faults import TABLE
from reconciler.simulators.xledger.posting import run_import, take
from reconciler.simulators.xledger.reference import MAIN_ENTITY
from reconciler.simulators.xledger.state import State
from reconciler.simulators.xledger.statement import statement
from reconciler.simulators.xledger.tokens import Grant

_LATE = "The period is closed for posting."


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    return statement(state)


@by_order
def _import(state: State, order: dict[str, Any]) -> dict[str, int]:
    """One run of the import job: of all vouchers, of so many (`vouchers`), or its first half only (`take`)."""
    if order.get("take"):
        state.books, counts = take(state.books)
    else:
        state.books, counts = run_import(state.books, state.late_refusals, order.get("vouchers"))
    return counts


@by_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if "status_on_refusal" in order:
        state.answer_refusals_with(str(order["status_on_refusal"]))
    elif "array_paths" in order:
        state.array_paths = bool(order["array_paths"])
    else:
        state.arm(TABLE, order)
    return {"armed": state.faults.shown(), "queries_lag": state.lag is not None}


@by_order
def _tokens(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if "add" in order:
        state.tokens.add(replace(Grant.parse(order["add"]), read_only=bool(order.get("read_only"))))
    if "revoke" in order and not state.tokens.revoke(order["revoke"]):
        raise WrongOrder("no such token")
    return {"alive": len(state.tokens.grants)}


@by_order
def _fail_late(state: State, order: dict[str, Any]) -> dict[str, Any]:
    if order.get("clear"):
        state.late_refusals.clear()
    else:
        state.late_refusals[order["extIdentifier"]] = order.get("message", _LATE)
    return {"refused": state.late_refusals}


@by_order
def _remove(state: State, order: dict[str, Any]) -> dict[str, int]:
    """What an accountant does by hand: the staged lines of one `extIdentifier` are removed, with their errors."""
    after = state.books.copy()
    gone = [row.db_id for row in after.staged.values() if row.values.get("extIdentifier") == order["extIdentifier"]]
    for db_id in gone:
        after.unstage(db_id)
    state.books = after
    return {"removed": len(gone)}


@by_order
def _reference(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Reference data that changes under our hands: `hidden`, or a `kind` and `code` that is made or (`gone`) goes."""
    registry = state.registry
    if "hidden" in order:
        registry.hidden = bool(order["hidden"])
    elif order.get("gone"):
        registry.gone.add((order["kind"], order["code"]))
    elif order:
        registry.make(order["kind"], order["code"], order.get("entity", MAIN_ENTITY))
    return {
        "hidden": registry.hidden,
        "gone": sorted(registry.gone),
        "made": len(registry.made),
        "reads": registry.reads,
    }


ROUTES = [
    Route("/_reference", _reference, methods=["POST"]),
    Route("/_health", health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_import", _import, methods=["POST"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_tokens", _tokens, methods=["POST"]),
    Route("/_fail_late", _fail_late, methods=["POST"]),
    Route("/_remove", _remove, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
