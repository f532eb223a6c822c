"""Filters with suffix operators, and pages with their deviations from Relay (research 1.2)."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.refusals import invalid_value

PAGE_CAP = 10_000


def _one_of(value: Any, wanted: Any) -> bool:
    return value in wanted


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    "_in": _one_of,
    "_gt": operator.gt,
    "_gte": operator.ge,
    "_lt": operator.lt,
    "_lte": operator.le,
}


def matches(row: Row, wanted: Mapping[str, Any]) -> bool:
    """Whether the row passes every condition of a `filter`; a missing value passes none."""
    return all(_holds(row, name, value) for name, value in wanted.items() if value is not None)


def _holds(row: Row, name: str, wanted: Any) -> bool:
    field, underscore, suffix = name.partition("_")
    value = row.values.get(field)
    return value is not None and OPERATORS[underscore + suffix](value, wanted)


def page(rows: Iterable[Row], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One connection: `first` is oldest first, `last` newest first, by last modification; at most 10 000 rows.

    `edges` is null when empty; the cursor is the dbId as text. A cursor whose row is gone (posted meanwhile) stands
    where its dbId would.
    """
    ordered = sorted(rows, key=lambda row: row.sequence)
    start, stop = 0, len(ordered)
    if arguments.get("after") is not None:
        start = _place(ordered, arguments["after"], beyond=True)
    if arguments.get("before") is not None:
        stop = max(start, _place(ordered, arguments["before"], beyond=False))
    newest_first = arguments.get("last") is not None and arguments.get("first") is None
    size = _size(arguments["last"] if newest_first else arguments.get("first"))
    if newest_first:
        start = max(start, stop - size)
    else:
        stop = min(stop, start + size)
    chosen = ordered[start:stop]
    edges = [{"cursor": str(row.db_id), "node": row.values} for row in (reversed(chosen) if newest_first else chosen)]
    return {
        "edges": edges or None,
        "pageInfo": {"hasNextPage": stop < len(ordered), "hasPreviousPage": start > 0},
    }


def _size(asked: int | None) -> int:
    if asked is None:
        return PAGE_CAP
    if asked < 0:
        raise invalid_value("Page size must not be negative.")
    return min(asked, PAGE_CAP)


def _place(ordered: list[Row], cursor: str, *, beyond: bool) -> int:
    if not cursor.isascii() or not cursor.isdigit():
        raise invalid_value("Invalid cursor.")
    wanted = int(cursor)
    for index, row in enumerate(ordered):
        if row.db_id == wanted:
            return index + beyond
    return next((index for index, row in enumerate(ordered) if row.db_id > wanted), len(ordered))
