"""The history of an integration's runs, and one run with everything that is known of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.database.history import RunChoice, RunLine
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.portal.answers.asked import Asking, asking, check
from reconciler.portal.answers.written import titles
from reconciler.portal.fields import Day
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.runs.left_words import left
from reconciler.specs.languages import Language

RunState = Literal["", "running", "succeeded", "partial", "failed", "skipped", "lost"]
PAGE, CHART = 50, 30
BESIDE = ("amount", "withheld", "requests")
"""What stands beside the states among the counts of a category."""
ARRIVED = ("sent", "accepted", "posted")
REFUSED = ("rejected", "rejected_late")


class RunRow(BaseModel):
    """One run."""

    id: UUID
    state: str = Field(description="running, succeeded, partial, failed, skipped or lost.")
    trigger: str = Field(description="manual, schedule or request.")
    actor: str = Field(description="Who began it; empty where it never began.")
    asked_by: list[str] = Field(description="Who asked for it, where somebody did.")
    occurrence: datetime | None = Field(description="The scheduled time that it was for.")
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None = Field(description="How long it took; None while it runs.")
    counts: Mapping[str, int] = Field(description="Documents of all categories, by state.")
    amount: Decimal = Field(description="What its documents sum to, NOK.")
    withheld: int = Field(description="Records that were held back by rule.")
    requests: int = Field(description="Requests to the outside system.")
    revision: str = Field(description="The commit of the configuration that it went by.")
    first: date | None = Field(description="The first of the days that it was limited to.")
    last: date | None
    problem: str = Field(description="What stopped it, in the words of whoever refused.")
    left: str = Field(description="The same in the language that was asked for, where the engine itself said it.")


class Bar(BaseModel):
    """One run in the chart."""

    id: UUID
    state: str
    started_at: datetime
    sent: int
    refused: int


class RunsPage(BaseModel):
    """Runs of one integration, the newest first."""

    integration: str
    runs: list[RunRow]
    beyond: UUID | None = Field(description="What the next page begins behind; None where this is the last one.")
    newest: list[Bar] = Field(description="The newest runs of all, the oldest first, whatever is looked for.")
    state: RunState
    first: date | None
    last: date | None


class CategoryCounts(BaseModel):
    """What a run did in one category."""

    category: str
    counts: Mapping[str, int]
    amount: Decimal
    withheld: int
    requests: int


class RunPage(BaseModel):
    """One run."""

    integration: str
    run: RunRow
    categories: list[CategoryCounts]
    asked: list[Asking] = Field(description="The requests that it served.")
    titles: Mapping[str, str] = Field(description="What categories are called, of those that are still exported.")


def runs(
    visit: Sees,
    integration: Name,
    state: RunState = "",
    first: Annotated[Day, Query(description="Begun on this local day or later.")] = None,
    last: Annotated[Day, Query(description="Begun on this local day or before.")] = None,
    beyond: Annotated[UUID | None, Query(description="The last run of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> RunsPage:
    """The history of an integration's runs, those that never began included."""
    check(visit, integration)
    choice = chosen(visit, integration, state, (first, last))
    found = visit.parts.history().runs(replace(choice, beyond=beyond), limit + 1)
    return RunsPage(
        integration=integration,
        runs=[row_of(each, visit.language) for each in found[:limit]],
        beyond=found[limit - 1].id if len(found) > limit else None,
        newest=newest(visit, integration),
        state=state,
        first=first,
        last=last,
    )


def run(visit: Sees, run: UUID) -> RunPage:
    """One run: what it did by category, what stopped it, and who asked for it."""
    found = visit.parts.history().run(visit.organization.id, run)
    if found is None:
        raise NotThere
    return RunPage(
        integration=found.integration,
        run=row_of(found, visit.language),
        categories=[_category(name, counts) for name, counts in sorted(found.counts.items())],
        asked=[asking(each) for each in visit.parts.asked().served_by(run, PAGE)],
        titles=_titles(visit, found.integration),
    )


def _titles(visit: Visit, integration: str) -> dict[str, str]:
    """An integration may be gone, or spoilt, and its runs are there all the same."""
    try:
        return titles(visit.parts.reading().pinned(visit.organization.name, integration), visit.language)
    except DatabaseDown:
        raise
    except ReconcilerError:
        return {}


def chosen(visit: Visit, integration: str, state: str, days: tuple[date | None, date | None]) -> RunChoice:
    """The runs of these local days."""
    since, until = span(visit.zone, *days)
    return RunChoice(visit.organization.id, integration, state, since, until)


def span(zone: str, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments between which local days lie: from the first one's beginning to the last one's end."""
    where = ZoneInfo(zone)
    since = datetime.combine(first, time(), where) if first else None
    until = datetime.combine(last + timedelta(days=1), time(), where) if last else None
    return since, until


def newest(visit: Visit, integration: str) -> list[Bar]:
    """The newest runs of an integration, the oldest first."""
    return bars(visit.parts.history().runs(RunChoice(visit.organization.id, integration), CHART))


def bars(found: Sequence[RunLine]) -> list[Bar]:
    """Runs, the newest first, as a chart that is read from left to right."""
    return [
        Bar(
            id=each.id, state=each.state, started_at=each.started_at, sent=each.count(*ARRIVED),
            refused=each.count(*REFUSED),
        )
        for each in reversed(found)
    ]  # fmt: skip


def row_of(line: RunLine, language: Language = "en") -> RunRow:
    """A run as pages show it."""
    counts: Counter[str] = Counter()
    for each in line.counts.values():
        counts.update(_states(each))
    took = (line.ended_at - line.started_at) if line.ended_at else None
    return RunRow(
        id=line.id,
        state=line.state,
        trigger=line.trigger,
        actor=line.actor,
        asked_by=line.asked_by,
        occurrence=line.occurrence,
        started_at=line.started_at,
        ended_at=line.ended_at,
        seconds=max(round(took.total_seconds()), 0) if took is not None else None,
        counts=dict(counts),
        amount=sum((Decimal(str(each.get("amount", 0))) for each in line.counts.values()), Decimal(0)),
        withheld=line.count("withheld"),
        requests=line.count("requests"),
        revision=line.revision,
        first=line.days.first if line.days else None,
        last=line.days.last if line.days else None,
        problem=line.problem,
        left=left(line.problem, language),
    )


def _states(counts: Mapping[str, object]) -> dict[str, int]:
    return {state: int(str(many)) for state, many in counts.items() if state not in BESIDE and many}


def _category(name: str, counts: Mapping[str, object]) -> CategoryCounts:
    return CategoryCounts(
        category=name,
        counts=_states(counts),
        amount=Decimal(str(counts.get("amount", 0))),
        withheld=int(str(counts.get("withheld", 0))),
        requests=int(str(counts.get("requests", 0))),
    )
