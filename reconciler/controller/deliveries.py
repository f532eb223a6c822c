"""Which deliveries were seen lately, and how many may come: a repeat wakes nobody, a flood is slowed down."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Literal

WINDOW_S = 24 * 3600.0
"""How long a delivery is remembered. Hosts let people send one again for days: after this it wakes once more."""
MOST = 8192
"""Deliveries that are remembered."""
BURST = 30
EVERY_S = 2.0
"""So many deliveries at once, and one more after every so many seconds."""
Answer = Literal["new", "repeat", "flood"]


class Deliveries:
    """What was let in. For one thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._left = float(BURST)
        self._counted = monotonic()

    def admit(self, identity: Sequence[str]) -> Answer:
        """Whether a delivery that is proved to be the host's is new. A repeat costs nothing of the allowance."""
        now = self._monotonic()
        self._forget(now)
        if any(each in self._seen for each in identity):
            return "repeat"
        self._left = min(BURST, self._left + (now - self._counted) / EVERY_S)
        self._counted = now
        if self._left < 1:
            return "flood"
        self._left -= 1
        self._seen |= dict.fromkeys(identity, now)
        return "new"

    def _forget(self, now: float) -> None:
        while self._seen and (len(self._seen) > MOST or now - next(iter(self._seen.values())) > WINDOW_S):
            self._seen.popitem(last=False)
