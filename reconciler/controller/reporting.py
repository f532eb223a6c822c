"""What the loop tells of itself, as metrics and lines of the log. It changes nothing, and nothing waits for it."""

import logging
import time
from collections.abc import Callable

from reconciler.controller.loop import Reported, Round
from reconciler.controller.metrics import Metrics
from reconciler.controller.source import Seen
from reconciler.controller.superseded import Superseded
from reconciler.runs.condition import Condition, Reason

OURS: tuple[Reason, ...] = ("Progressing", "Retrying", "Fault")
"""A commit that stood so waited for us. One that waited for a person, or for a known moment, tells no delay."""
LEVELS = {"Ready": logging.INFO, "Reconciling": logging.WARNING, "Stalled": logging.ERROR}
log = logging.getLogger(__name__)


class Reporting(Reported):
    """For one loop, in its thread; `shards` are how many there are."""

    def __init__(self, metrics: Metrics, shards: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._shards = shards
        self._monotonic = monotonic
        self._seen: Seen | None = None
        self._fetched_at = 0.0
        self._pushed: tuple[str, float] = ("", 0.0)

    def attempted(self, condition: Condition, before: Condition | None, seconds: float) -> None:
        """See Reported."""
        self._metrics.reconciled(seconds, condition.word)
        repaired = len(set(condition.repairs) - set(before.repairs if before else ()))
        self._metrics.drift(found=max(repaired, _moved(condition, before)), repaired=repaired)
        if _counts(condition, before) and (pushed_at := self._pushed_at(condition.applied)) is not None:
            self._metrics.applied(self._monotonic() - pushed_at)
        if before is None or (before.reason, before.message) != (condition.reason, condition.message):
            self._say(condition)

    def superseded(self, found: Superseded) -> None:
        """See Reported."""
        extra = {"organization": found.organization, "commit": found.revision}
        log.warning("a commit that another followed could not have been applied", extra=extra)

    def round(self, told: Round) -> None:
        """See Reported."""
        seen = told.seen
        if seen is not self._seen and seen.tried_at is not None:  # each fetch makes another
            self._metrics.fetched(ok=not seen.problem)
            self._fetched_at = self._fetched_at if seen.problem else self._monotonic()
        self._seen = seen
        self._metrics.passed(told.seconds)
        self._metrics.leases(told.held, self._shards)
        self._metrics.queued(sum(each.reason in OURS for each in told.conditions.values()))

    def _pushed_at(self, commit: str) -> float | None:
        """When a commit was pushed, as far as we can know: the hook told of it, or it came after the fetch before.

        Never the author's clock. None for the commit that was there when we began.
        """
        if self._seen is None or (commit == self._seen.head and self._pushed[0] != commit):
            return None
        if self._pushed[0] != commit:
            self._pushed = (commit, max(self._fetched_at, self._metrics.woken_at))
        return self._pushed[1]

    def _say(self, condition: Condition) -> None:
        extra = {
            "organization": condition.organization,
            "condition": condition.word,
            "reason": condition.reason,
            "commit": condition.attempted,
            "next": condition.hint,
        }
        log.log(LEVELS[condition.word], condition.message, extra=extra)


def _counts(condition: Condition, before: Condition | None) -> bool:
    """Whether a commit has just been applied that waited for nobody else."""
    if condition.reason != "Applied" or before is None or condition.applied == before.applied:
        return False
    return before.attempted != condition.attempted or before.reason in OURS


def _moved(condition: Condition, before: Condition | None) -> bool:
    """Whether another hand changed rows: git and everything else are as they were."""
    return (
        before is not None
        and bool(before.mark)
        and before.fingerprint == condition.fingerprint
        and before.mark != condition.mark
    )
