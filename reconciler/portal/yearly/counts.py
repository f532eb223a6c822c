"""What takes longer than somebody should wait for a page: it goes on in a thread, and whoever asks meanwhile joins in.

Of one process: another one counts for itself. At most `WORKERS` at once and `WAITING` behind them, on connections of
their own, and none for longer than `LONGEST_S`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from reconciler.database.scoped import Lines
from reconciler.portal.refusals import NotDone

WORKERS, WAITING, KEPT = 2, 6, 12
WAIT_S = 4.0
"""How long a request waits before it says that the work goes on."""
LONGEST_S = 1800.0
FRESH = timedelta(minutes=5)
"""A result that is older is made anew; the page says when it was made."""
Kind = Literal["count", "compare", "freeze"]
Key = tuple[str, str, int, Kind]
"""Organisation's id, report, year, and what is done."""
Going = Callable[[], bool]
Work = Callable[[Lines, Going], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """Something that was begun; `mark` says of what it was made."""

    mark: str
    begun_at: datetime
    future: Future[Any]

    def done(self, wait_s: float = WAIT_S) -> bool:
        """Whether it is over, now or in a moment."""
        return bool(wait([self.future], wait_s).done)


@dataclass(slots=True)
class Counts:
    """The works of one process, by what they are about."""

    url: str
    stopping: threading.Event
    wait_s: float = WAIT_S
    longest_s: float = LONGEST_S
    _lines: Lines | None = None
    _workers: ThreadPoolExecutor | None = None
    _kept: OrderedDict[Key, Count] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, key: Key, mark: str, now: datetime, work: Work) -> Count:
        """Begin a work, or join the one that is under way or was done of the same a moment ago. Raises NotDone."""
        with self._lock:
            if (found := self._kept.get(key)) and self._good(found, mark, now):
                return found
            begun = Count(mark, now, self._submitted(work))
            self._kept[key] = begun
            self._kept.move_to_end(key)
            self._forget()
            return begun

    def last(self, key: Key, mark: str, now: datetime) -> Count | None:
        """The one that would be joined."""
        with self._lock:
            found = self._kept.get(key)
            return found if found and self._good(found, mark, now) else None

    def drop(self, key: Key) -> None:
        """What was found counts no more; what is under way goes on for those who wait for it."""
        with self._lock:
            self._kept.pop(key, None)

    def close(self) -> None:
        """End what is under way, and let go of the connections."""
        self.stopping.set()
        with self._lock:
            workers, lines = self._workers, self._lines
            self._kept.clear()
        if workers is not None:
            workers.shutdown(wait=True, cancel_futures=True)
        if lines is not None:
            lines.close()

    def _good(self, found: Count, mark: str, now: datetime) -> bool:
        if found.mark != mark:
            return False
        if not found.future.done():
            return True
        failed = found.future.cancelled() or found.future.exception() is not None
        return not failed and now - found.begun_at < FRESH

    def _submitted(self, work: Work) -> Future[Any]:
        under_way = sum(not each.future.done() for each in self._kept.values())
        if under_way >= WORKERS + WAITING:
            raise NotDone("yearly.busy")
        if self._workers is None or self._lines is None:
            self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="portal-count")
            self._lines = Lines(self.url, 2 * WORKERS)
        return self._workers.submit(self._bounded, work, self._lines)

    def _bounded(self, work: Work, lines: Lines) -> Any:
        end = time.monotonic() + self.longest_s
        return work(lines, lambda: time.monotonic() < end and not self.stopping.is_set())

    def _forget(self) -> None:
        """Of many results the oldest are let go; what is under way never is."""
        over = [key for key, each in self._kept.items() if each.future.done()]
        for key in over[: max(0, len(self._kept) - KEPT)]:
            del self._kept[key]
