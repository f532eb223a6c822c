"""Logging in at an OpenID provider: away to it, back from it, and out of it again (OpenID Connect Core 1.0, 3.1).

A cookie binds the way back to the browser that went; the state that stands in it is answered once.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from reconciler.database.portal_attempts import LIFE, Attempt, AttemptTable
from reconciler.database.portal_sessions import Entering, is_key
from reconciler.portal.drawing import page
from reconciler.portal.entering import entered, inside, slowly
from reconciler.portal.house import House
from reconciler.portal.named import Provider
from reconciler.portal.oidc import Asked, TokenRefused, Who, key_named, proven, sent_to
from reconciler.portal.provider import CodeRefused, ProviderDown
from reconciler.portal.refusals import LoginRefused, NotThere, ProviderAway
from reconciler.portal.visiting import house_of, language_of, scoped

LOG = logging.getLogger("reconciler.portal")
router = APIRouter(include_in_schema=False)
COOKIE = "reconciler-login"
CALLBACK = "/login/callback"
Said = Annotated[str, Query(max_length=4096)]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a browser brings from the provider: a code, or an error; `iss` where it says who it is (RFC 9207)."""

    code: str
    error: str
    iss: str


@router.get("/login/begin", dependencies=[Depends(slowly)])
def begin(request: Request, back: str = "/") -> Response:
    """Away to the provider."""
    house, provider = _by_provider(request)
    offer = _asked(lambda: house.line().offer(house.now))
    kept = request.cookies.get(_cookie(house), "")
    browser = kept if is_key(kept) else secrets.token_urlsafe(32)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = Asked(state, nonce, verifier, house.portal.address + CALLBACK)
    with scoped(house) as parts:
        attempt = Attempt(asked.nonce, asked.verifier, inside(back))
        AttemptTable(parts.tables).begin(asked.state, browser, attempt, house.now)
    answer = RedirectResponse(sent_to(offer, provider, asked), status_code=303)
    # Lax: it has to come back from another site. Path "/": a `__Host-` cookie has no other.
    answer.set_cookie(
        _cookie(house), browser, max_age=int(LIFE.total_seconds()), path="/", secure=house.portal.secure,
        httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


@router.get(CALLBACK, dependencies=[Depends(slowly)])
def callback(request: Request, state: Said = "", code: Said = "", error: Said = "", iss: Said = "") -> Response:
    """Back from the provider, who let somebody in, or did not."""
    house, provider = _by_provider(request)
    with scoped(house) as parts:
        attempt = AttemptTable(parts.tables).take(state, request.cookies.get(_cookie(house), ""), house.now)
    if attempt is None:
        raise LoginRefused("login.expired")
    try:
        who = _arrived(house, provider, attempt, Answered(code, error, iss))
    except LoginRefused as refused:
        with scoped(house) as parts:
            parts.sessions().refused("", "oidc", str(refused), house.now)
        raise
    return entered(request, Entering(who.account, who.shown, "oidc"), attempt.back)


def _arrived(house: House, provider: Provider, attempt: Attempt, answered: Answered) -> Who:
    """Raises LoginRefused, ProviderAway."""
    line, now = house.line(), house.now
    offer = _asked(lambda: line.offer(now))
    if (answered.iss or offer.names_itself) and answered.iss != provider.issuer:
        raise LoginRefused("login.refused", "another provider answered")
    if answered.error or not answered.code:
        raise LoginRefused("login.denied", "the provider let nobody in")
    try:
        tokens = _asked(lambda: line.exchange(answered.code, attempt.verifier, house.portal.address + CALLBACK, now))
        named = key_named(str(tokens.get("id_token", "")))
        keys = _asked(lambda: line.keys(now, beyond=named))
        return proven(tokens, provider, keys, attempt.nonce, now)
    except CodeRefused as refused:
        raise LoginRefused("login.denied", "the provider did not know its code") from refused
    except TokenRefused as refused:
        LOG.warning("a login is refused: the identity token: %s", refused.fault)
        key = "login.no-account" if refused.fault == "account" else "login.refused"
        raise LoginRefused(key, f"identity token: {refused.fault}") from refused


@router.get("/logged-out")
def logged_out(request: Request) -> Response:
    """That one is, and where one still is: with the provider, which ends that itself (RP-Initiated Logout 1.0, 2)."""
    house, there = house_of(request), ""
    if (provider := house.portal.provider) is not None:
        try:
            there = house.line().offer(house.now).end
        except ProviderDown as error:
            LOG.warning("the OpenID provider: %s", error)
        if there:
            query = {"client_id": provider.client, "post_logout_redirect_uri": f"{house.portal.address}/login"}
            there += f"{'&' if '?' in there else '?'}{urlencode(query)}"
    return page(request, "logged_out.html", language_of(request, None), there=there, way=house.portal.way)


def _by_provider(request: Request) -> tuple[House, Provider]:
    house = house_of(request)
    if house.portal.provider is None:
        raise NotThere
    return house, house.portal.provider


def _asked(ask: Callable[[], Found]) -> Found:
    """What the provider says. Raises ProviderAway."""
    try:
        return ask()
    except ProviderDown as error:
        LOG.warning("the OpenID provider: %s", error)
        raise ProviderAway from error


def _cookie(house: House) -> str:
    return f"__Host-{COOKIE}" if house.portal.secure else COOKIE
