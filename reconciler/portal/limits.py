"""How often somebody may ask: buckets of tokens (in the sense of rate limits), in this process, of bounded number."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["address", "login", "logins", "refused", "reads", "deeds", "tokens"]
"""`address`: everything that one address asks; `login`: logins of one address; `logins`: of everybody; `refused`: what
is written down of one address that does not come by the proxy; `reads` and `deeds` of one account; `tokens`: requests
with one token of the API.
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and then so many a second."""

    burst: int
    a_second: float


RATES: dict[Kind, Rate] = {
    "address": Rate(400, 100),
    "login": Rate(60, 0.5),
    "logins": Rate(300, 20),
    "refused": Rate(5, 1 / 20),
    "reads": Rate(300, 40),
    "deeds": Rate(60, 2),
    "tokens": Rate(300, 40),
}
MOST = 20_000
"""Buckets that are remembered; those that were not used for longest are forgotten first, when they are full again."""


@dataclass(slots=True)
class Limits:
    """The buckets of a process. `rates` are its own, so that a test may have smaller ones."""

    rates: dict[Kind, Rate] = field(default_factory=lambda: dict(RATES))
    clock: Callable[[], float] = time.monotonic
    _buckets: "OrderedDict[tuple[Kind, str], tuple[float, float]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, kind: Kind, who: str) -> int:
        """Take one: 0 where it may go on, else the seconds after which it may."""
        rate, now = self.rates[kind], self.clock()
        with self._lock:
            left, at = self._buckets.pop((kind, who), (float(rate.burst), now))
            left = min(rate.burst, left + (now - at) * rate.a_second)
            goes = left >= 1
            self._buckets[kind, who] = (left - 1 if goes else left, now)
            if len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
        return 0 if goes else max(1, round((1 - left) / rate.a_second + 0.5))
