"""What the register holds: records by collection and reference. Copied and swapped as a whole, so that reads can lag.

A record that came without a reference, or without an idempotency key where it was posted alone, is never recognised:
sent twice, it stands there twice, for a test to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `times` counts how often it was sent and accepted, the first time included."""

    id: int
    collection: str
    reference: str
    body: Mapping[str, Any] = field(repr=False)
    created: str
    times: int = 1


@dataclass
class Books:
    """`rows` by id."""

    rows: dict[int, Row] = field(default_factory=dict)
    last_id: int = 40_000
    _index: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    def copy(self) -> "Books":
        """Books that can be changed without changing these; rows never change."""
        return replace(self, rows=dict(self.rows), _index=dict(self._index))

    def add(self, collection: str, reference: str, body: Mapping[str, Any]) -> Row:
        """Book a record, whatever is there already."""
        self.last_id += 1
        created = datetime.now(UTC).isoformat(timespec="seconds")
        row = Row(self.last_id, collection, reference, body, created)
        self.rows[row.id] = row
        self._index[collection, reference] = (*self._index.get((collection, reference), ()), row.id)
        return row

    def put(self, row: Row) -> Row:
        """Replace a record by its id."""
        self.rows[row.id] = row
        return row

    def remove(self, row: Row) -> None:
        """Take a record out, for good."""
        del self.rows[row.id]
        key = (row.collection, row.reference)
        self._index[key] = tuple(each for each in self._index[key] if each != row.id)

    def find(self, collection: str, reference: str) -> list[Row]:
        """The records under a reference, oldest first."""
        return [self.rows[each] for each in self._index.get((collection, reference), ())]
