"""What an outside system knows by code: a snapshot of one list, a part of one that was just read, and their ports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from reconciler.runs.outcome import LookupFailed

UNKNOWN_CODE = "unknown-code"
"""The ledger's code of a record that was refused because of a code that does not exist there."""


UNUSABLE = "unusable-list"
"""The code of an answer that was read and cannot be used: another list may be read all the same."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a list's snapshot is kept: the organisation, the place that was asked, and the list's name in its type.

    `place` is environment, type and the settings that identify the target: whoever asks elsewhere sees other codes.
    """

    organization_id: str
    place: str
    name: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list as it was read whole at `read_at`: so many codes."""

    count: int
    read_at: datetime

    def believed(self, now: datetime, max_age_s: int) -> bool:
        """Whether it is young enough to say that something is not there."""
        return now - self.read_at <= timedelta(seconds=max_age_s)


@dataclass(frozen=True, slots=True)
class Listed:
    """Codes that were read, each with what people call it. Every page was read: what is not in it was not there."""

    codes: Mapping[str, str]


class ReferenceLists(Protocol):
    """Snapshots of what outside systems know by code, shared by all runs."""

    def snapshot(self, shelf: Shelf) -> Snapshot | None:
        """The newest one; None where the list was never read whole."""

    def known(self, shelf: Shelf, codes: Collection[str]) -> frozenset[str]:
        """Those of `codes` that the snapshot holds, however old it is."""

    def start_reading(self, shelf: Shelf, now: datetime, again_s: int) -> bool:
        """The right to read the list: given once within `again_s` seconds, so that a failure costs one request too."""

    def keep_list(self, shelf: Shelf, listed: Listed, now: datetime) -> None:
        """Put a list that was read whole in the place of the snapshot."""

    def keep_codes(self, shelf: Shelf, listed: Listed) -> None:
        """Add codes that were found one by one; the snapshot grows no younger."""


@runtime_checkable
class ReadsLists(Protocol):
    """An adapter whose protocol can read reference lists."""

    def listed(self, name: str, codes: Sequence[str] = ()) -> Listed | LookupFailed:
        """A list of the type, whole; or only those of `codes` that are there."""
