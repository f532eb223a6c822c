"""The demo's login, logging out, choosing a language and an organisation: what comes before any organisation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from reconciler.database.portal_sessions import LIFE, Entering
from reconciler.portal.drawing import page
from reconciler.portal.forms import own_form
from reconciler.portal.house import House
from reconciler.portal.oidc import is_account
from reconciler.portal.peers import peer_of
from reconciler.portal.refusals import Elsewhere, LoginRefused, NotThere
from reconciler.portal.visiting import (
    Person,
    Visitor,
    cookie_name,
    house_of,
    language_of,
    person_if_any,
    scoped,
    spend,
)
from reconciler.specs.languages import Language

router = APIRouter(include_in_schema=False)
Found = Annotated[Person | None, Depends(person_if_any)]


def slowly(request: Request) -> None:
    """A dependency of logins. Raises TooMany."""
    house = house_of(request)
    spend(house, "login", peer_of(request.scope, house.portal.networks))
    spend(house, "logins", "")


@router.get("/login")
def login(request: Request, person: Found, back: str = "/") -> Response:
    """How to log in."""
    if person is not None:
        return RedirectResponse(inside(back), status_code=303)
    house = house_of(request)
    return page(request, "login.html", language_of(request, None), back=inside(back), way=house.portal.way)


@router.post("/login/demo", dependencies=[Depends(slowly)])
def login_demo(
    request: Request, account: Annotated[str, Form(max_length=200)], back: Annotated[str, Form()] = "/"
) -> Response:
    """Be whoever one says; `named` has refused this everywhere but on a machine by itself."""
    house = house_of(request)
    if house.portal.way != "demo":
        raise NotThere
    # Nobody else's page logs somebody in as another (there is no session yet that could have a word for its forms).
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    if origin not in (None, house.portal.address) or site not in ("same-origin", "none"):
        raise Elsewhere
    if not is_account(account.strip()):
        raise LoginRefused("login.refused", "account")
    return entered(request, Entering(account.strip(), account.strip(), "demo"), back)


def entered(request: Request, entering: Entering, back: str) -> Response:
    """A session for somebody who has proved who they are, and the way to where they wanted to go.

    Its key is a new one; whoever was logged in by this browser is not any more. Raises TooMany.
    """
    house = house_of(request)
    spend(house, "login", f"account {entering.account}")
    with scoped(house) as parts:
        key = parts.sessions().begin(entering, house.now, request.cookies.get(cookie_name(house), ""))
    answer = RedirectResponse(inside(back), status_code=303)
    answer.set_cookie(
        cookie_name(house), key, max_age=int(LIFE.total_seconds()), path="/", secure=house.portal.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.post("/logout", dependencies=[Depends(own_form)])
def logout(request: Request, person: Visitor) -> Response:
    """End the session."""
    house = house_of(request)
    with scoped(house) as parts:
        parts.sessions().end(person.key, house.now)
    return left(house)


def left(house: House) -> Response:
    """To the page that says so, without a cookie."""
    answer = RedirectResponse("/logged-out", status_code=303)
    answer.delete_cookie(cookie_name(house), path="/", secure=house.portal.secure, httponly=True, samesite="lax")
    return answer


@router.post("/language", dependencies=[Depends(own_form)])
def choose_language(
    request: Request, person: Visitor, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Speak this language from now on."""
    with scoped(house_of(request)) as parts:
        parts.sessions().speak(person.key, language)
    return RedirectResponse(inside(back), status_code=303)


def inside(path: str) -> str:
    """The path where it is one of ours, else the front: nobody is sent elsewhere."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) < 500
    return path if own and "\\" not in path else "/"
