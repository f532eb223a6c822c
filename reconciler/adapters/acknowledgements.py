"""What the other side answers to a file with: a JSON file that names documents, or a CSV file of those it refused.

Both are written by strangers: of a size that is limited, read whole or not at all, and heard only about documents that
were in the file which they answer.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.adapters.answers import at, identifier, text
from reconciler.adapters.formats import DELIMITERS
from reconciler.adapters.responses import code_of, field_of
from reconciler.runs.outcome import Found
from reconciler.specs.models.operations import Drop, Refusals, Results

LARGEST = 5_000_000
"""Bytes of one answer: five hundred documents need a hundredth of it."""
REFERENCE = "batchReference"


class Unreadable(Exception):
    """An answer that is there and cannot be understood; its text says why."""


def told(drop: Drop, batch: str, references: Sequence[str], content: bytes) -> dict[str, Found]:
    """What an acknowledgement in JSON says of these documents of a batch; all are taken where it need not name them.

    Raises Unreadable.
    """
    body = _json(content)
    named = at(body, REFERENCE)
    if named is not None and named != batch:
        raise Unreadable(f"it answers the batch {text(named)[:60]}")
    if drop.results is None:
        return {each: Found("posted", ()) for each in references}
    listed = at(body, drop.results.items)
    if not isinstance(listed, list):
        raise Unreadable(f"it has no list `{drop.results.items}`")
    found: dict[str, Found] = {}
    for each in listed:
        reference = identifier(at(each, drop.results.correlate))
        if reference not in references:
            continue
        if reference in found:
            raise Unreadable(f"it names {reference} twice")
        found[reference] = _found(drop.results, each)
    return found


def refused(refusals: Refusals, references: Sequence[str], content: bytes) -> dict[str, Found]:
    """What a CSV file of refusals says of these documents. Raises Unreadable."""
    found = {each: Found("posted", ()) for each in references} if refusals.rest == "posted" else {}
    for row in _rows(refusals, content):
        reference = (row.get(refusals.reference) or "").strip()
        if reference in references:
            field = row.get(refusals.field) if refusals.field else ""
            found[reference] = Found("rejected_late", (), "", _said(row.get(refusals.message) or "", field or ""))
    return found


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON: {text(error)[:200]}") from error


def _found(results: Results, entry: Any) -> Found:
    """What one entry proves. A word that the type does not translate leaves the document open, as it was: sent."""
    word = text(at(entry, results.status))
    match results.means.get(word):
        case "sent" | "exists":
            return Found("posted", ())
        case "rejected" | "not_applied":
            message = text(at(entry, "message") or word)
            field, code = field_of(entry), code_of(entry)
            return Found("rejected_late", (), "", _said(message, field or code))
        case _:
            return Found("sent", ())


def _said(message: str, field: str) -> str:
    words = text(message).strip() or "refused without a word"
    return f"{text(field).strip()}: {words}" if field.strip() else words


def _rows(refusals: Refusals, content: bytes) -> Iterable[Mapping[str, str]]:
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline="")
        rows = csv.DictReader(lines, delimiter=DELIMITERS[refusals.delimiter], strict=True)
        wanted = {refusals.reference, refusals.message, *([refusals.field] if refusals.field else [])}
        if missing := wanted - set(rows.fieldnames or []):
            raise Unreadable(f"it has no column {', '.join(sorted(missing))}")
        return list(rows)
    except (ValueError, csv.Error) as error:
        raise Unreadable(f"it is no CSV: {text(error)[:200]}") from error
