"""Values of the ledger as rows and columns of its statements, and rows as values."""

import json
from collections.abc import Container, Mapping, Sequence
from typing import Any

from reconciler.plans.resource import digest_of
from reconciler.runs.export import Claim, Frozen, Open, Recorded, Stream, Turned, Wanted, reference
from reconciler.runs.outcome import Held, NotApplied, Outcome, Rejected, Sent, Unknown
from reconciler.specs.personal import impersonal

Columns = dict[str, list[Any]]
"""Rows on their way into one statement: a list per column."""


def mine(claims: Sequence[Claim]) -> Columns:
    """Which rows they are, while the attempts are the caller's."""
    return {"id": [each.id for each in claims], "attempt": [each.attempt for each in claims]}


def open_row(row: Mapping[str, Any]) -> Open:
    """A row whose fate is open, as `OPEN` gives it."""
    same = ("id", "category", "record_id", "attempt", "reference", "number", "state", "amount", "sent_before", "batch")
    more = ("first_absent_at", "next_attempt_at", "lines", "code", "answered", "purpose")
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


def frozen_columns(frozen: Sequence[Frozen], texts: Sequence[str]) -> Columns:
    """What freezing writes into the rows; `texts` are the payloads as canonical JSON."""
    return {
        **mine([each.claim for each in frozen]),
        "payload_digest": [digest_of(text) for text in texts],
        "record_digest": [each.record_digest for each in frozen],
        "amount": [each.amount for each in frozen],
        "batch": [each.batch for each in frozen],
    }


def turned_columns(turned: Sequence[Turned]) -> Columns:
    """What our own refusals write into the rows."""
    return {
        **mine([each.claim for each in turned]),
        "record_digest": [each.record_digest for each in turned],
        "field": [each.field for each in turned],
        "origin": [each.origin for each in turned],
        "code": [each.code for each in turned],
    }


def kept_columns(frozen: Sequence[tuple[Frozen, str]], turned: Sequence[Turned]) -> Columns:
    """The payloads that are kept, as JSON, and the messages of refusals."""
    return {
        **mine([*(each.claim for each, _ in frozen), *(each.claim for each in turned)]),
        "subject": [*(each.subject for each, _ in frozen), *(each.subject for each in turned)],
        "payload": [*(text for _, text in frozen), *(None for _ in turned)],
        "message": [*("" for _ in frozen), *(impersonal(each.message) for each in turned)],
    }


def result_columns(outcomes: Sequence[Recorded]) -> Columns:
    """What became of documents."""
    if not outcomes:
        return {}
    results = [_result(each.outcome) for each in outcomes]
    state, target_ids, code, field, message = (list(column) for column in zip(*results, strict=True))
    return {
        **mine([each.claim for each in outcomes]),
        "state": state,
        "target_ids": target_ids,
        "code": code,
        "field": field,
        "message": message,
        "origin": [each.origin for each in outcomes],
        "retry": [each.retry_at for each in outcomes],
    }


def message_columns(columns: Columns, ours: Container[int]) -> Columns:
    """Of what became of documents, the words that came with it; of those rows that were `ours`."""
    names = ("id", "attempt", "message")
    rows = zip(*(columns.get(name, []) for name in names), strict=True)
    kept = [row for row in rows if row[2] and row[0] in ours]
    return {name: [row[place] for row in kept] for place, name in enumerate(names)}


def _result(outcome: Outcome) -> tuple[str, str, str, str, str]:
    """State, ids at the target as JSON, code, field, message."""
    match outcome:
        case Sent(target_ids):
            return "sent", f"[{', '.join(map(json.dumps, target_ids))}]", "", "", ""
        case Rejected(message, code, field, _):
            return "rejected", "[]", code, field, message
        case NotApplied(message, code):
            return "not_applied", "[]", code, "", message
        case Unknown(message, code):
            return "unknown", "[]", code, "", message
        case Held(message, code):
            return "held", "[]", code, "", message


def as_columns(rows: Sequence[Mapping[str, object]]) -> Columns:
    """Rows turned into columns, as `unnest` takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def literal(values: Sequence[object]) -> str:
    """A column as PostgreSQL writes an array. The driver looks at each value for itself: ten times the work."""
    return "{" + ",".join(["NULL" if each is None else _quoted(str(each)) for each in values]) + "}"


def _quoted(text: str) -> str:
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
