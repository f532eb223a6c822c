"""The circuit breaker of one operation of one allowance, as a value: when it opens, and how it closes by itself.

It opens by a rate of failures over a least number of answers in a window (research/exports.md 2.10). When its time is
over, one read is the probe; where that succeeds the operation is on trial, and its next answer decides.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Operation = Literal["write", "read"]
WINDOW = timedelta(minutes=10)
"""Failures are counted within this; ours, as all numbers here: nobody documents how long an outage lasts."""
LEAST, RATE = 4, 0.5
"""So many answers, of which so large a part failed."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=30)
"""How long it is open the first time; twice as long each time that follows, up to this."""
PROBE = timedelta(seconds=30)
"""How long whoever probes keeps the others out: a probe ends within ten seconds, and its process may die."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """`opened` counts how often in a row; with it above 0 and `shut_until` over, the operation is on trial."""

    since: datetime
    asked: int = 0
    failed: int = 0
    opened: int = 0
    shut_until: datetime | None = None
    reason: str = ""

    def open_at(self, now: datetime) -> bool:
        """Whether nobody may ask. A moment that lies too far ahead was written by a clock that was wrong."""
        return self.shut_until is not None and now < self.shut_until <= now + LONGEST

    def due_at(self, now: datetime) -> bool:
        """Whether its time is over and a probe has to say whether it closes."""
        return self.opened > 0 and not self.open_at(now)


def counted(breaker: Breaker, now: datetime, fine: int, failure: str | None) -> Breaker:
    """After `fine` answers and then perhaps a failure, in its own words."""
    if not now - WINDOW < breaker.since <= now:
        breaker = replace(breaker, since=now, asked=0, failed=0)
    asked = breaker.asked + fine + (failure is not None)
    if failure is None:
        return replace(breaker, asked=asked)
    found = replace(breaker, asked=asked, failed=breaker.failed + 1, reason=failure)
    if breaker.open_at(now):
        return found  # whoever began before it opened
    return opened(found, now) if breaker.opened or _too_many(found) else found


def opened(breaker: Breaker, now: datetime) -> Breaker:
    """Open for longer than the time before."""
    times = breaker.opened + 1
    span = min(SHORTEST * 2 ** min(times - 1, 10), LONGEST)
    return replace(breaker, since=now, asked=0, failed=0, opened=times, shut_until=now + span)


def claimed(breaker: Breaker, now: datetime) -> Breaker | None:
    """With the probe taken; None where it is not due."""
    return replace(breaker, shut_until=now + PROBE) if breaker.due_at(now) else None


def probed(breaker: Breaker, now: datetime, failure: str | None) -> Breaker:
    """After the probe: on trial, or open for longer."""
    if failure is None:
        return replace(breaker, shut_until=now)
    return replace(opened(breaker, now), reason=failure)


def _too_many(breaker: Breaker) -> bool:
    return breaker.asked >= LEAST and breaker.failed >= breaker.asked * RATE
