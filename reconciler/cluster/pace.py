"""How fast we ask: a token bucket of our own, for the official client has none; and not before we were told to."""

import threading
import time
from collections import Counter

from reconciler.errors import ClusterDown

A_SECOND = 50.0
AT_ONCE = 100.0
"""client-go's controllers are given 20 and 30; a controller of a thousand CronJobs is started in ten seconds more."""


class Pace:
    """Shared by all threads that ask one API server."""

    def __init__(self, a_second: float = A_SECOND, at_once: float = AT_ONCE) -> None:
        self._a_second, self._at_once = a_second, at_once
        self._lock = threading.Lock()
        self._left, self._at = at_once, time.monotonic()
        self._not_before = 0.0
        self._counts: Counter[str] = Counter()

    def turn(self, verb: str) -> None:
        """Wait for our turn, and count. Raises ClusterDown while we were told to wait."""
        with self._lock:
            now = time.monotonic()
            if (wait := self._not_before - now) > 0:
                raise ClusterDown("the API server said when to ask again", "nothing: it is asked then", wait)
            self._left = min(self._at_once, self._left + (now - self._at) * self._a_second)
            self._at = now
            self._left -= 1
            self._counts[verb] += 1
            short = max(0.0, -self._left / self._a_second)
        if short:
            time.sleep(short)  # noqa: TID251 - real time, whatever the clock says

    def hold(self, seconds: float) -> None:
        """Ask nothing for so long."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def counts(self) -> Counter[str]:
        """Requests by verb, so far."""
        with self._lock:
            return Counter(self._counts)
