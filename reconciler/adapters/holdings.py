"""What a list shows of everybody's documents, made into one value each. Strangers wrote it: bounded, not trusted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from reconciler.adapters.answers import at, decimal, identifier, total
from reconciler.adapters.catalogue import LONGEST, MOST, amount_of
from reconciler.runs.inventory import Window
from reconciler.runs.outcome import LookupFailed, Unclear
from reconciler.runs.shadow import Holding
from reconciler.specs.models.listing import HeldDocuments


def held(
    listing: HeldDocuments, hits: Sequence[Any], window: Window, *, balanced: bool
) -> Sequence[Holding] | LookupFailed:
    """The lines of a list as documents; those that tell a day outside the window are left out.

    Unread where a line says by nothing which document it belongs to, or where there are too many.
    """
    if len(hits) > MOST:
        return LookupFailed(Unclear(f"a list shows more than {MOST} lines", "endless-pages"))
    documents: dict[str, list[Any]] = {}
    for hit in hits:
        name = (identifier(at(hit, listing.document)) if listing.document else "") or identifier(at(hit, listing.id))
        if not name:
            return LookupFailed(Unclear("a list shows a document without an id", "unreadable-answer"))
        documents.setdefault(name[:LONGEST], []).append(hit)
    found = (_document(listing, name, lines, window, balanced=balanced) for name, lines in documents.items())
    return [each for each in found if each is not None]


def _document(
    listing: HeldDocuments, name: str, lines: Sequence[Any], window: Window, *, balanced: bool
) -> Holding | None:
    """One document; None where all days that it tells are outside the window."""
    days = [day for line in lines if listing.day and (day := _day(at(line, listing.day), window))]
    inside = [day for day in days if window.first <= day <= window.last]
    if days and not inside:
        return None
    amounts = [amount_of(at(line, listing.amount)) for line in lines] if listing.amount else []
    known = [each for each in amounts if each is not None]
    # A part of a document is not its amount.
    whole = bool(known) and len(known) == len(amounts)
    amount = decimal(total(map(str, known), balanced=balanced)) if whole else None
    charged = next(
        (line for line, each in zip(lines, amounts, strict=False) if each is not None and each > 0), lines[0]
    )
    return Holding(
        name,
        inside[0] if inside else None,
        amount,
        _short(charged, listing.account),
        _short(lines[0], listing.reference),
    )


def _short(line: Mapping[str, Any], path: str | None) -> str:
    return identifier(at(line, path))[:LONGEST] if path else ""


def _day(value: Any, window: Window) -> date | None:
    """A date, or the local day of a moment; None where it is neither, as ISO 8601 writes them."""
    try:
        found = datetime.fromisoformat(value[:LONGEST]) if isinstance(value, str) else None
        return found and (found.astimezone(window.zone) if found.tzinfo else found).date()
    except (ValueError, OverflowError):
        return None
