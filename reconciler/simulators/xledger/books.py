"""The books: staged lines, journal entries and import errors. Copied, changed and swapped in as a whole.

Because a mutation works on a copy, a refused one changes nothing, and an old copy can serve queries that lag.
Duplicates are never looked for: no uniqueness rule is documented, and accepting them exposes double exports
(research 1.10, point 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.simulators.xledger.reference import Row


def now_text() -> str:
    """Central European local time without a zone, to the second, as the real system writes it."""
    return datetime.now(ZoneInfo("Europe/Oslo")).replace(tzinfo=None).isoformat(timespec="seconds")


@dataclass
class Books:
    """`staged` and `journal` by dbId; `errors` by the dbId of the staged line that they are about.

    `moving` are lines that the import job has taken from the one and not put into the other yet.
    """

    staged: dict[int, Row] = field(default_factory=dict)
    journal: dict[int, Row] = field(default_factory=dict)
    errors: dict[int, Row] = field(default_factory=dict)
    moving: dict[int, Row] = field(default_factory=dict)
    last_db_id: int = 77120010
    last_transaction: int = 500000
    last_sequence: int = 0

    def copy(self) -> "Books":
        """Books that can be changed without changing these; rows are shared, since rows never change."""
        return replace(
            self,
            staged=dict(self.staged),
            journal=dict(self.journal),
            errors=dict(self.errors),
            moving=dict(self.moving),
        )

    def stage(self, owner: int, values: Mapping[str, Any]) -> Row:
        """Add a line to the staging table."""
        row = self._row(owner, values)
        self.staged[row.db_id] = row
        return row

    def amend(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Replace the given values of a staged line; it becomes the last modified."""
        self.last_sequence += 1
        merged = {**row.values, **values, "modifiedAt": now_text()}
        self.staged[row.db_id] = replace(row, sequence=self.last_sequence, values=merged)
        return self.staged[row.db_id]

    def unstage(self, db_id: int) -> None:
        """Take a line out of the staging table, with the error about it."""
        del self.staged[db_id]
        self.errors.pop(db_id, None)

    def post(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Turn a staged line into a journal entry with these values."""
        if row.db_id in self.staged:
            self.unstage(row.db_id)
        entry = self._row(row.owner, values)
        self.journal[entry.db_id] = entry
        return entry

    def complain(self, row: Row, message: str) -> None:
        """Write an import error about a staged line; the same complaint again leaves the first one standing."""
        standing = self.errors.get(row.db_id)
        if standing is not None and standing.values["message"] == message:
            return
        about = {"transactionDbId": row.db_id, "errorLevel": {"code": "ERROR", "name": "Error"}}
        self.errors[row.db_id] = self._row(row.owner, {"message": message, **about})

    def _row(self, owner: int, values: Mapping[str, Any]) -> Row:
        self.last_db_id += 1
        self.last_sequence += 1
        now = now_text()
        stamped = {
            **values,
            "dbId": self.last_db_id,
            "ownerDbId": owner,
            "owner": {"dbId": owner, "code": str(owner)},
            "createdAt": now,
            "modifiedAt": now,
        }
        return Row(self.last_db_id, owner, self.last_sequence, stamped)
