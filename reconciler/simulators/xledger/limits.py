"""Burst, concurrency and credits, each counted per token; a request over a limit costs nothing and changes nothing.

The codes are in evidence, the messages, the price of a request and the format of `resetAt` are not (research 1.1, 1.5).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from reconciler.simulators.rates import Window
from reconciler.simulators.xledger.books import now_text
from reconciler.simulators.xledger.options import Options
from reconciler.simulators.xledger.refusals import Refusal


def burst_reached() -> Refusal:
    """Too many requests in the short window."""
    return Refusal("Too many requests", "BAD_REQUEST.BURST_RATE_LIMIT_REACHED")


def concurrency_reached() -> Refusal:
    """Too many requests in flight."""
    return Refusal("Too many concurrent requests", "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED")


def credits_spent(reset_at: str) -> Refusal:
    """The credit budget is spent until `reset_at` (naive Central European local time)."""
    return Refusal("Insufficient credits", "BAD_REQUEST.INSUFFICIENT_CREDITS", {"resetAt": reset_at})


@dataclass
class _Usage:
    recent: Window
    in_flight: int = 0
    spent: int = 0
    window_start: float = field(default_factory=monotonic)


class Limits:
    """Counts what each token does; one credit a request."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._usage: dict[str, _Usage] = {}

    @contextmanager
    def admitted(self, token: str) -> Iterator[None]:
        """Count one request of this token while it is carried out; raises the refusal of the limit that it meets."""
        usage = self._usage.setdefault(token, _Usage(Window(self._options.burst)))
        self._check(usage, monotonic())
        usage.recent.admit(monotonic())
        usage.spent += 1
        usage.in_flight += 1
        try:
            yield
        finally:
            usage.in_flight -= 1

    def _check(self, usage: _Usage, now: float) -> None:
        if usage.in_flight >= self._options.concurrency:
            raise concurrency_reached()
        if usage.recent.left_s(now):
            raise burst_reached()
        self._check_credits(usage, now)

    def _check_credits(self, usage: _Usage, now: float) -> None:
        budget = self._options.credits
        if budget is None:
            return
        if now - usage.window_start >= budget.window_s:
            usage.window_start, usage.spent = now, 0
        if usage.spent >= budget.count:
            left = timedelta(seconds=usage.window_start + budget.window_s - now)
            # One second more, since the text has no fractions: at that moment the budget is really there again.
            reset = datetime.fromisoformat(now_text()) + left + timedelta(seconds=1)
            raise credits_spent(reset.isoformat(timespec="seconds"))
