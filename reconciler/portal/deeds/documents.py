"""What people decide about documents: again, never, what became of them, and once more. The engine decides, and audits.

Each deed is told how many documents were confirmed: where it would be about another number, nothing is done.
"""

from collections.abc import Sequence
from threading import BoundedSemaphore
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from reconciler.engine.operations import LONGEST, LONGEST_ID, Desk, Wish, decide
from reconciler.engine.resend import Consent, Resent, resend
from reconciler.engine.withdraw import withdraw
from reconciler.portal.choosing import LARGEST, PRINTED, Changed, Chosen, desk_of, meant
from reconciler.portal.refusals import Refused, TooMany
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Decides, Name, Resends, Visit
from reconciler.runs.operations import LedgerRow, Operation

Reason = Annotated[str, StringConstraints(max_length=LONGEST, pattern=PRINTED, strip_whitespace=True)]
NEEDED = 10
"""Characters of a reason at least, see `engine.operations.SHORTEST`."""
Why = Annotated[str, StringConstraints(min_length=NEEDED, max_length=LONGEST, pattern=PRINTED, strip_whitespace=True)]
TOGETHER = BoundedSemaphore(2)
"""Documents that this process withdraws at once: each waits for what the outside system shows late."""


class Confirmed(Chosen):
    """Documents, and the yes to so many."""

    confirmed: int = Field(ge=0, le=LARGEST, description="How many documents whoever asks has seen that it is about.")


class Deciding(Confirmed):
    """What somebody says about documents."""

    deed: Literal["retry", "give-up", "received", "not-received", "fixed-there"]
    reason: Reason = Field("", description="Why, or how they know: 10 to 500 characters; a give-up needs one.")
    target_id: Annotated[str, StringConstraints(max_length=LONGEST_ID, pattern=PRINTED, strip_whitespace=True)] = Field(
        "", description="Of one that was received: the id that it has there."
    )


class Withdrawing(BaseModel):
    """Which document is to be proved gone, and goes again."""

    row: int = Field(ge=1, le=LARGEST)
    reason: Reason = ""


class Resending(Confirmed):
    """What is to be sent once more, and why."""

    reason: Why = Field(description="Why, in a sentence; kept for ever.")
    reverse: bool = Field(default=False, description="Take back first what is there, where its type says how.")


def decide_documents(visit: Decides, integration: Name, wanted: Deciding) -> Done:
    """Send again, give up, or answer what only a person can know; all of the documents, or none."""
    if wanted.deed == "give-up" and not wanted.reason:
        raise NoReason
    if wanted.target_id and wanted.deed != "received":
        raise Refused
    desk = desk_of(visit, integration)
    rows = _confirmed(desk, visit, integration, wanted, wanted.deed)
    decide(desk, rows, Wish(wanted.deed, wanted.reason, wanted.target_id))
    return _done(f"documents.done.{wanted.deed}", integration, len(rows))


def withdraw_document(visit: Decides, integration: Name, wanted: Withdrawing) -> Done:
    """Send a document again, as a new epoch, once it is proved to be gone; staged ones are removed first."""
    desk = desk_of(visit, integration)
    rows = meant(desk, visit, integration, Chosen(row=[wanted.row]), "withdraw")
    if len(rows) != 1:
        raise Changed
    if not TOGETHER.acquire(blocking=False):
        raise TooMany
    try:
        made = withdraw(visit.parts.world(), desk, rows[0], wanted.reason)
    finally:
        TOGETHER.release()
    back = f"/integrations/{integration}/documents?text={made.number}"
    return Done(said="documents.done.withdraw", values={"number": made.number}, back=back)


def resend_documents(visit: Resends, integration: Name, wanted: Resending) -> Done:
    """Send once more what is there: at once, or when a second person has agreed where there are many."""
    desk = desk_of(visit, integration)
    rows = _confirmed(desk, visit, integration, wanted, "resend")
    alone = visit.parts.house.settings.second_person
    found: Resent = resend(desk, rows, wanted.reason, Consent(wanted.confirmed, alone, reverse=wanted.reverse))
    if found.request:
        values = {"count": len(rows), "request": found.request}
        return Done(said="documents.done.asked", values=values, back="/resends")
    key = "documents.done.reverse" if wanted.reverse else "documents.done.resend"
    return _done(key, integration, len(found.rows))


class NoReason(Refused):
    """A give-up without a reason."""

    status = 422
    key = "documents.no-reason"


def _confirmed(desk: Desk, visit: Visit, integration: str, wanted: Confirmed, deed: Operation) -> Sequence[LedgerRow]:
    """The documents, where they are as many as was confirmed. Raises Changed."""
    rows = meant(desk, visit, integration, wanted, deed)
    if not rows or len(rows) != wanted.confirmed:
        raise Changed
    return rows


def _done(key: str, integration: str, count: int) -> Done:
    return Done(said=key, values={"count": count}, back=f"/integrations/{integration}/documents")
