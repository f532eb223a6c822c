"""When a sent document is looked for again: sparser with its age, and not for ever."""

from dataclasses import dataclass
from datetime import datetime, timedelta

NEVER_POSTED = "never-posted"
"""The code of a sent document that nobody looks for any more."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """First after `first`, then whenever the age has doubled, after `longest` at the latest, up to the age `until`."""

    first: timedelta
    longest: timedelta
    until: timedelta

    def next_look(self, sent_at: datetime, now: datetime) -> datetime | None:
        """After a look at `now` that found the document not final yet. None: it is too old, and given up."""
        age = now - sent_at
        return None if age >= self.until else now + min(self.longest, max(self.first, age))
