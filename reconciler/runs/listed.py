"""What an outside system knows by code, as values: a snapshot of one list, and a part of one that was just read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


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
