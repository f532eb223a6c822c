"""What an outside system's own table asks of a document's fields: a snapshot that was read once, and its port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from reconciler.mappings.columns import Column
from reconciler.runs.listed import Shelf

AGE = timedelta(days=1)
"""A snapshot that is older is read anew by the next run."""
AGAIN = timedelta(hours=6)
"""After a reading that failed nobody tries before this has passed: each try costs some requests."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The columns as they were read at `read_at`, which is None where they never were; and why the last try failed."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    read_at: datetime | None = None
    problem: str = ""

    def young(self, now: datetime) -> bool:
        """Whether nothing needs to be read."""
        return self.read_at is not None and now - self.read_at <= AGE


class ColumnSnapshots(Protocol):
    """Snapshots of tables, one per organisation, place and kind of document (the name on the shelf)."""

    def snapshot(self, shelf: Shelf) -> Snapshot:
        """The newest one; an empty one where nothing was ever tried."""

    def start_reading(self, shelf: Shelf, now: datetime, again_s: int) -> bool:
        """The right to read: given once within `again_s` seconds, so that a failure costs one try too."""

    def keep_columns(self, shelf: Shelf, columns: Mapping[str, Column], now: datetime) -> None:
        """Put what was read in the place of the snapshot."""

    def keep_problem(self, shelf: Shelf, problem: str, now: datetime) -> None:
        """Say why nothing could be read. The snapshot stays, and grows no younger."""
