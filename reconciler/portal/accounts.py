"""What belongs to no organisation: where somebody is logged in, and, for those who keep the platform, who logged in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from reconciler.database.portal_logins import LoginTable
from reconciler.portal.drawing import page
from reconciler.portal.entering import left
from reconciler.portal.fields import STORABLE
from reconciler.portal.forms import own_form
from reconciler.portal.problems import REFUSALS
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Visitor, house_of, language_of, scoped, spend

router = APIRouter()
ZONE = "Europe/Oslo"
MANY = 50


class SessionRow(BaseModel):
    """A place where somebody is logged in."""

    way: str = Field(description="How they logged in: `oidc`, `proxy` or `demo`.")
    begun_at: datetime
    seen_at: datetime = Field(description="The last request, to the minute.")
    ends_at: datetime


class Account(BaseModel):
    """Somebody who is logged in, and where they are."""

    account: str
    shown: str
    operator: bool = Field(description="Whether they keep the platform.")
    sessions: list[SessionRow] = Field(description="The newest first; fifty at most.")


class LoginRow(BaseModel):
    """One entry of the trail of logins."""

    id: int
    at: datetime
    account: str = Field(description="Empty where it never was known who it was.")
    way: str
    what: str = Field(description="`login`, `refused`, `logout`, or `ended` by its owner from elsewhere.")
    reason: str


class Logins(BaseModel):
    """The trail of logins, the newest first."""

    logins: list[LoginRow]
    account: str = Field(description="Only of this account, where it is not empty.")
    before: int = Field(description="What to ask for to see older ones; 0 where there are none.")


@router.get("/api/v1/account", operation_id="account", responses=REFUSALS)
def account(request: Request, person: Visitor) -> Account:
    """Who is logged in, and where."""
    house = house_of(request)
    spend(house, "reads", person.account)
    with scoped(house) as parts:
        sessions = parts.sessions().of(person.account, house.now)
    rows = [
        SessionRow(way=each.way, begun_at=each.begun_at, seen_at=each.seen_at, ends_at=each.ends_at)
        for each in sessions
    ]
    return Account(account=person.account, shown=person.session.shown, operator=person.operator, sessions=rows)


@router.get("/account", include_in_schema=False)
def account_page(request: Request, person: Visitor, found: Annotated[Account, Depends(account)]) -> HTMLResponse:
    """The same, as a page."""
    language = language_of(request, person)
    return page(request, "account.html", language, person=person, csrf=person.session.csrf, found=found, zone=ZONE)


@router.post("/account/leave", include_in_schema=False, dependencies=[Depends(own_form)])
def leave_everywhere(request: Request, person: Visitor) -> Response:
    """Log out everywhere, here too."""
    house = house_of(request)
    with scoped(house) as parts:
        parts.sessions().end_all(person.account, house.now)
    return left(house)


@router.get("/api/v1/logins", operation_id="logins", responses=REFUSALS)
def logins(
    request: Request,
    person: Visitor,
    account: Annotated[str, Query(max_length=200, pattern=STORABLE)] = "",
    before: Annotated[int, Query(ge=0, lt=2**62)] = 0,
) -> Logins:
    """Who logged in, who was refused and who left; for those who keep the platform."""
    if not person.operator:
        raise NotThere
    house = house_of(request)
    spend(house, "reads", person.account)
    with scoped(house) as parts:
        found = LoginTable(parts.tables).page(account.strip(), before, MANY)
    rows = [
        LoginRow(id=each.id, at=each.at, account=each.account, way=each.way, what=each.what, reason=each.reason)
        for each in found
    ]
    return Logins(logins=rows, account=account.strip(), before=rows[-1].id if len(rows) == MANY else 0)


@router.get("/logins", include_in_schema=False)
def logins_page(request: Request, person: Visitor, found: Annotated[Logins, Depends(logins)]) -> HTMLResponse:
    """The same, as a page."""
    language = language_of(request, person)
    return page(request, "logins.html", language, person=person, csrf=person.session.csrf, found=found, zone=ZONE)
