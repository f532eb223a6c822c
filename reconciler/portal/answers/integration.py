"""One integration as the dashboard shows it: its light, its runs, what waits, and what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.portal.fields import English
from reconciler.portal.pins import titles
from reconciler.portal.visiting import Visit
from reconciler.runs.credential import REMINDERS
from reconciler.runs.health import Cause, Colour, because
from reconciler.specs.personal import impersonal

if TYPE_CHECKING:
    from reconciler.database.backlog import Waiting
    from reconciler.database.boards import Board, Held
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.allowance import Usage
    from reconciler.runs.suspension import Suspension
    from reconciler.wiring.reading import Reading

COUNTED = (
    "sent", "would_send", "would_reject", "rejected", "rejected_late", "held", "unknown", "drifted", "never_posted",
    "not_applied",
)  # fmt: skip


class Light(BaseModel):
    """A colour and why, in the language that was asked for."""

    colour: Colour
    reason: str


class LastRun(BaseModel):
    """The newest run that was carried out."""

    state: str = Field(description="running, succeeded, partial, failed or lost.")
    trigger: str = Field(description="manual, schedule or request.")
    started_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, int] = Field(description="Documents by what became of them; those that are none are left out.")
    problem: str = Field(description="What stopped it, in the words of whoever stopped it.")


class Backlog(BaseModel):
    """What waits to be sent."""

    records: int
    amount: Decimal
    whole: bool = Field(description="False where only the newest records were looked at: there may be more.")


class Quota(BaseModel):
    """What an outside system allows, and what is in the way of asking it."""

    used: int = Field(description="Requests of this month.")
    quota: int | None = Field(description="What a month holds; null where it has no end.")
    left: float | None = Field(description="The part that is left for sending, from 0 to 1.")
    renews: datetime
    closed_until: datetime | None = Field(description="Until when nothing is asked.")
    closed_reason: str
    shut_until: datetime | None = Field(description="Until when nothing is sent, or asked, after failures.")


class Stop(BaseModel):
    """Why runs stand still: a person said so, or the credential was refused."""

    cause: Literal["person", "credential"]
    reason: str
    by: str
    since: datetime
    until: datetime | None


class Credential(BaseModel):
    """Where the credential stands; never its value."""

    name: str
    state: Literal["current", "pending", "missing"]
    remark: Literal["", "expired", "expires", "failed"] = Field(description="What somebody should know of it.")
    expires_at: datetime | None


class IntegrationRow(BaseModel):
    """One integration as the dashboard shows it."""

    name: str
    type: str
    type_title: str
    environment: str
    mode: Literal["send", "observe"]
    health: Light
    last_run: LastRun | None = Field(description="Null where it never ran.")
    next_run_at: datetime | None = Field(description="Null where it runs by hand only; closed days are left out.")
    closed_through: date | None = Field(description="The last of the closed days, where today is one; else null.")
    backlog: Backlog | None = Field(description="Null where its configuration cannot be read.")
    needing: int = Field(description="Documents that need somebody.")
    withheld: int = Field(description="Records held back by rule.")
    differing: int = Field(description="Documents that stand otherwise in the outside system.")
    quota: Quota | None
    stops: list[Stop]
    credential: Credential
    problem: English = Field("", description="Why its configuration cannot be read; empty where it can.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is found out about one integration beside its board. `problem` says why it cannot be read."""

    board: "Board"
    pinned: "Pinned | None" = None
    waiting: "Waiting | None" = None
    usage: "Usage | None" = None
    still: "Sequence[Suspension]" = ()
    problem: str = ""


def gathered(visit: Visit, reading: "Reading", boards: "Sequence[Board]") -> "list[Facts]":
    """Asked of all together; where that goes wrong one by one, so that one which is broken hides no other."""
    try:
        return _gathered(visit, reading, boards)
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        if len(boards) == 1:
            return [Facts(boards[0], problem=error.message)]
    return [found for board in boards for found in gathered(visit, reading, [board])]


def _gathered(visit: Visit, reading: "Reading", boards: "Sequence[Board]") -> "list[Facts]":
    from reconciler.database.backlog import Backlog as Waits
    from reconciler.database.backlog import Part, Waiting
    from reconciler.engine.timetable import next_run

    pinned = {board.name: ready(visit, reading, board) for board in boards}
    for board in boards:
        next_run(board.schedule, reading.now)
    parts = [
        Part(name, export.stream, export.selection, export.category, export.mapping.scope.zone)
        for name, each in pinned.items()
        for export in each.exports
    ]
    waiting = Waits(reading.tables).waiting(visit.organization.id, parts, reading.now)
    allowed = {each.integration.credentials.name: each.allowed for each in pinned.values()}
    usages = reading.usages.several(visit.organization.id, allowed, reading.now)
    return [
        Facts(
            board,
            each,
            waiting.get(board.name, Waiting()),
            usages[each.integration.credentials.name],
            reading.in_the_way(each) if board.suspensions else (),
        )
        for board in boards
        for each in [pinned[board.name]]
    ]


def row(visit: Visit, now: datetime, facts: Facts) -> IntegrationRow:
    """As the page shows it."""
    from reconciler.engine.timetable import next_open

    board, frozen = facts.board, facts.pinned.organization.days_without_syncs if facts.pinned else []
    due = next_open(board.schedule, now, [(each.from_, each.to) for each in frozen]) if facts.pinned else None
    today = now.astimezone(ZoneInfo(visit.zone)).date()
    return IntegrationRow(
        name=board.name,
        type=board.type,
        type_title=_title(visit, facts),
        environment=board.environment,
        mode="observe" if board.mode == "observe" else "send",
        health=_light(visit, now, facts),
        last_run=_last(board),
        next_run_at=due.at if due else None,
        closed_through=max((each.to for each in frozen if each.from_ <= today <= each.to), default=None),
        backlog=_backlog(facts.waiting) if facts.waiting else None,
        needing=board.needing,
        withheld=board.withheld,
        differing=board.differing,
        quota=_quota(facts.usage) if facts.usage else None,
        stops=[_stop(each) for each in facts.still],
        credential=_credential(board, now),
        problem=facts.problem,
    )


def ready(visit: Visit, reading: "Reading", board: "Board") -> "Pinned":
    """The integration made ready, or as it was made earlier today of the same rows."""
    from reconciler.database.boards import Marked

    marked = Marked(visit.organization.id, board.mark, visit.zone)
    return reading.kept(marked, board.name, lambda: reading.made(board.organization, board.name, held=False))


def _light(visit: Visit, now: datetime, facts: Facts) -> Light:
    from reconciler.engine.assessing import verdict

    if facts.waiting is None or facts.usage is None:
        found = because("red", Cause("unreadable"))
    else:
        waiting = facts.waiting.oldest if facts.board.schedule is None else None
        found = verdict(facts.board, facts.still, waiting, facts.usage.left, now)
    return Light(colour=found.colour, reason=found.said(visit.language))


def _title(visit: Visit, facts: Facts) -> str:
    """Of the pinned type, which may be the organisation's own; else that of the catalogue, else its name."""
    if facts.pinned is not None:
        label = facts.pinned.kind.label
        return label.nb if visit.language == "nb" else label.en
    return titles().get(facts.board.type, {}).get(visit.language, facts.board.type)


def _last(board: "Board") -> LastRun | None:
    run = board.last_run
    if run is None:
        return None
    counts = {state: count for state in COUNTED if (count := run.count(state))}
    return LastRun(
        state=run.state,
        trigger=run.trigger,
        started_at=run.started_at,
        ended_at=run.ended_at,
        counts=counts,
        problem=impersonal(run.problem),
    )


def _backlog(waiting: "Waiting") -> Backlog:
    return Backlog(records=waiting.records, amount=waiting.amount, whole=waiting.whole)


def _quota(usage: "Usage") -> Quota | None:
    """None where nothing is counted and nothing is in the way."""
    if usage.quota is None and usage.closed_until is None and not usage.shut:
        return None
    return Quota(
        used=usage.used,
        quota=usage.quota,
        left=usage.left,
        renews=usage.renews,
        closed_until=usage.closed_until,
        closed_reason=impersonal(usage.closed_reason),
        shut_until=max((at for at, _ in usage.shut.values()), default=None),
    )


def _stop(each: "Suspension") -> Stop:
    return Stop(cause=each.cause, reason=impersonal(each.reason), by=each.author, since=each.since, until=each.until)


def _credential(board: "Board", now: datetime) -> Credential:
    held = board.credential
    if held is None:
        return Credential(name=board.credential_name, state="missing", remark="", expires_at=None)
    return Credential(
        name=held.name,
        state="current" if held.state == "current" else "pending",
        remark=_remark(held, now),
        expires_at=held.expires_at,
    )


def _remark(held: "Held", now: datetime) -> Literal["", "expired", "expires", "failed"]:
    if held.expires_at is not None and held.expires_at <= now:
        return "expired"
    if held.problem:
        return "failed"
    soon = held.expires_at is not None and held.expires_at - now <= timedelta(days=max(REMINDERS))
    return "expires" if soon else ""
