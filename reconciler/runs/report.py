"""What a sync did, as values: counts and sums per category, and every record that did not go, with the reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciler.runs.request import Days
from reconciler.runs.shadow import Comparison


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that was refused or whose fate is open: whose words, the field, and the mapping line behind it."""

    category: str
    record_id: str
    number: int
    state: str
    message: str
    field: str = ""
    value: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A document that went before: our reference, its number, the local day on which it went, and its amount."""

    reference: str
    number: int
    day: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A document that is right and yet worth a look, and the documents that may need a correction because of it."""

    category: str
    record_id: str
    message: str
    earlier: tuple[Earlier, ...] = ()

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        earlier = [
            {
                "reference": each.reference,
                "number": each.number,
                "day": each.day.isoformat(),
                "amount": None if each.amount is None else str(each.amount),
            }
            for each in self.earlier
        ]
        return {"record": self.record_id, "message": self.message, "earlier": earlier}


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents of this run and earlier ones that stand in a state when a run ends, and the sum of their amounts.

    `next_at` is when the first of them may be tried again.
    """

    documents: int = 0
    amount: Decimal = Decimal(0)
    next_at: datetime | None = None

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        at = self.next_at.isoformat() if self.next_at else None
        return {"documents": self.documents, "amount": str(self.amount), "next_at": at}


@dataclass(slots=True)
class StreamReport:
    """One category of one run. `counts` are by state; `withheld` by reason; `standing` by state. `amount` is None where
    it has no money.
    """

    category: str
    target: str
    counts: Counter[str] = field(default_factory=Counter)
    amount: Decimal | None = None
    withheld: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    requests: int = 0
    standing: dict[str, Standing] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    """Sentences about the category as a whole that somebody should know."""
    comparison: Comparison | None = None
    """Where nothing is sent: how it compares with what the outside system holds."""


@dataclass(slots=True)
class RunReport:
    """One run of one integration."""

    run: str
    organization: str
    integration: str
    place: str
    mode: str
    revision: str
    started_at: datetime
    reaches: str = ""
    """Where documents end up, in the outside system's own words, as the credential's test found it."""
    streams: list[StreamReport] = field(default_factory=list)
    problem: str = ""
    hint: str = ""
    again_later: bool = False
    alarms: list[str] = field(default_factory=list)
    ended_at: datetime | None = None
    zone: str = "UTC"
    days: Days | None = None
    """The days that it was limited to."""

    def count(self, *states: str) -> int:
        """Documents of all categories in these states."""
        return sum(stream.counts[state] for stream in self.streams for state in states)

    def standing(self, state: str) -> Standing | None:
        """All categories' documents that stand in a state; None where there are none."""
        found = [stream.standing[state] for stream in self.streams if state in stream.standing]
        moments = [each.next_at for each in found if each.next_at]
        amount = sum((each.amount for each in found), Decimal(0))
        return Standing(sum(each.documents for each in found), amount, min(moments, default=None)) if found else None

    @property
    def amount(self) -> Decimal:
        return sum((stream.amount or Decimal(0) for stream in self.streams), Decimal(0))

    @property
    def failures(self) -> list[Failure]:
        return [failure for stream in self.streams for failure in stream.failures]

    @property
    def state(self) -> str:
        """succeeded: all went, or nothing had to go; failed: a problem, or nothing went that should have; else partial.

        "Nothing to send" is a success (design.md 4.16).
        """
        wrong = self.count("rejected", "unknown", "not_applied", "rejected_late", "held", "unread")
        if self.problem and not self.count("sent", "posted"):
            return "failed"
        if self.problem or wrong:
            return "partial" if self.count("sent", "posted") else "failed"
        return "succeeded"

    @property
    def exit_code(self) -> int:
        """Design.md 6: 0 as declared, 5 part failed or blocked, 6 records rejected, 75 nothing happened, try again."""
        if self.problem or self.count("unknown", "not_applied", "held", "unread"):
            return 75 if self.again_later and not self.count("sent") else 5
        return 6 if self.count("rejected", "rejected_late") else 0

    def data(self) -> dict[str, Any]:
        """The stable JSON form, and what the history of runs keeps of it."""
        return {
            "run": self.run,
            "organization": self.organization,
            "integration": self.integration,
            "place": self.place,
            "reaches": self.reaches,
            "mode": self.mode,
            "from": self.days.first.isoformat() if self.days else None,
            "to": self.days.last.isoformat() if self.days else None,
            "revision": self.revision,
            "state": self.state,
            "problem": self.problem,
            "alarms": self.alarms,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "categories": [_stream(stream) for stream in self.streams],
        }

    def counts(self) -> dict[str, Any]:
        """What the history of runs keeps: no messages, for they may hold personal data."""
        return {
            stream.category: {
                **stream.counts,
                "withheld": sum(stream.withheld.values()),
                "amount": str(stream.amount or 0),
                "requests": stream.requests,
            }
            for stream in self.streams
        }


def _stream(stream: StreamReport) -> Mapping[str, Any]:
    return {
        "category": stream.category,
        "target": stream.target,
        "counts": dict(stream.counts),
        "amount": str(stream.amount or 0),
        "withheld": dict(stream.withheld),
        "requests": stream.requests,
        "standing": {state: each.data() for state, each in stream.standing.items()},
        "failures": [
            {
                "record": each.record_id,
                "number": each.number,
                "state": each.state,
                "message": each.message,
                "field": each.field,
                "value": each.value,
                "origin": each.origin,
            }
            for each in stream.failures
        ],
        "warnings": [each.data() for each in stream.notices],
        "remarks": stream.remarks,
        "comparison": stream.comparison.data() if stream.comparison else None,
    }
