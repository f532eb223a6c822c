"""The control paths, ours alone: what a test or a demo asks of the folder, as plain JSON without a credential."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.dropbox.faults import TABLE
from reconciler.simulators.dropbox.page import page
from reconciler.simulators.dropbox.state import State
from reconciler.simulators.dropbox.taking import take


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    """Every record that was booked, every batch that was taken, and the files that are there."""
    return {
        "records": [asdict(each) for each in state.booked.values()],
        "batches": [asdict(each) for each in state.batches.values()],
        "files": state.listed(),
        "logins": state.logins,
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
def _take(state: State, order: dict[str, Any]) -> dict[str, Any]:
    return take(state, order)


@by_order
def _users(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Let somebody in (`add`) or not any more (`revoke`), as NAME:PASSWORD."""
    if "add" in order:
        state.users.add(_pair(order["add"]))
    if "revoke" in order:
        state.users.discard(_pair(order["revoke"]))
    return {"users": len(state.users)}


def _pair(text: str) -> tuple[str, str]:
    name, _, password = str(text).partition(":")
    return name, password


async def _server(request: Request) -> Response:
    """The address of the SFTP side, the fingerprint of its key, and where the folder is on this machine."""
    state: State = request.app.state.simulated
    return JSONResponse({**request.app.state.server, "folder": str(state.path)})


ROUTES = [
    Route("/", page),
    Route("/_health", health, methods=["GET"]),
    Route("/_server", _server, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_take", _take, methods=["POST"]),
    Route("/_users", _users, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
