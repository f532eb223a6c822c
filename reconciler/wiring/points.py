"""What stands at the named places around every commit and send: nothing, or the end of this process."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


class NoPoints:
    """Crash points in production: nothing happens."""

    @contextmanager
    def around(self, _name: str) -> Iterator[None]:
        """Just the body."""
        yield


class KillAt:
    """Kills this process, as `kill -9` would, at one point: `before:send`, or `after:record:2` for the second time.

    `before:send:1:stop` tells it to stop there instead, as `kill` would.
    """

    def __init__(self, place: str) -> None:
        side, name, *times = place.split(":")
        self._place = f"{side}:{name}"
        self._signal = signal.SIGTERM if times[1:] == ["stop"] else signal.SIGKILL
        self._left = int(times[0]) if times else 1

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        """The body, and death on the wanted side of it."""
        self._reach(f"before:{name}")
        yield
        self._reach(f"after:{name}")

    def _reach(self, place: str) -> None:
        if place == self._place:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)
