"""What a person may do about a document, by where it stands: one table, and nothing else decides.

The table is the reference page's (docs/reference/exports.md); a test holds both equal, and checks each pair against
PostgreSQL. No operation leads from a state in which a request may be on its way, or may have been taken, to one from
which the same epoch is sent again, but `not-received`: there a person says so, and only where nobody else can be asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from reconciler.runs.following import NEVER_POSTED
from reconciler.selections.reasons import Why
from reconciler.specs.sentences import say

Operation = Literal[
    "retry", "give-up", "received", "not-received", "fixed-there", "withdraw", "resend", "hold"
]  # fmt: skip
GIVEN_UP = "given-up"
"""The code of a document that a person gave up; of a question that was given up, `given-up:` and its code."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the ledger as a person decides about it: newest epochs only, unless said otherwise.

    No request for it can have begun after `sent_before`. `superseded` where a later epoch stands in its place.
    """

    id: int
    integration: str
    target: str
    category: str
    record_id: str
    epoch: int
    attempt: int
    reference: str
    number: int
    state: str
    code: str
    amount: Decimal | None
    message: str
    field: str
    origin: str
    target_ids: tuple[str, ...]
    sent_before: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    changed_at: datetime
    superseded: bool = False
    record_digest: str = ""
    purpose: str = "document"

    @property
    def standing(self) -> str:
        """Where it stands: its state, or what its code makes of it."""
        return standing_of(self.state, self.code)

    @property
    def title(self) -> str:
        """`number 2026000004 (expense_claims 5f0c...)`."""
        form = "number {number} ({what}{category} {record})"
        what = "" if self.purpose == "document" else say("{purpose} of ", purpose=self.purpose)
        return say(form, number=self.number, what=what, category=self.category, record=self.record_id)


def standing_of(state: str, code: str) -> str:
    """Where a row stands, by state and code."""
    if state in ("sent", "accepted") and code == NEVER_POSTED:
        return "never_posted"
    if state == "voided" and code == GIVEN_UP:
        return "given_up"
    return "given_up_question" if state == "voided" and code.startswith(f"{GIVEN_UP}:") else state


@dataclass(frozen=True, slots=True)
class Move:
    """Where an operation leads: the ledger's state, and the code by which it is known that a person said so.

    A code that ends in `:` is followed by the row's own; an empty one is what such a code was followed by.
    """

    state: str
    code: str

    def code_of(self, row: LedgerRow) -> str:
        """The code that the row gets."""
        if self.code.endswith(":"):
            return self.code + row.code
        return self.code or row.code.partition(":")[2]


AGAIN = Move("not_applied", "retried")
MOVES: Mapping[Operation, Mapping[str, Move]] = {
    "retry": {
        "rejected": AGAIN,
        "not_applied": AGAIN,
        "given_up": AGAIN,
        "given_up_question": Move("held", ""),
    },
    "give-up": {
        "rejected": Move("voided", GIVEN_UP),
        "not_applied": Move("voided", GIVEN_UP),
        "held": Move("voided", f"{GIVEN_UP}:"),
    },
    "received": {
        "held": Move("sent", "answered"),
        "unknown": Move("sent", "answered"),
        "never_posted": Move("posted", "answered"),
        "drifted": Move("posted", "answered"),
    },
    "not-received": {
        "held": Move("not_applied", "answered"),
        "never_posted": Move("drifted", "answered"),
    },
    "fixed-there": {"rejected_late": Move("sent", "fixed-there")},
    "withdraw": {name: Move("voided", "withdrawn") for name in ("sent", "never_posted", "rejected_late")},
    "resend": {name: Move(name, "resent") for name in ("sent", "accepted", "never_posted", "posted", "drifted")},
    "hold": {"rejected": Move("rejected", ""), "not_applied": Move("not_applied", "")},
}
"""By operation, and then by where a row stands; what is not here is refused. `resend` leaves the row as it is and opens
a new epoch beside it; `hold` leaves it as it is and keeps it from going.
"""
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
MEANING: Mapping[str, str] = {
    "sending": "is on its way",
    "sent": "was sent",
    "accepted": "was sent and accepted",
    "never_posted": "was sent, was never posted, and is not asked for any more",
    "posted": "was sent and posted",
    "rejected_late": "was sent, and refused there later",
    "rejected": "was refused, and is not there",
    "not_applied": "has not gone, and is tried again",
    "unknown": "is unknown: the answer was lost, and the next sync asks",
    "held": "is held: nobody but a person knows whether it was received",
    "drifted": "was sent, and what stands there now differs",
    "given_up": "was given up",
    "given_up_question": "was given up while it was a question",
    "voided": "was withdrawn, and a later epoch stands in its place",
}
"""Every standing, in words that follow its title."""
COMMANDS: Mapping[Operation, str] = {
    "retry": "retry",
    "give-up": "give-up --reason",
    "received": "answer --received",
    "not-received": "answer --not-received",
    "fixed-there": "answer --fixed-there",
    "withdraw": "answer --withdraw",
    "resend": "resend --reason",
    "hold": "hold --reason",
}


def move_of(operation: Operation, standing: str) -> Move | None:
    """Where the operation leads from there; None where it is refused."""
    return MOVES[operation].get(standing)


def ways_out(standing: str) -> list[Operation]:
    """The operations that are allowed there, the most useful first."""
    return [operation for operation in OPERATIONS if standing in MOVES[operation]]


def ways_in_words(standing: str) -> str:
    """What a person can do, as a hint."""
    if standing == "sending":
        return "wait until the sync that sends it has ended: reconciler exports show"
    # What is staged is withdrawn where its type says how, and it goes once more in every type.
    ways = [each for each in ways_out(standing) if each != "withdraw" or standing == "rejected_late"]
    found = [COMMANDS[operation] for operation in ways]
    return f"reconciler exports {', or '.join(found)}" if found else "nothing is left to be done"


@dataclass(frozen=True, slots=True)
class Moved:
    """One row, the place that it is moved to, and the ids that a person found there."""

    row: LedgerRow
    state: str
    code: str
    target_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Who does it, as which operation, and why: what the audit trail keeps. Holds no personal data."""

    organization_id: str
    actor: str
    operation: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are meant. `wanted` are record ids, references or numbers, `ids` the ledger's own; empty is any.

    `states` are standings; `since` and `until` are half-open instants of the last change. Of `newest`, `reversing` are
    documents too whose reversal is the newest: without them it would be a minus to nothing.
    """

    organization_id: str
    wanted: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    integration: str = ""
    category: str = ""
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    newest: bool = True
    reversing: bool = False


@dataclass(frozen=True, slots=True)
class RecordHold:
    """A record that a person holds back from one target, until `ends_at` where that is given."""

    target: str
    category: str
    record_id: str
    reason: str
    author: str
    since: datetime
    ends_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it is not over."""
        return self.ends_at is None or self.ends_at > now

    def why(self, zone: ZoneInfo) -> Why:
        """Why it does not go, with the last local day on which it does not."""
        last = (self.ends_at - timedelta(microseconds=1)).astimezone(zone).date() if self.ends_at else None
        return Why("hold", {"author": self.author, "reason": self.reason, "until": last})


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry of the audit trail about one document: who decided what, when and why."""

    at: datetime
    actor: str
    action: str
    reason: str
    detail: Mapping[str, object]
