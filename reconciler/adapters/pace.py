"""How fast an outside system may be asked: a window that slides, shared by all who ask it in this process."""

from collections import deque
from datetime import datetime, timedelta

from reconciler.clock import Clock
from reconciler.specs.models.access import Pace


class Pacer:
    """At most `pace.requests` begin within any `pace.seconds`; the next one waits for its turn."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._clock = clock
        self._most = pace.requests
        self._window = timedelta(seconds=pace.seconds)
        self._begun: deque[datetime] = deque(maxlen=pace.requests)

    def turn(self) -> None:
        """Return when one more request may begin."""
        if len(self._begun) == self._most:
            left = self._begun[0] + self._window - self._clock.now()
            if left > timedelta(0):
                self._clock.wait(left.total_seconds())
        self._begun.append(self._clock.now())
