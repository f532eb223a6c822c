"""What the environment holds: rows by id, each with a version that grows. Copied as a whole, to lag or to roll back."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `by` is `app`, or `person` once somebody has corrected it; `written` counts how often it was written."""

    id: str
    table: str
    values: Mapping[str, Any] = field(repr=False)
    version: int
    created: str
    by: str = "app"
    written: int = 1


@dataclass
class Books:
    """`rows` by table and id."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    version: int = 700_000

    def copy(self) -> "Books":
        """Books that can be changed without changing these; rows never change."""
        return replace(self, rows=dict(self.rows))

    def add(self, table: str, values: Mapping[str, Any], row_id: str = "") -> Row:
        """A new row."""
        self.version += 1
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = Row(row_id or str(uuid.uuid4()), table, dict(values), self.version, now)
        self.rows[table, row.id] = row
        return row

    def change(self, row: Row, values: Mapping[str, Any], by: str = "app") -> Row:
        """Other values in some columns."""
        self.version += 1
        changed = replace(row, values={**row.values, **values}, version=self.version, by=by, written=row.written + 1)
        self.rows[row.table, row.id] = changed
        return changed

    def remove(self, row: Row) -> None:
        """Take a row away."""
        del self.rows[row.table, row.id]

    def of(self, table: str) -> Iterator[Row]:
        """The rows of a table, oldest first."""
        return (row for row in self.rows.values() if row.table == table)

    def find(self, table: str, wanted: Mapping[str, Any]) -> Row | None:
        """The row that has these values; a null is equal to nothing."""
        return next(
            (row for row in self.of(table) if all(row.values.get(name) == value for name, value in wanted.items())),
            None,
        )
