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
    _index: dict[tuple[str, str], dict[Any, list[str]]] = field(default_factory=dict)

    def copy(self) -> "Books":
        """Books that can be changed without changing these; rows never change."""
        return Books(dict(self.rows), self.version)

    def add(self, table: str, values: Mapping[str, Any], row_id: str = "") -> Row:
        """A new row."""
        self.version += 1
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = Row(row_id or str(uuid.uuid4()), table, dict(values), self.version, now)
        self.rows[table, row.id] = row
        for (of, name), ids in self._index.items():
            if of == table:
                ids.setdefault(values.get(name), []).append(row.id)
        return row

    def change(self, row: Row, values: Mapping[str, Any], by: str = "app") -> Row:
        """Other values in some columns."""
        self.version += 1
        changed = replace(row, values={**row.values, **values}, version=self.version, by=by, written=row.written + 1)
        self.rows[row.table, row.id] = changed
        self._index.clear()
        return changed

    def remove(self, row: Row) -> None:
        """Take a row away."""
        del self.rows[row.table, row.id]
        self._index.clear()

    def of(self, table: str) -> Iterator[Row]:
        """The rows of a table, oldest first."""
        return (row for row in self.rows.values() if row.table == table)

    def find(self, table: str, wanted: Mapping[str, Any]) -> Row | None:
        """The row that has these values; a null is equal to nothing."""
        name = next(iter(wanted))
        rows = (self.rows[table, each] for each in self._ids(table, name).get(wanted[name], ()))
        return next((row for row in rows if all(row.values.get(key) == value for key, value in wanted.items())), None)

    def _ids(self, table: str, name: str) -> dict[Any, list[str]]:
        """The ids of a table's rows by their value in one column; made when it is first asked for."""
        if (table, name) not in self._index:
            made: dict[Any, list[str]] = {}
            for row in self.of(table):
                made.setdefault(row.values.get(name), []).append(row.id)
            self._index[table, name] = made
        return self._index[table, name]
