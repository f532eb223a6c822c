"""What a verb that runs in a pod is told by it, and what it says to Kubernetes by its exit code."""

from datetime import datetime

from reconciler.errors import UsageError
from reconciler.schedules.jobs import is_job_name, scheduled_time

AGAIN = 75


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
