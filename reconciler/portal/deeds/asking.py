"""Asking for a sync, of everything or of some days. Whoever carries out requests runs it; nothing runs here."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.answers.asked import order_of, ready
from reconciler.portal.fields import Day, Note
from reconciler.portal.refusals import NotThere
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Runs


class SyncWanted(BaseModel):
    """What somebody wants to be run. Above 100 documents a first sync, and one of days, needs their exact number."""

    reason: Note = Field("", description="Why; it stands beside the request.")
    first: Day = Field(None, description="Only records dated on this local day or later.")
    last: Day = Field(None, description="Only records dated on this local day or before; today where left out.")
    confirmed: Annotated[int, Field(ge=0, le=100_000_000)] = Field(0, description="The number of documents agreed to.")


def ask_for_sync(visit: Runs, integration: Name, wanted: SyncWanted) -> Done:
    """Ask for a sync."""
    from reconciler.engine.requests import ask

    ready(visit, integration)
    days: tuple[date | None, date | None] = (wanted.first, wanted.last)
    order = order_of(visit.organization.name, integration, days, visit.today, wanted.confirmed)
    request = ask(visit.parts.world(), order, wanted.reason)
    values = {"integration": integration, "request": str(request)}
    return Done(said="sync.asked", values=values, back=f"/integrations/{integration}#asked")


def take_back_sync(visit: Runs, request: UUID) -> Done:
    """Withdraw a request that nobody has begun to carry out."""
    from reconciler.engine.requests import take_back

    found = visit.parts.asked().find(request)
    if found is None:
        raise NotThere
    take_back(visit.parts.world(), visit.organization.id, request)
    integration = found.asked.integration
    return Done(said="sync.taken-back", values={"integration": integration}, back=f"/integrations/{integration}#asked")
