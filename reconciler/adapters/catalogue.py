"""What a list shows, made into lines under references of ours. Strangers wrote it: bounded, and nothing is trusted."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from reconciler.adapters.answers import DIGITS, at, identifier, text
from reconciler.runs.export import PREFIX
from reconciler.runs.inventory import Inventory, Item, amount_in
from reconciler.runs.outcome import LookupFailed, Unclear
from reconciler.specs.models.listing import Place

MOST = 200_000
"""Lines under references of ours that one list may show: more than any organisation sends in a year."""
LONGEST = 60
"""Characters of a reference: ours have 24."""


def shown(place: Place, hits: Sequence[Any]) -> Iterator[Item | None]:
    """The items whose reference begins as ours do; None for one of these that has no id: the list is not read then."""
    for hit in hits:
        reference = identifier(at(hit, place.key))
        if not reference.startswith(PREFIX) or len(reference) > LONGEST:
            continue
        if not (found := identifier(at(hit, place.id))):
            yield None
            continue
        fields = {name: _readable(at(hit, path)) for name, path in place.fields.items()}
        amount = amount_of(at(hit, place.amount)) if place.amount else None
        yield Item(reference, found, amount, _number(at(hit, place.number)) if place.number else None, fields)


def inventory(places: Sequence[Place], items: Sequence[Item | None]) -> Inventory | LookupFailed:
    """The lines of all places as one value; unread where one of them is no line, or where there are too many."""
    found = tuple(each for each in items if each is not None)
    if len(found) < len(items):
        return LookupFailed(Unclear("a list shows a document without an id", "unreadable-answer"))
    if len(found) > MOST:
        return LookupFailed(Unclear(f"a list shows more than {MOST} lines of ours", "endless-pages"))
    amounts = bool(places) and all(place.amount for place in places)
    return Inventory(found, amounts, sum(each.amount is None for each in found) if amounts else 0)


def amount_of(value: Any) -> Decimal | None:
    """An amount as a number, or as people write it in a text; None where it cannot be read."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = amount_in(value[:LONGEST]) if isinstance(value, str) else Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found is not None and found.is_finite() and abs(found.adjusted()) < DIGITS else None


def _readable(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else text(value)


def _number(value: Any) -> int | None:
    written = identifier(value)
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= DIGITS else None
