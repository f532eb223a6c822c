"""Syncs that somebody asks for: what they would send, whether they need a yes, and how requests stand."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.portal.answers.written import titles
from reconciler.portal.fields import Day, English
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Name, Runs, Visit
from reconciler.runs.request import Days, Request

if TYPE_CHECKING:
    from reconciler.engine.beforehand import Order
    from reconciler.engine.pinned import Pinned


class Asking(BaseModel):
    """A request, and what became of it."""

    id: UUID
    by: str
    at: datetime
    reason: str
    first: date | None = Field(description="The first of the days that are asked for; None where all are.")
    last: date | None
    confirmed: int = Field(description="The number of documents that whoever asked agreed to send.")
    state: str = Field(description="waiting, taken, done or refused.")
    run: UUID | None
    ended_at: datetime | None
    answer: English = Field(description="Why it was refused, or what stopped its run; in English.")


class Forecast(BaseModel):
    """What would go in one category now."""

    category: str
    title: str
    records: int
    amount: Decimal
    whole: bool = Field(description="False where only the newest records were looked at: there may be more.")


class SyncPage(BaseModel):
    """What a sync would send if it began now."""

    integration: str
    sends: bool = Field(description="False where the integration is only observed.")
    first: date | None
    last: date | None
    categories: list[Forecast]
    records: int
    amount: Decimal
    whole: bool = Field(description="Whether all records were looked at.")
    confirm: int = Field(description="The number of documents that has to be confirmed; 0 where none has to.")
    confirm_amount: Decimal
    credential: bool = Field(description="Whether one is in use: without it nothing is sent.")
    standing: str = Field(description="Why nothing may begin: the reason of a suspension; empty where it may.")
    waiting: int = Field(description="Requests about the integration that nobody has carried out yet.")
    cut_over: date = Field(description="Nothing from before this day is ever sent.")
    problem: English = Field("", description="Why these days cannot be asked for, in English; empty where they can.")


def asked_sync(
    visit: Runs,
    integration: Name,
    first: Annotated[Day, Query(description="Only records dated on this local day or later.")] = None,
    last: Annotated[Day, Query(description="Only records dated on this local day or before.")] = None,
) -> SyncPage:
    """What a sync would send, before somebody asks for it. Nothing is written or sent."""
    from reconciler.engine.beforehand import missing_yes, ordered
    from reconciler.engine.pause import in_the_way
    from reconciler.errors import UsageError

    ready(visit, integration)
    world, problem = visit.parts.world(), ""
    order = order_of(visit.organization.name, integration, (first, last), visit.today)
    try:
        pinned = ordered(world, order)
    except UsageError as error:
        problem, order = error.message, order_of(visit.organization.name, integration, (None, None), visit.today)
        pinned = ordered(world, order)
    forecasts = [] if problem else _forecasts(visit, pinned)
    yes = None if problem else missing_yes(world, pinned, order)
    versions = world.versions.versions(pinned.organization_id, pinned.integration.credentials.name)
    requests = visit.parts.asked().asked_of(visit.organization.id, integration, 50)
    return SyncPage(
        integration=integration,
        sends=pinned.integration.mode == "send",
        first=order.days.first if order.days else first,
        last=order.days.last if order.days else last,
        categories=forecasts,
        records=sum(each.records for each in forecasts),
        amount=sum((each.amount for each in forecasts), Decimal(0)),
        whole=all(each.whole for each in forecasts),
        confirm=yes.documents if yes else 0,
        confirm_amount=yes.amount if yes else Decimal(0),
        credential=any(each.state == "current" for each in versions),
        standing=next((each.reason for each in in_the_way(world, pinned) if each.cause == "person"), ""),
        waiting=sum(each.state == "waiting" for each in requests),
        cut_over=min(each.since for each in pinned.integration.exports),
        problem=problem,
    )


def _forecasts(visit: Visit, pinned: "Pinned") -> list[Forecast]:
    """By category, looked for among the newest records only: no page takes longer with the years."""
    from reconciler.database.backlog import Backlog, Part, Waiting

    called = titles(pinned, visit.language)
    parts = [
        Part(each.stream.category, each.stream, each.selection, each.category, each.mapping.scope.zone)
        for each in pinned.exports
    ]
    found = Backlog(visit.parts.tables).waiting(visit.organization.id, parts, visit.now)
    counted = [(each.integration, found.get(each.integration, Waiting())) for each in parts]
    return [
        Forecast(category=name, title=called[name], records=each.records, amount=each.amount, whole=each.whole)
        for name, each in counted
    ]


def check(visit: Visit, integration: str) -> None:
    """Raises NotThere where the organisation has no such integration."""
    if integration not in visit.parts.reading().operations.integrations(visit.organization.id):
        raise NotThere


def ready(visit: Visit, integration: str) -> "Pinned":
    """The integration as runs take it. Raises NotThere where there is none, Blocked where another hand spoilt it."""
    check(visit, integration)
    return visit.parts.reading().pinned(visit.organization.name, integration)


def order_of(
    organization: str, integration: str, days: tuple[date | None, date | None], today: date, confirmed: int = 0
) -> "Order":
    """What is asked for: everything, or the days from the first to the last one, which is today where none is named."""
    from reconciler.engine.beforehand import Order

    first, last = days
    meant = Days(first or last or today, last or today) if first or last else None
    return Order(organization, integration, "request", uuid4(), confirmed, meant)


def asking(request: Request) -> Asking:
    """A request as pages show it."""
    days = request.asked.days
    return Asking(
        id=request.id,
        by=request.asked.by,
        at=request.at,
        reason=request.asked.reason,
        first=days.first if days else None,
        last=days.last if days else None,
        confirmed=request.asked.confirmed,
        state=request.state,
        run=request.run,
        ended_at=request.ended_at,
        answer=request.answer,
    )
