"""The first page: somebody's organisations, and those of the whole installation for who keeps the platform."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from reconciler.database.portal_people import PeopleTable, Trouble
from reconciler.portal.drawing import page
from reconciler.portal.fields import STORABLE
from reconciler.portal.problems import REFUSALS
from reconciler.portal.visiting import Person, Visitor, house_of, language_of, person_if_any, scoped
from reconciler.runs.portal import Membership

router = APIRouter()
MANY = 30
"""Organisations on a page: each costs one small question."""
Wanted = Annotated[str, Query(max_length=100, pattern=STORABLE, description="What its name or title holds.")]
Beyond = Annotated[str, Query(max_length=63, pattern=STORABLE, description="The name after which the page begins.")]


class OrganizationRow(BaseModel):
    """One organisation that may be entered."""

    name: str
    title: str
    roles: list[str] = Field(description="What one is there; empty for who keeps the platform.")
    integrations: int
    failing: int = Field(description="Integrations whose last run failed.")
    needing: int = Field(description="Documents that need somebody.")


class Organizations(BaseModel):
    """A page of organisations by name. `beyond` begins the next one; empty where there is none."""

    everything: bool = Field(description="Whether all organisations of the installation are meant.")
    organizations: list[OrganizationRow]
    beyond: str


@router.get("/", include_in_schema=False)
def front(
    request: Request, person: Annotated[Person | None, Depends(person_if_any)], q: Wanted = "", beyond: Beyond = ""
) -> Response:
    """Somebody's organisations; where there is one, its dashboard."""
    if person is None:
        return RedirectResponse("/login", status_code=303)
    found = organizations(request, person, q, beyond)
    if not found.everything and len(found.organizations) == 1 and not q and not beyond:
        return RedirectResponse(f"/o/{found.organizations[0].name}", status_code=303)
    return page(
        request, "organizations.html", language_of(request, person), person=person, csrf=person.session.csrf,
        found=found, q=q, begun=beyond,
    )  # fmt: skip


@router.get("/api/v1/organizations", operation_id="organizations", responses=REFUSALS)
def organizations(request: Request, person: Visitor, q: Wanted = "", beyond: Beyond = "") -> Organizations:
    """The organisations that one may enter, by name, a page at a time."""
    house = house_of(request)
    with scoped(house) as parts:
        found = _known(parts.people(), person, q.strip(), beyond)
        troubles = parts.people().troubles([each.id for each in found[:MANY]])
    rows = [_row(each, troubles.get(each.id, Trouble(0, 0, 0))) for each in found[:MANY]]
    more = found[MANY - 1].name if len(found) > MANY else ""
    return Organizations(everything=person.operator, organizations=rows, beyond=more)


def _known(people: PeopleTable, person: Person, wanted: str, beyond: str) -> Sequence[Membership]:
    """One more than a page holds, where there are more."""
    own = person.memberships
    if not person.operator:
        low = wanted.casefold()
        mine = [each for each in own if low in f"{each.name} {each.title}".casefold() and each.name > beyond]
        return mine[: MANY + 1]
    roles = {each.name: each for each in own}
    return [roles.get(each.name, each) for each in people.organizations(wanted, beyond, MANY + 1)]


def _row(each: Membership, found: Trouble) -> OrganizationRow:
    return OrganizationRow(
        name=each.name,
        title=each.title,
        roles=sorted(each.roles),
        integrations=found.integrations,
        failing=found.failing,
        needing=found.needing,
    )
