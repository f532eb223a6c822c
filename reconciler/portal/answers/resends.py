"""Documents that somebody wants to send once more, and that wait for a second person."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, Field

from reconciler.engine.operations import Desk
from reconciler.portal.answers.documents import DocumentRow, shown
from reconciler.portal.choosing import desk_of, names
from reconciler.portal.visiting import Sees, Visit
from reconciler.runs.operating import ResendRequest
from reconciler.runs.operations import Choice

MOST, FIRST = 20, 10


class Request(BaseModel):
    """One request: nothing of it goes before somebody else agrees."""

    number: int
    documents: int
    amount: Decimal
    reason: str
    asked_by: str
    asked_at: datetime
    reverse: bool = Field(description="Whether what is there is taken back first.")
    own: bool = Field(description="Whether whoever asks made it: then somebody else has to agree.")
    targets: list[str]
    first: list[DocumentRow]


class Requests(BaseModel):
    """What waits for a second person, oldest first."""

    requests: list[Request]
    count: int = Field(description="All that wait, those that are not shown too.")


def resend_requests(visit: Sees) -> Requests:
    """Forced re-exports that wait for a second person."""
    desk = desk_of(visit)
    found = desk.office.resends.waiting(visit.organization.id)
    return Requests(
        count=len(found),
        requests=[_request(visit, desk, each) for each in found[:MOST]],
    )


def _request(visit: Visit, desk: Desk, each: ResendRequest) -> Request:
    known = names(desk.pinned(), visit.language)
    rows = desk.office.operations.rows(Choice(visit.organization.id, ids=tuple(each.rows), newest=False))
    return Request(
        number=each.id,
        documents=each.documents,
        amount=each.amount,
        reason=each.reason,
        asked_by=each.asked_by,
        asked_at=each.asked_at,
        reverse=each.reverse,
        own=each.asked_by.casefold() == visit.account.casefold(),
        targets=sorted({known.target(row.target) for row in rows}),
        first=[shown(desk, visit, row, known) for row in rows[:FIRST]],
    )
