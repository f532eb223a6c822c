"""What the outside system says of the fields of a document, read as the integration type declares it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.adapters.answers import at, identifier, text
from reconciler.mappings.columns import Column
from reconciler.specs.models.access import Columns

MOST, LONGEST = 2_000, 100
"""Columns of one table, and characters of a name, that are kept: what comes from outside is bounded."""
LONGEST_TEXT = 2**31
"""Characters of a text, at most: what says more says nothing."""


def columns_of(reads: Sequence[Columns], listed: Callable[[Columns], list[Any] | None]) -> Mapping[str, Column] | None:
    """The fields by name, from all reads together; None where any could not be read: unread is not absent."""
    found: dict[str, Column] = {}
    for read in reads:
        if (rows := listed(read)) is None:
            return None
        for row in rows:
            name = identifier(at(row, read.name))
            if not name or len(name) > LONGEST:
                continue
            found[name] = _more(found.get(name, Column()), read, row)
    return found if len(found) <= MOST else None


def _more(column: Column, read: Columns, row: Any) -> Column:
    """What is known of a column, and what this read adds."""
    length = at(row, read.max_length) if read.max_length else None
    word = text(at(row, read.type)) if read.type else ""
    return replace(
        column,
        max_length=length if _is_length(length) else column.max_length,
        required=column.required or (bool(read.required) and text(at(row, read.required or "")) in read.means_required),
        types=tuple(read.means_type.get(word, column.types)),
    )


def _is_length(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST_TEXT
