"""A clock that only moves when it is moved, shared by everybody in a history: workers, and the system over there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Hands:
    """The Clock port. `wait` moves it for all; `passing` hears of each new moment, in steps that miss nothing."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self.passing: Callable[[datetime], None] = lambda _now: None

    def now(self) -> datetime:
        """The present instant."""
        return self._now

    def wait(self, seconds: float) -> None:
        """Let so much time pass."""
        until = self._now + timedelta(seconds=seconds)
        self.passing(until)
        self._now = until
