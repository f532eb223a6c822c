"""What an outcome comes to: the ledger's word for it, when its document is tried again, and how it is told."""

from datetime import datetime

from reconciler.ports import Outgoing
from reconciler.runs.backoff import pause
from reconciler.runs.export import Claim, Frozen
from reconciler.runs.idempotency import HELD_FOR
from reconciler.runs.outcome import Answer, Held, NotApplied, Outcome, Rejected, Sent, Settled, Unknown

TOO_LATE = "too-late"
"""The code of a claim that was too old to begin a request: the same run claims it again."""


def state_of(outcome: Outcome) -> str:
    """The ledger's word for an outcome."""
    match outcome:
        case Sent():
            return "sent"
        case Rejected():
            return "rejected"
        case NotApplied():
            return "not_applied"
        case Unknown():
            return "unknown"
        case Held():
            return "held"


def again_at(claim: Claim, outcome: Outcome, now: datetime) -> datetime | None:
    """When a document is tried again, anew or, where its class allows it, as it is. None is at once, or never."""
    again = isinstance(outcome, Unknown) or (isinstance(outcome, NotApplied) and outcome.code != TOO_LATE)
    return now + pause(claim.reference, claim.attempt) if again else None


def said(outcome: Unknown | NotApplied | Held) -> str:
    """An outcome in words; of what is held, the question."""
    if isinstance(outcome, Held):
        return (
            f"was it received there? The answer was lost ({outcome.message.rstrip('.')}), and {HELD_FOR[outcome.code]}"
        )
    return outcome.message


def nothing_applied(answer: Answer) -> bool:
    """Whether an answer took none of its documents, and refused none either."""
    return isinstance(answer, Settled) and all(isinstance(each, NotApplied) for each in answer.outcomes.values())


def as_sent(frozen: Frozen) -> Outgoing:
    """A document as adapters get it: its fields by name, so that a repeat out of the database is the same to the byte.

    PostgreSQL keeps JSON without the order of its keys, and who remembers a key compares bodies.
    """
    lines = [{**line, "fields": dict(sorted(line["fields"].items()))} for line in frozen.payload["lines"]]
    return Outgoing(frozen.claim.reference, {**frozen.payload, "lines": lines}, frozen.claim.claimed_at)
