"""Rests until there is something to look at: a wake of this process, or a row of somebody who asks from elsewhere.

The portal has no way to a controller but the database (a pooler lets no LISTEN through), and the organisation that it
is about may be another replica's, who answers the row before we see it: so the newest number is what is compared.
"""

import logging
from dataclasses import dataclass

from reconciler.controller.pulse import Wake
from reconciler.errors import TryAgainLater
from reconciler.runs.condition import Conditions

LOOK_S = 1.0
"""Between two looks at what was asked: somebody sits before a page."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asking:
    """Of one thread. `newest` is the number of the request that was seen last; None before the first look."""

    conditions: Conditions
    newest: int | None = None

    def rest(self, wake: Wake, seconds: float, reader: str) -> None:
        """Return after `seconds`, or as soon as there is a reason. What was asked wakes the other threads too."""
        while seconds > 0:
            if self.news():
                wake.wake("asked")
            if wake.wait(min(seconds, LOOK_S), reader):
                return
            seconds -= LOOK_S

    def news(self) -> bool:
        """Whether somebody asked since the last look. A database that is away is told of by what looks next."""
        try:
            found = self.conditions.last_asked()
        except TryAgainLater as error:
            log.info("nobody knows whether somebody asks: %s", error.message)
            return False
        before, self.newest = self.newest, found
        return before is not None and found > before
