"""Who asks, about which organisation, and what they may. Handlers get a visit and nothing else.

Somebody who is nothing in an organisation is told what is told of one that does not exist.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Request

from reconciler.database.portal_sessions import Entering, is_key
from reconciler.database.scoped import Scope, Snapshot
from reconciler.portal.house import House, Parts
from reconciler.portal.limits import Kind
from reconciler.portal.peers import account_of, peer_of
from reconciler.portal.refusals import LoginNeeded, NotAllowed, NotThere, ProxyRefused, TooMany
from reconciler.portal.rights import Right, rights_of
from reconciler.runs.portal import Membership, Session
from reconciler.specs.languages import Language

COOKIE = "reconciler-portal"
API = "/api/"
LIVE = "x-live"
"""The header by which our script asks for a page that is shown already."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A name in a path, as specs write names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in; `key` is their session's. `operator` says whether they keep the platform.

    `memberships` are where they are somebody, asked for at this very request.
    """

    session: Session
    key: str
    operator: bool
    memberships: Sequence[Membership] = ()

    @property
    def account(self) -> str:
        return self.session.account


@dataclass(frozen=True, slots=True)
class Visit:
    """A person, or a program with a token, in one organisation. What a program does, whoever made its token does.

    `token` is the name of the token; empty for a person.
    """

    account: str
    person: Person | None
    token: str
    organization: Membership
    rights: frozenset[Right]
    language: Language
    parts: Parts

    @property
    def now(self) -> datetime:
        return self.parts.house.now

    @property
    def zone(self) -> str:
        return self.organization.zone

    @property
    def today(self) -> date:
        """The organisation's local day."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def may(self, right: Right) -> bool:
        return right in self.rights

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/o/{self.organization.name}"


def house_of(request: Request) -> House:
    """What all requests share."""
    found: House = request.app.state.house
    return found


def cookie_name(house: House) -> str:
    """With https a name that no other host of the domain can set (RFC 6265bis, `__Host-`)."""
    return f"__Host-{COOKIE}" if house.portal.secure else COOKIE


def by_itself(request: Request) -> bool:
    """Whether a page asks that is merely open: nobody is there because of it."""
    return LIVE in request.headers or request.url.path.endswith("/events")


def person_if_any(request: Request) -> Person | None:
    """Whoever is logged in, if anybody is: nobody where a program comes with a token.

    Raises ProxyRefused where a proxy has to say it, and does not.
    """
    house = house_of(request)
    if token_of(request) is not None:
        return None
    if house.portal.way == "proxy":
        account = _by_proxy(request, house)
        with scoped(house) as parts:
            key, matched = parts.sessions().matched(Entering(account, account, "proxy"), house.now)
            return _person(house, parts, matched, key)
    key = request.cookies.get(cookie_name(house), "")
    if not is_key(key):
        return None
    with scoped(house) as parts:
        session = parts.sessions().find(key, house.now, present=not by_itself(request))
        if session is None or session.way != house.portal.way:
            return None
        return _person(house, parts, session, key)


def _by_proxy(request: Request, house: House) -> str:
    """The account that the proxy names. That it names none is written down, a few times a minute for each peer."""
    try:
        return account_of(request.scope, house.portal)
    except ProxyRefused as refused:
        if not house.limits.wait_s("refused", peer_of(request.scope, house.portal.networks)):
            with scoped(house) as parts:
                parts.sessions().refused("", "proxy", f"not by the proxy: its {refused}", house.now)
        raise


@contextmanager
def scoped(house: House) -> Iterator[Parts]:
    """What is asked before any organisation is known, in one transaction as far as nothing is written."""
    tables = Snapshot(Scope(house.lines))
    try:
        yield Parts(house, tables)
    finally:
        tables.close()


def _person(house: House, parts: Parts, session: Session, key: str) -> Person:
    memberships = parts.people().memberships(session.account)
    return Person(session, key, session.account in house.portal.operators, memberships)


def person(found: Annotated[Person | None, Depends(person_if_any)]) -> Person:
    """Whoever is logged in. Raises LoginNeeded."""
    if found is None:
        raise LoginNeeded
    return found


Visitor = Annotated[Person, Depends(person)]


def language_of(request: Request, person: Person | None, otherwise: Language = "nb") -> Language:
    """What they chose, else what their browser asks for first of the two, else the organisation's."""
    if person is not None and person.session.language:
        return person.session.language
    for wanted in request.headers.get("accept-language", "").lower().split(","):
        first = wanted.split(";")[0].strip().split("-")[0]
        if first in ("nb", "no", "nn"):
            return "nb"
        if first == "en":
            return "en"
    return otherwise


def visit(
    request: Request, organization: Name, found: Annotated[Person | None, Depends(person_if_any)]
) -> Iterator[Visit]:
    """A visit of one organisation, on a connection of its own that is given back at the end.

    Raises LoginNeeded, NotThere, TooMany.
    """
    house, value = house_of(request), token_of(request)
    if value is not None:
        yield from _with(request, _by_token(request, value, organization))
        return
    if found is None:
        raise LoginNeeded
    looks = request.method in SAFE
    spend(house, "reads" if looks else "deeds", found.account)
    membership, rights = _by_session(house, found, organization)
    language = language_of(request, found, membership.language)
    parts = _parts(request, membership, found.account)
    yield from _with(request, Visit(found.account, found, "", membership, rights, language, parts))


def _parts(request: Request, membership: Membership, account: str) -> Parts:
    """What only looks is of one moment: fewer ways to the database, and no part of a page is older than another."""
    house = house_of(request)
    scope = Scope(house.lines, membership.id)
    return Parts(house, Snapshot(scope) if request.method in SAFE else scope, account)


def _with(request: Request, seen: Visit) -> Iterator[Visit]:
    request.state.visit = seen
    try:
        yield seen
    finally:
        seen.parts.tables.close()


def spend(house: House, kind: Kind, who: str) -> None:
    """Raises TooMany."""
    if wait_s := house.limits.wait_s(kind, who):
        raise TooMany(wait_s)


def token_of(request: Request) -> str | None:
    """The token of a program. Pages are for people: a token counts for the API only, and never in an address."""
    if not request.url.path.startswith(API):
        return None
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def _by_session(house: House, found: Person, organization: str) -> tuple[Membership, frozenset[Right]]:
    known = next((each for each in found.memberships if each.name == organization), None)
    roles = set(known.roles) if known else set()
    if found.operator:
        known, roles = known or _any(house, organization), roles | {"platform"}
    if known is None or not (rights := rights_of(roles)):
        raise NotThere
    return known, rights


def _any(house: House, organization: str) -> Membership | None:
    with scoped(house) as parts:
        return parts.people().organization(organization)


def _by_token(request: Request, value: str, organization: str) -> Visit:
    """What a token may is what its scopes say, and no more than whoever made it may today."""
    house = house_of(request)
    with scoped(house) as parts:
        held = parts.tokens().find(value, house.now)
        if held is None:
            raise LoginNeeded
        spend(house, "tokens", str(held.id))
        memberships = {each.name: each for each in parts.people().memberships(held.account)}
    if held.organization != organization or organization not in memberships:
        raise NotThere
    known = memberships[organization]
    rights = rights_of(known.roles) & frozenset(held.scopes)
    if not rights:
        raise NotThere
    parts = _parts(request, known, held.account)
    try:
        done = "" if request.method in SAFE else f"{request.method} {request.url.path}"
        parts.tokens().used(held, known.id, done, house.now)
    except BaseException:
        parts.tables.close()
        raise
    return Visit(held.account, None, held.name, known, rights, language_of(request, None, known.language), parts)


def allowed(right: Right) -> Any:
    """A dependency: the visit, where it has the right. Raises NotAllowed."""

    # Nothing is waited for: it needs no thread of its own.
    async def check(found: Annotated[Visit, Depends(visit)]) -> Visit:
        if not found.may(right):
            raise NotAllowed(right)
        return found

    return check


Sees = Annotated[Visit, Depends(allowed("see"))]
Audits = Annotated[Visit, Depends(allowed("audit"))]
Decides = Annotated[Visit, Depends(allowed("decide"))]
Resends = Annotated[Visit, Depends(allowed("resend"))]
Runs = Annotated[Visit, Depends(allowed("run"))]
Stops = Annotated[Visit, Depends(allowed("stop"))]
Credentials = Annotated[Visit, Depends(allowed("credentials"))]
Tokens = Annotated[Visit, Depends(allowed("tokens"))]
Proposes = Annotated[Visit, Depends(allowed("propose"))]
Approves = Annotated[Visit, Depends(allowed("approve"))]
Reports = Annotated[Visit, Depends(allowed("reports"))]
