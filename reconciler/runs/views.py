"""What the overview gives: rows as people ask for them. No payload and no secret has a place here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.runs.comparison import Difference

QUESTIONS = ("unknown", "held")
TROUBLE = ("held", "unknown", "rejected_late", "never_posted", "rejected", "drifted")
"""States in which a document needs somebody, the gravest first."""
SETTLED = ("sent", "accepted", "posted", "voided")


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run. `counts` are by category and then by state, with `amount`, `withheld` and `requests` beside them."""

    state: str
    trigger: str
    started_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, Mapping[str, Any]]
    problem: str

    def count(self, *states: str) -> int:
        """Documents of all categories in these states."""
        return sum(int(found.get(state, 0)) for found in self.counts.values() for state in states)


@dataclass(frozen=True, slots=True)
class Tally:
    """Documents of one category in one state, and what they sum to."""

    category: str
    state: str
    documents: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """The version that is in use, or else the newest one; never its value."""

    name: str
    state: str
    hint: str
    tested_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndedExclusion:
    """An applied exclusion whose last day `until` has passed. `features` are still off until the next apply."""

    organization: str
    name: str
    until: str
    features: bool
    origin: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """An applied schedule: canonical cron text, in its own zone."""

    name: str
    integration: str
    cron: str
    last_day: bool
    zone: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One state that a ledger row has been in."""

    state: str
    attempt: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row of the ledger. `message` is the outside system's own, of the newest attempt; `origin` a mapping line."""

    integration: str
    target: str
    category: str
    record_id: str
    epoch: int
    reference: str
    number: int
    state: str
    attempt: int
    amount: Decimal | None
    code: str
    field: str
    origin: str
    message: str
    record_digest: str
    mapping_digest: str
    next_attempt_at: datetime | None
    sent_at: datetime | None
    changed_at: datetime
    history: tuple[Step, ...] = ()
    id: int = 0
    removed: str = ""
    """Why payload and message are gone, a key of `retention.REMOVED`; empty where they are not."""
    removed_at: datetime | None = None
    purpose: str = "document"


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """A record held back by rule; open while `until` is None."""

    integration: str
    category: str
    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """A difference that no later comparison has done away with: when it was last seen, and at which target."""

    difference: Difference
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IntegrationView:
    """One integration as the database knows it. `troubled` are the first of its records that need somebody.

    `differing` counts documents that stand otherwise in the outside system; `differences` are the first of them.
    """

    organization_id: str
    organization: str
    zone: str
    name: str
    type: str
    environment: str
    mode: str
    revision: str
    stale_after: str
    last_run: RunRow | None
    last_success: datetime | None
    ledger: tuple[Tally, ...]
    oldest_unsettled: datetime | None
    oldest_question: datetime | None
    withheld: int
    credential: CredentialRow | None
    schedule: ScheduleRow | None
    troubled: tuple[ExportRow, ...]
    differing: int = 0
    differences: tuple[OpenDifference, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Documents of all categories, by state."""
        found: dict[str, int] = {}
        for each in self.ledger:
            found[each.state] = found.get(each.state, 0) + each.documents
        return found

    @property
    def needing(self) -> int:
        """How many documents need somebody, those beyond `troubled` included."""
        return sum(self.counts.get(state, 0) for state in TROUBLE)
