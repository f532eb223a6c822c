"""The second person's word about documents that somebody else wants to send once more."""

from typing import Annotated

from fastapi import Path

from reconciler.engine.resend import approve, refuse
from reconciler.portal.choosing import LARGEST, desk_of
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Resends

Number = Annotated[int, Path(ge=1, le=LARGEST, description="The request's number.")]


def approve_resend(visit: Resends, number: Number) -> Done:
    """Agree: the documents go once more with the next sync. Never by whoever asked for it."""
    found = approve(desk_of(visit), number)
    return Done(said="documents.done.approved", values={"count": len(found.rows)}, back="/resends")


def refuse_resend(visit: Resends, number: Number) -> Done:
    """Let a request wait no longer: nothing is sent."""
    found = refuse(desk_of(visit), number)
    return Done(said="documents.done.refused", values={"request": found.id}, back="/resends")
