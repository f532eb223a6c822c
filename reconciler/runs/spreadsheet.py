"""Documents as lines of text for spreadsheets, where whatever an outside system says ends up in a cell."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.runs.operations import LedgerRow

COLUMNS = (
    "record", "category", "integration", "target", "state", "reference", "number", "epoch", "attempt", "amount",
    "target_ids", "code", "message", "field", "origin", "sent_at", "next_attempt_at", "changed_at", "superseded",
    "changed", "purpose",
)  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection; `|` and `%` are our reading)."""


def lines(rows: Iterable[Iterable[str]]) -> str:
    """With commas and quotes where they are needed (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def cells(row: LedgerRow, *, changed: bool) -> Iterator[str]:
    """A document's cells, in the order of COLUMNS."""
    data = row_data(row) | {"changed": changed}
    for name in COLUMNS:
        value = data[name]
        text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        yield text if name == "amount" else defused(text)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def row_data(row: LedgerRow) -> dict[str, Any]:
    """One row, as it stands in every JSON answer of `exports`."""
    return {
        "record": row.record_id,
        "category": row.category,
        "integration": row.integration,
        "target": row.target,
        "state": row.standing,
        "reference": row.reference,
        "number": row.number,
        "epoch": row.epoch,
        "purpose": row.purpose,
        "attempt": row.attempt,
        "amount": None if row.amount is None else str(row.amount),
        "target_ids": list(row.target_ids),
        "code": row.code,
        "message": row.message,
        "field": row.field,
        "origin": row.origin,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "next_attempt_at": row.next_attempt_at.isoformat() if row.next_attempt_at else None,
        "changed_at": row.changed_at.isoformat(),
        "superseded": row.superseded,
    }
