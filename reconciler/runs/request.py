"""What a run is told, as values: a range of days, a request that somebody made, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

RequestState = Literal["waiting", "taken", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Days:
    """Local days of the organisation, both inclusive."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Began:
    """What is written down of a run when it begins: `occurrence` is the scheduled time that it was started for."""

    run: UUID
    trigger: str
    actor: str
    occurrence: datetime | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A run that never began and is written down all the same: `skipped`, or `failed` before anything was claimed."""

    organization_id: str
    integration: str
    lease: str
    began: Began
    state: str
    problem: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `confirmed` is the number of documents that they agreed to send."""

    organization_id: str
    integration: str
    by: str
    reason: str = ""
    days: Days | None = None
    confirmed: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. `run` is the run that serves it, once somebody took it; `zone` the organisation's."""

    id: UUID
    organization: str
    asked: Asked
    at: datetime
    state: RequestState
    taken_by: str = ""
    run: UUID | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    answer: str = ""
    hint: str = ""
    zone: str = "UTC"

    @property
    def ended(self) -> bool:
        return self.state in ("done", "refused")

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        days = self.asked.days
        return {
            "request": str(self.id),
            "organization": self.organization,
            "integration": self.asked.integration,
            "requested_by": self.asked.by,
            "requested_at": self.at.isoformat(),
            "reason": self.asked.reason,
            "from": days.first.isoformat() if days else None,
            "to": days.last.isoformat() if days else None,
            "confirmed": self.asked.confirmed,
            "state": self.state,
            "taken_by": self.taken_by,
            "run": str(self.run) if self.run else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "exit": self.exit_code,
            "answer": self.answer,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """Requests for the same, the oldest first, that one run serves."""

    run: UUID
    requests: tuple[Request, ...]

    @property
    def first(self) -> Request:
        return self.requests[0]

    @property
    def confirmed(self) -> int:
        """What the last of them agreed to who said anything."""
        return next((each.asked.confirmed for each in reversed(self.requests) if each.asked.confirmed), 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a request that was taken; `waiting` gives it back until `not_before`."""

    state: RequestState
    exit_code: int | None = None
    answer: str = ""
    hint: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """A run in the history: its counts by category and then by state."""

    state: str
    started_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, Mapping[str, Any]]
    problem: str


@dataclass(frozen=True, slots=True)
class AppliedSchedule:
    """An applied schedule: canonical cron text, in its own zone, and since when it counts."""

    name: str
    cron: str
    last_day: bool
    zone: str
    applied_at: datetime


class Requests(Protocol):
    """Syncs that somebody asked for and somebody else carries out."""

    def request(self, asked: Asked, now: datetime) -> UUID:
        """Write down what is asked for."""

    def take_request(
        self, executor: str, run: UUID, now: datetime, organization: str = "", integration: str = ""
    ) -> Taken | None:
        """The oldest request whose integration is free, and all others for the same: one run serves them. Only of an
        organisation, or of one of its integrations, where they are named.

        Requests whose executor is gone are found first: they wait again, or have the answer of the run that ended.
        """

    def answer_request(self, taken: Taken, answered: Answered, now: datetime) -> None:
        """Write down what became of them, or give them back; nothing happens where they are not ours any more."""

    def take_back(self, organization_id: str, request: UUID, by: str, now: datetime) -> bool:
        """Refuse a request of the organisation that still waits, in the name of who takes it back; False where it does
        not wait any more.
        """

    def find(self, request: UUID) -> Request | None:
        """One request."""

    def requests(self, organization: str, limit: int) -> list[Request]:
        """The newest requests of an organisation, or of all where none is named."""

    def ran(self, run: UUID) -> Ran | None:
        """What the history of runs holds of one."""
