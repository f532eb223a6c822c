"""The control paths, ours alone: what a test or a demo asks of the portal, as plain JSON without a credential."""

from dataclasses import asdict
from datetime import date
from typing import Any

from starlette.routing import Route

from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.grant_portal.faults import TABLE
from reconciler.simulators.grant_portal.page import page
from reconciler.simulators.grant_portal.state import State


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    """Every submission in the order of arrival, and what was turned away."""
    return {
        "submissions": [{**asdict(each), "received": each.received.isoformat()} for each in state.books.submissions],
        "turned": [{**asdict(each), "moment": each.moment.isoformat()} for each in state.books.turned],
    }


@by_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Arm one, or clear all."""
    if order.get("clear"):
        state.faults.clear()
    elif order:
        state.faults.arm(TABLE.read(order))
    return {"armed": state.faults.shown()}


@by_order
def _today(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """What the portal takes for today: a day, or nothing for the clock's."""
    state.today = date.fromisoformat(order["day"]) if order.get("day") else None
    return {"today": state.now().date().isoformat()}


ROUTES = [
    Route("/", page),
    Route("/_health", health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_today", _today, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
