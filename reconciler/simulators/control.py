"""Control paths: what a test or a demo asks of a simulator, as plain JSON without a credential."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reconciler.simulators.faults import WrongOrder

Handler = Callable[[Request], Awaitable[Response]]
StateT = TypeVar("StateT")


def by_order(act: Callable[[StateT, dict[str, Any]], Any]) -> Handler:
    """A handler that reads a JSON object and answers with what `act` returns; 400 with `error` for a wrong order.

    `act` gets what the app remembers as `simulated`.
    """

    @wraps(act)
    async def handle(request: Request) -> Response:
        try:
            given = json.loads(await request.body() or b"{}")
            if not isinstance(given, dict):
                raise WrongOrder("a JSON object is expected")
            return JSONResponse(act(request.app.state.simulated, given))
        except (ValueError, KeyError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return handle


@by_order
def health(_state: object, _order: dict[str, Any]) -> dict[str, str]:
    """It is up."""
    return {"status": "ok"}


async def reset(request: Request) -> Response:
    """Begin anew with the options of the start."""
    # Requests that are still stalled keep the old state, so that they cannot disturb the new one.
    kept = request.app.state
    kept.simulated = type(kept.simulated).fresh(kept.options)
    return JSONResponse({"status": "ok"})
