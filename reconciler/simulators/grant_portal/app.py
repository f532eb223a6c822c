"""The app: packages in, receipts out, with the faults in between."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from reconciler.simulators.answering import PAGE, after, before
from reconciler.simulators.grant_portal import control
from reconciler.simulators.grant_portal.checks import Files, Problem
from reconciler.simulators.grant_portal.options import Options
from reconciler.simulators.grant_portal.parcel import LARGEST, Unreadable, collected, unpacked
from reconciler.simulators.grant_portal.state import State
from reconciler.simulators.grant_portal.taking import Refused, take

PATH = ""


def application_of(options: Options) -> Starlette:
    """The app with fresh state."""
    app = Starlette(routes=[*control.ROUTES, Route("/innsendinger", _handle, methods=["POST"])])
    app.state.options = options
    app.state.simulated = State.fresh(options)
    return app


async def _handle(request: Request) -> Response:
    """A zip as it is, or JSON with the `mappe` of this machine; `retter` in the query is the receipt to correct."""
    state: State = request.app.state.simulated
    fault = partial(state.faults.take, kind="write")
    if down := fault("maintenance"):
        return HTMLResponse(PAGE.format(title=down.status), down.status)
    try:
        if refusal := fault("refuse"):
            raise _refused(refusal.status, "this is refused")
        content = await _body(request)
        await before(request, fault, _refused)
        submission = take(state, _files(request, content), request.query_params.get("retter", ""))
        told = {**asdict(submission), "received": submission.received.isoformat()}
        return await after(request, fault, _refused, JSONResponse(_answer(told), 201))
    except Unreadable as problem:
        return _turned(Refused(422, [Problem("pakke", "", str(problem))]))
    except Refused as refused:
        return _turned(refused)


async def _body(request: Request) -> bytes:
    """All of the body, up to what a package may weigh."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST:
            raise Refused(413, [Problem("pakke", "", "Pakken er for stor.")])
        pieces.append(piece)
    return b"".join(pieces)


def _files(request: Request, content: bytes) -> Files:
    if not request.headers.get("content-type", "").startswith("application/json"):
        return unpacked(content)
    try:
        return collected(Path(json.loads(content)["mappe"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise Unreadable('Bestillingen kan ikke leses: {"mappe": "..."} er ventet.') from problem


def _answer(told: dict[str, object]) -> dict[str, object]:
    return {"kvittering": told["receipt"], "mottatt": told["received"], "organisasjonsnummer": told["number"],
            "grunnlagsår": told["year"], "versjon": told["version"], "kontrollsum": told["checksum"],
            "retter": told["corrects"] or None}  # fmt: skip


def _turned(refused: Refused) -> Response:
    problems = [{"kode": each.code, "fil": each.file, "melding": each.message} for each in refused.problems]
    return JSONResponse({"feil": problems, "kvittering": refused.receipt or None}, refused.status)


def _refused(status: int, text: str) -> Refused:
    return Refused(status, [Problem("feil", "", text)])
