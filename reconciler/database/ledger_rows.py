"""Values of the ledger as rows and columns of its statements, and rows as values."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.plans.resource import digest
from reconciler.runs.export import Claim, Frozen, Open, Recorded, Stream, Turned, Wanted, reference
from reconciler.runs.outcome import Held, NotApplied, Rejected, Sent, Unknown
from reconciler.specs.personal import impersonal

Columns = dict[str, list[Any]]
"""Rows on their way into one statement: a list per column."""


def mine(claim: Claim) -> dict[str, object]:
    """Which row it is, while the attempt is the caller's."""
    return {"id": claim.id, "attempt": claim.attempt}


def open_row(row: Mapping[str, Any]) -> Open:
    """A row whose fate is open, as `OPEN` gives it."""
    same = ("id", "category", "record_id", "attempt", "reference", "number", "state", "amount", "sent_before", "batch")
    more = ("first_absent_at", "next_attempt_at", "lines", "code", "answered")
    return Open(
        **{name: row[name] for name in (*same, *more)},
        target_ids=tuple(row["target_ids"]),
        mapping=row["mapping_digest"],
        began_at=row["claimed_at"],
    )


def frozen_again(row: Mapping[str, Any]) -> Frozen:
    """A document as it was frozen, with the claim that `REPEAT` made."""
    same = ("id", "record_id", "attempt", "reference", "number", "until", "claimed_at")
    claim = Claim(**{name: row[name] for name in same})
    return Frozen(claim, **{name: row[name] for name in ("payload", "amount", "subject", "record_digest", "batch")})


def fresh_columns(stream: Stream, new: Sequence[Wanted], first: int) -> Columns:
    """Records that the ledger does not know yet, numbered from `first` on."""
    return {
        "records": [each.record_id for each in new],
        "references": [reference(stream, each.record_id, 1) for each in new],
        "numbers": list(range(first, first + len(new))),
    }


def frozen_columns(frozen: Sequence[Frozen]) -> Columns:
    """What freezing writes into the rows."""
    return as_columns([
        mine(each.claim)
        | {"payload_digest": digest(each.payload), "record_digest": each.record_digest}
        | {"amount": each.amount, "batch": each.batch}
        for each in frozen
    ])  # fmt: skip


def turned_columns(turned: Sequence[Turned]) -> Columns:
    """What our own refusals write into the rows."""
    return as_columns([
        mine(each.claim)
        | {"record_digest": each.record_digest, "field": each.field, "origin": each.origin, "code": each.code}
        for each in turned
    ])  # fmt: skip


def kept_row(each: Frozen | Turned) -> dict[str, object]:
    """The payload that is kept, or the message of a refusal."""
    payload, message = (Jsonb(dict(each.payload)), "") if isinstance(each, Frozen) else (None, impersonal(each.message))
    return mine(each.claim) | {"subject": each.subject, "payload": payload, "message": message}


def result_row(recorded: Recorded) -> dict[str, object]:
    """What became of a document."""
    found: dict[str, object] = {"target_ids": Jsonb([]), "code": "", "field": "", "message": ""}
    found |= {"origin": recorded.origin, "retry": recorded.retry_at}
    match recorded.outcome:
        case Sent(target_ids):
            return found | {"state": "sent", "target_ids": Jsonb(list(target_ids))}
        case Rejected(message, code, field, _):
            return found | {"state": "rejected", "code": code, "field": field, "message": message}
        case NotApplied(message, code):
            return found | {"state": "not_applied", "code": code, "message": message}
        case Unknown(message, code):
            return found | {"state": "unknown", "code": code, "message": message}
        case Held(message, code):
            return found | {"state": "held", "code": code, "message": message}


def as_columns(rows: Sequence[Mapping[str, object]]) -> Columns:
    """Rows turned into columns, as `unnest` takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
