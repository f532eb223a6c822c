"""What the threads of a controller share: a pulse (did each get round lately, is it ready) and a wake (look now).

Both are asked and told from any thread. Nothing here is news: a wake says that there may be some, and a restart that
forgets both loses nothing, for every pass looks at everything (docs/decisions/0030).
"""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(slots=True)
class _Part:
    beat: float
    silent_after_s: float = math.inf
    waits_for: str = ""


class Pulse:
    """When each part last got round, and whether it is ready.

    Moments are `monotonic` seconds, never the wall clock's: a clock that is set must neither kill a healthy process nor
    hide a hanging one.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._parts: dict[str, _Part] = {}

    def expect(self, part: str, silent_after_s: float, waits_for: str = "") -> None:
        """Say that a part begins now, and after how long without a beat it counts as hanging.

        With `waits_for` (`the first pass`) it is not ready before `ready` says so.
        """
        with self._lock:
            self._parts[part] = _Part(self._monotonic(), silent_after_s, waits_for)

    def beat(self, part: str) -> None:
        """The part got round. One that nobody expects is only remembered: it is never silent."""
        with self._lock:
            self._parts.setdefault(part, _Part(0.0)).beat = self._monotonic()

    def age(self, part: str, now: float | None = None) -> float:
        """Seconds since its last beat, at `now` (`monotonic`; the present where left out); inf for an unknown part."""
        with self._lock:
            found = self._parts.get(part)
            return math.inf if found is None else (self._monotonic() if now is None else now) - found.beat

    def ages(self) -> Mapping[str, float]:
        """Of every part that was ever heard of."""
        with self._lock:
            return {name: self._monotonic() - each.beat for name, each in self._parts.items()}

    def silent(self, now: float | None = None) -> Mapping[str, float]:
        """The parts that have been silent for longer than they may, each with the age of its last beat in seconds."""
        with self._lock:
            at = self._monotonic() if now is None else now
            return {name: at - each.beat for name, each in self._parts.items() if at - each.beat > each.silent_after_s}

    def ready(self, part: str) -> None:
        """The part has what it waited for."""
        self.unready(part, "")

    def unready(self, part: str, waits_for: str) -> None:
        """The part waits for something again: a word or two, with no data in it (`/readyz` shows it to anybody)."""
        with self._lock:
            self._parts.setdefault(part, _Part(self._monotonic())).waits_for = waits_for

    def waiting(self) -> Mapping[str, str]:
        """The parts that are not ready, each with what it waits for; empty where all are."""
        with self._lock:
            return {name: each.waits_for for name, each in self._parts.items() if each.waits_for}


STOP = "stop"
"""The reason that stays: whoever waits after it returns at once."""


class Wake:
    """Asks every waiting thread to look now. Reasons are of a few fixed words (`push`, `asked`), for each is kept once.

    Every reader gets every reason once, however often it was given meanwhile, and also what was given before its first
    wait.
    """

    def __init__(self) -> None:
        # A condition's own lock may be taken twice by one thread: a signal's handler may wake the thread it interrupts.
        self._told = threading.Condition()
        self._count = 0
        self._last: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def wake(self, reason: str) -> None:
        """Let every reader return from `wait`, or not begin to wait."""
        with self._told:
            self._count += 1
            self._last[reason] = self._count
            self._told.notify_all()

    def stop(self) -> None:
        """Wake everybody for good."""
        self.wake(STOP)

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        with self._told:
            return STOP in self._last

    def wait(self, seconds: float, reader: str = "loop") -> frozenset[str]:
        """Return as soon as there is a reason, or after `seconds`: what came since this reader last returned."""
        with self._told:
            self._told.wait_for(
                lambda: STOP in self._last or self._count > self._seen.get(reader, 0), max(0.0, seconds)
            )
            seen = self._seen.get(reader, 0)
            self._seen[reader] = self._count
            return frozenset(each for each, number in self._last.items() if number > seen or each == STOP)
