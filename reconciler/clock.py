"""Time, asked in one place. Instants are aware and in UTC; waiting is the clock's business so that tests never wait."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


def never() -> bool:
    """Nobody told this process to stop."""
    return False


class Clock(Protocol):
    """What the rest of the house knows of time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    def wait(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""


class SystemClock:
    """The machine's clock, moved by `offset` so that every process shares the database's time."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset  # noqa: TID251 - this is the Clock

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: TID251 - this is the Clock


class StoppableClock:
    """The machine's clock, on which waiting ends when this process is told to stop.

    For waits after which whoever waited looks whether to go on. Whoever waits for a turn to ask is not cut short.
    """

    def __init__(self, clock: Clock, stopping: threading.Event) -> None:
        self._clock, self._stopping = clock, stopping

    def now(self) -> datetime:
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)


class StagedClock:
    """A clock that starts at a given instant and runs on; waiting moves it instead of the caller.

    For the demo and for tests: a run on it always sees the same dates, and a quarter of an hour costs nothing.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._began = time.monotonic()
        self._waited = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began + self._waited)

    def wait(self, seconds: float) -> None:
        self._waited += seconds
