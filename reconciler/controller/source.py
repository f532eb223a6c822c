"""The followed branch, fetched in a thread of its own: a slow remote holds up no lease and no repair.

A webhook or a request wakes it; else it asks in intervals that are never quite the same (polling with jitter). What was
fetched last stays good while the remote is away.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.clock import Clock
from reconciler.controller.pulse import Pulse, Wake
from reconciler.errors import ReconcilerError
from reconciler.git.mirror import Mirror
from reconciler.runs.backoff import retry

JITTER = 0.2
FIRST_S, MOST_S = 1, 60
READER = "source"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the branch. `tried_at` is when the last fetch began, `fetched_at` when one succeeded.

    `rewritten` is the commit that was the head before somebody pushed over it.
    """

    head: str = ""
    tried_at: datetime | None = None
    fetched_at: datetime | None = None
    problem: str = ""
    hint: str = ""
    failures: int = 0
    rewritten: str = ""


class Source:
    """Written by its own thread, read by any: a `Seen` is replaced whole."""

    def __init__(self, mirror: Callable[[], Mirror], clock: Clock, poll_s: float) -> None:
        self.mirror = mirror
        self._clock = clock
        self._poll_s = poll_s
        self._seen = Seen()

    @property
    def seen(self) -> Seen:
        """As it stands."""
        return self._seen

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Fetch until somebody says stop. A wake of this reader fetches at once; what is new wakes the others."""
        while not wake.stopping:
            before = self._seen
            self.fetch()
            pulse.beat(READER)
            if before.head != self._seen.head or self._seen.problem or before.problem:
                wake.wake("fetched")
            self._rest(wake)

    def fetch(self) -> Seen:
        """Once."""
        began = self._clock.now()
        try:
            found = self.mirror().fetch()
        except ReconcilerError as error:
            log.warning("the branch could not be fetched: %s", error.message)
            failed = replace(self._seen, problem=error.message, hint=error.hint, failures=self._seen.failures + 1)
            # What was fetched in an earlier life of this process is as good as what this one fetched.
            self._seen = replace(failed, tried_at=began, head=self._seen.head or self._old_head())
            return self._seen
        rewritten = found.before if found.rewritten else self._seen.rewritten if found.head == self._seen.head else ""
        self._seen = Seen(found.head, began, self._clock.now(), rewritten=rewritten)
        return self._seen

    def _old_head(self) -> str:
        try:
            return self.mirror().head()
        except ReconcilerError:
            return ""  # said already: the fetch has just failed for the same reason

    def _rest(self, wake: Wake) -> None:
        failures = self._seen.failures
        seconds = self._poll_s * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter is no secret
        if failures:
            seconds = min(seconds, retry(READER, failures - 1, FIRST_S, MOST_S).total_seconds())
        while not wake.stopping:
            # Its own "fetched" is news for others only, and so is what somebody proposes.
            reasons = wake.wait(seconds, READER)
            if reasons - {"fetched", "proposed"} or not reasons:
                return
