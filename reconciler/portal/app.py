"""The portal as an application: its routes, what stands around them, and how refusals and errors become answers."""

import gzip
import logging
from collections.abc import Mapping
from copy import copy
from functools import cache
from importlib.metadata import version
from mimetypes import guess_type
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.datastructures import State
from starlette.exceptions import HTTPException

from reconciler.database.scoped import Scope
from reconciler.errors import Bug, Busy, DatabaseDown, ReconcilerError, SecretGone, StoreDown
from reconciler.portal import accounts, arriving, entering, live, organizations, rooms
from reconciler.portal.drawing import STATIC, page, static
from reconciler.portal.guarding import FREE, Guard
from reconciler.portal.house import House, Parts
from reconciler.portal.refusals import (
    Kept,
    LoginNeeded,
    NotAllowed,
    NotDone,
    NotThere,
    ProxyRefused,
    Refused,
    TooMany,
    Unfit,
)
from reconciler.portal.saying import foreign
from reconciler.portal.visiting import SAFE, Person, language_of, person_if_any
from reconciler.specs.languages import Language
from reconciler.specs.sentences import spoken

LOG = logging.getLogger("reconciler.portal")
API = "/api/"
WORDS: Mapping[type[ReconcilerError], str] = {
    DatabaseDown: "refused.down",
    Busy: "refused.busy",
    StoreDown: "refused.store",
    SecretGone: "refused.gone",
}
"""What is said before the engine's own words, where more is known than that it was not done."""
HTTP = {404: NotThere, 405: Refused}


def application(house: House) -> Any:
    """The whole portal, as an ASGI application. `house.portal.address` is known."""
    app = copy(_routed())
    app.state = State({"house": house})
    return Guard(app, house)


@cache
def _routed() -> FastAPI:
    """An application with all its routes, and no house. To make the routes takes a second: a process does it once."""
    app = FastAPI(
        title="reconciler", version=version("reconciler"), openapi_url="/api/v1/openapi.json", docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    for each in (entering, arriving, accounts, organizations, live):
        app.include_router(each.router)
    app.router.routes.extend(rooms.router().routes)  # as they are: `include_router` would make each a second time
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", _ready, include_in_schema=False)
    app.add_api_route("/static/{digest}/{name}", _file, include_in_schema=False)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ReconcilerError, _engine)
    app.add_exception_handler(Exception, _bug)
    return app


def _alive() -> Response:
    return PlainTextResponse("ok")


def _ready(request: Request) -> Response:
    """Whether the database answers in time."""
    tables = Scope(request.app.state.house.lines)
    try:
        with tables.reading() as connection:
            connection.execute("select 1")
    except DatabaseDown:
        return PlainTextResponse("the database does not answer", status_code=503)
    finally:
        tables.close()
    return PlainTextResponse("ok")


def _file(request: Request, digest: str, name: str) -> Response:
    """These hold no secret, so they may be compressed; pages may not (`guarding`)."""
    if name not in _names() or static(name) != f"/static/{digest}/{name}":
        raise NotThere
    kind, _ = guess_type(name)
    takes = [each.partition(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")]
    headers = {"vary": "accept-encoding"}
    if "gzip" in takes:
        return Response(_pressed(name), headers=headers | {"content-encoding": "gzip"}, media_type=kind)
    return Response((STATIC / name).read_bytes(), headers=headers, media_type=kind)


@cache
def _names() -> frozenset[str]:
    return frozenset(each.name for each in STATIC.iterdir())


@cache
def _pressed(name: str) -> bytes:
    return gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if isinstance(error, Unfit):
        return _unfit(request, error)
    if isinstance(error, Kept):
        return _kept(request, error)
    headers = {"retry-after": str(error.again_s)} if isinstance(error, TooMany) else None
    values = error.values if isinstance(error, NotDone) else {}
    if _api(request):
        return JSONResponse({"error": error.key, "message": _said(error.key, **values)}, error.status, headers)
    if isinstance(error, NotDone):
        return _back(request, {"problem": error.key, "values": values}, error.status)
    if isinstance(error, LoginNeeded):
        where = request.url.path if request.method in SAFE else "/"
        return RedirectResponse(f"/login?back={quote(where)}", status_code=303)
    return _drawn(request, error.key, error.status, headers, right=error.right if isinstance(error, NotAllowed) else "")


def _unfit(request: Request, error: Unfit) -> Response:
    """Said on the page whose form it was: which field, and what is asked for."""
    if not _api(request):
        return _back(request, {"problem": error.key, "values": error.values}, error.status)
    found = [{"field": error.field, "problem": error.key}]
    return JSONResponse(
        {"error": error.key, "message": _said(error.key, **error.values), "fields": found}, error.status
    )


def _kept(request: Request, error: Kept) -> Response:
    """Said on the draft's own page: a form that made it would make another one."""
    if _api(request):
        return JSONResponse(_problem(error.key, error.why), error.status)
    told = {"problem": error.key, "values": {}, "english": error.why.message}
    return _back(request, told, error.status, request.state.visit.path + error.back)


def _problem(key: str, error: ReconcilerError) -> dict[str, str]:
    return {"error": key, "type": type(error).__name__, "message": error.message, "hint": error.hint}


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = HTTP.get(error.status_code, Refused)
    if _api(request):
        return JSONResponse({"error": found.key, "message": _said(found.key)}, error.status_code, error.headers)
    return _drawn(request, found.key, error.status_code, error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    """Names of fields and never what was typed: it may be a secret."""
    assert isinstance(error, RequestValidationError)
    places = [[str(part) for part in each["loc"]] for each in error.errors()]
    if any(place[:1] == ["path"] for place in places):
        return _refused(request, NotThere())
    fields = sorted({".".join(place[1:]) or place[0] for place in places})
    if _api(request):
        found = [
            {"field": ".".join(place[1:]), "problem": each["type"]}
            for place, each in zip(places, error.errors(), strict=True)
        ]
        body = {
            "error": "refused.fields",
            "message": _said("refused.fields", fields=", ".join(fields)),
            "fields": found,
        }
        return JSONResponse(body, 422)
    return _back(request, {"problem": "refused.fields", "values": {"fields": ", ".join(fields)}}, 422)


def _engine(request: Request, error: Exception) -> Response:
    """What the engine says to whoever asks: in its own words, which are English."""
    assert isinstance(error, ReconcilerError)
    if isinstance(error, Bug):
        return _bug(request, error)
    status = 503 if isinstance(error, DatabaseDown) else 409
    key = next((key for kind, key in WORDS.items() if isinstance(error, kind)), "refused.engine")
    if status == 503:
        LOG.warning("%s: %s", type(error).__name__, error.message)
    if _api(request):
        return JSONResponse(_problem(key, error), status)
    if status == 503:
        return _drawn(request, key, status)
    return _back(request, {"problem": key, "values": {}, "english": error.message}, status)


def _bug(request: Request, error: Exception) -> Response:
    LOG.error("an error of ours: %s %s", request.method, request.url.path, exc_info=error)
    if _api(request):
        return JSONResponse({"error": "refused.bug", "message": _said("refused.bug")}, 500)
    return _drawn(request, "refused.bug", 500)


def _spoken(english: str, language: Language) -> dict[str, str]:
    """A sentence of the engine as the visitor reads it, and in which language it is."""
    return {"english": spoken(english, language), "tongue": "en" if foreign(english, language) else language}


def _back(request: Request, told: dict[str, Any], status: int, to: str = "") -> Response:
    """To the page whose form was refused, or to another one, which says why; where nobody knows which it was, a page by
    itself.
    """
    visit = getattr(request.state, "visit", None)
    address = request.app.state.house.portal.address
    came = request.headers.get("referer", "")
    if request.method in SAFE or visit is None or visit.person is None or not came.startswith(f"{address}/"):
        return _drawn(request, told["problem"], status, english=told.get("english", ""), **told["values"])
    house, tables = request.app.state.house, Scope(request.app.state.house.lines)
    try:
        Parts(house, tables).sessions().tell(
            visit.person.key, {**told, **_spoken(told.get("english", ""), visit.language)}
        )
    finally:
        tables.close()
    where = to or entering.inside(came.removeprefix(address).partition("#")[0])
    return RedirectResponse(where, status_code=303)


def _drawn(request: Request, key: str, status: int, headers: Any = None, **values: Any) -> Response:
    """A page about an error asks the database for nothing where that is what is wrong, or where nobody counts."""
    person = None if status >= 500 or request.url.path.startswith(FREE) else _person(request)
    language = language_of(request, person)
    found = page(
        request, "refused.html", language, status, key=key, values=values, english=values.pop("english", ""),
        csrf=person.session.csrf if person else "", person=person,
    )  # fmt: skip
    found.headers.update(headers or {})
    return found


def _person(request: Request) -> Person | None:
    """For the head of a page about an error, which does not fail once more."""
    try:
        return person_if_any(request)
    except (ProxyRefused, DatabaseDown):
        return None


def _said(key: str, **values: Any) -> str:
    from reconciler.portal.texts import text

    return text(key, "en", **values)


def _api(request: Request) -> bool:
    return request.url.path.startswith(API)
