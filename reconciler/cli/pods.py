"""What a verb that runs in a pod is told by it, and what it says to Kubernetes by its exit code."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from reconciler.errors import Busy, UsageError
from reconciler.schedules.jobs import is_job_name, scheduled_time

if TYPE_CHECKING:
    from reconciler.engine.world import World

AGAIN = 75
PATIENCE = timedelta(minutes=6)
"""Longer than the lease of a run whose pod vanished, five minutes: Kubernetes tries again much sooner, and gives up."""
LOOK_S = 5.0
T = TypeVar("T")


def time_of_job(name: str, now: datetime) -> datetime | None:
    """The scheduled time of a pod's Job; None where somebody made the Job by hand, whose run is a manual one.

    Raises UsageError for what no Job is called: a template that was not filled in must not become a manual run.
    """
    if not is_job_name(name):
        hint = "the pod's template gives it from the label batch.kubernetes.io/job-name, as RECONCILER_JOB"
        raise UsageError(f"--job {name!r} is not the name of a Job", hint)
    return scheduled_time(name, now)


def recorded(exit_code: int) -> int:
    """A Job is done when an outcome is in the history, whatever its colour; only 75 is tried again."""
    return AGAIN if exit_code == AGAIN else 0


def patiently(world: "World", act: Callable[[], T]) -> T:
    """Carry it out as soon as the integration is free. Raises Busy where it is not for long, or we are told to stop."""
    until = world.clock.now() + PATIENCE
    while True:
        try:
            return act()
        except Busy:
            if world.stopping() or world.clock.now() >= until:
                raise
        world.clock.wait(LOOK_S)
