"""The control paths, ours alone: what a test or a demo asks of the environment, as plain JSON without a credential."""

from dataclasses import asdict, replace
from typing import Any

from starlette.routing import Route

from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.dataverse.faults import TABLE
from reconciler.simulators.dataverse.page import page
from reconciler.simulators.dataverse.state import State
from reconciler.simulators.dataverse.tables import ODATA, STATES, Column, Key
from reconciler.simulators.entra.control import tokens
from reconciler.simulators.faults import WrongOrder


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    """Every row in the order of arrival, and how many requests there were."""
    return {"records": [asdict(row) for row in state.books.rows.values()], "requests": asdict(state.counts)}


@by_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Arm one, or clear all."""
    state.arm(TABLE, order)
    return {"armed": state.faults.shown(), "reads_lag": state.lag is not None}


@by_order
def _correct(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """A person changes the row of a `table` that has the values `where`, to `values`; or removes it, with `remove`."""
    row = state.books.find(str(order["table"]), order["where"])
    if row is None:
        raise WrongOrder("no such row")
    if order.get("remove"):
        state.books.remove(row)
        return {"removed": row.id}
    return asdict(state.books.change(row, order["values"], by="person"))


@by_order
def _tables(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Change a `table`: `column` adds or replaces one, `drop` takes one away, `index` sets the state of all keys, and
    `key` (a list of columns) declares another one.
    """
    if order:
        table = state.tables[str(order["table"])] = state.tables[str(order["table"])].copy()
        if "column" in order:
            column = Column(**order["column"])
            if column.kind not in ODATA:
                raise WrongOrder(f"kind must be one of {', '.join(ODATA)}")
            table.columns[column.name] = column
        if "drop" in order:
            del table.columns[str(order["drop"])]
        if "key" in order:
            table.keys.append(Key(f"{table.logical}_key{len(table.keys)}", tuple(order["key"])))
        if "index" in order:
            if order["index"] not in STATES:
                raise WrongOrder(f"index must be one of {', '.join(STATES)}")
            table.keys = [replace(key, state=order["index"]) for key in table.keys]
    return {"tables": {name: asdict(table) for name, table in state.tables.items()}}


@by_order
def _privileges(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """`withdraw` or `grant` one, as read:hlf_activities or write:hlf_activities; `member` says whether the application
    is a user here.
    """
    if "withdraw" in order:
        state.withdrawn.add(str(order["withdraw"]))
    if "grant" in order:
        state.withdrawn.discard(str(order["grant"]))
    if "member" in order:
        state.clients.member = bool(order["member"])
    return {"withdrawn": sorted(state.withdrawn), "member": state.clients.member}


ROUTES = [
    Route("/", page),
    Route("/_health", health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_correct", _correct, methods=["POST"]),
    Route("/_tables", _tables, methods=["GET", "POST"]),
    Route("/_privileges", _privileges, methods=["POST"]),
    Route("/_tokens", tokens, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
