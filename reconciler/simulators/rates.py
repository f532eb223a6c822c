"""So many requests per window, counted as an outside system would."""

from collections import deque
from dataclasses import dataclass, field
from typing import Self

_DEFAULT_WINDOW_S = 3600.0


@dataclass(frozen=True, slots=True)
class Rate:
    """So many per window of so many seconds."""

    count: int
    window_s: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20/5` or `20` (per hour); anything else is a ValueError."""
        count, _, window = text.partition("/")
        return cls(int(count), float(window or _DEFAULT_WINDOW_S))


@dataclass
class Window:
    """What was admitted lately, by moments of the monotonic clock."""

    rate: Rate
    _recent: deque[float] = field(default_factory=deque)

    def left_s(self, now: float) -> float:
        """Seconds until one more is admitted; 0 when it is now."""
        while self._recent and self._recent[0] <= now - self.rate.window_s:
            self._recent.popleft()
        return self._recent[0] + self.rate.window_s - now if len(self._recent) >= self.rate.count else 0.0

    @property
    def admitted(self) -> int:
        """How many were admitted in the window that was looked at last."""
        return len(self._recent)

    def admit(self, now: float) -> None:
        """Count one."""
        self._recent.append(now)
