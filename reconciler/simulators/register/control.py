"""The control paths, ours alone: what a test or a demo asks of the register, as plain JSON without a credential."""

from dataclasses import asdict
from typing import Any

from starlette.routing import Route

from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.faults import WrongOrder
from reconciler.simulators.register.checks import Rule
from reconciler.simulators.register.clients import Login
from reconciler.simulators.register.faults import TABLE
from reconciler.simulators.register.page import page
from reconciler.simulators.register.state import State


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    """Every record in the order of arrival, and how many requests there were."""
    return {"records": [asdict(row) for row in state.books.rows.values()], "requests": asdict(state.counts)}


@by_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Arm one, or clear all; `shape` changes how refusals are written, `forget_keys` ends the life of all keys."""
    if "shape" in order:
        state.write_refusals_as(str(order["shape"]))
    elif order.get("forget_keys"):
        state.keys.clear()
    else:
        state.arm(TABLE, order)
    return {"armed": state.faults.shown(), "reads_lag": state.lag is not None, "shape": state.shape}


@by_order
def _refuse(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Refuse records with a value in a field, or without the field; or clear all such rules."""
    if order.get("clear"):
        state.rules.clear()
    else:
        value = None if order.get("value") is None else str(order["value"])
        message, code = str(order.get("message", "")), str(order.get("code", "INVALID_VALUE"))
        state.rules.append(Rule(str(order["field"]), value, message, code))
    return {"rules": [asdict(rule) for rule in state.rules]}


@by_order
def _tokens(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Add or revoke a login of a `kind` (key, user, client); `expire` ends every token that was made."""
    kind = str(order.get("kind", "key"))
    if "add" in order:
        state.clients.logins.add(Login.parse(kind, order["add"]))
    if "revoke" in order:
        login = Login.parse(kind, order["revoke"])
        if login not in state.clients.logins:
            raise WrongOrder("no such login")
        state.clients.logins.remove(login)
    if order.get("expire"):
        state.clients.issued.clear()
    return {"alive": len(state.clients.logins), "made": state.clients.made}


ROUTES = [
    Route("/", page),
    Route("/_health", health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_refuse", _refuse, methods=["POST"]),
    Route("/_tokens", _tokens, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
