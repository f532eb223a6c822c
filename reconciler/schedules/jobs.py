"""Which scheduled time a Kubernetes Job is for: the name of the Job says it.

A CronJob's Job is called `CRONJOB-MINUTES`, with the whole minutes since 1970 of its scheduled time (Kubernetes since
1.21, `pkg/controller/cronjob/utils.go`, `getJobName`). The minutes are those of the instant, whatever the zone of the
CronJob: a time that comes twice in autumn has two names.
"""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=1)
"""So far a node's clock may be behind the control plane's; what is later still is no scheduled time."""
BEHIND = timedelta(days=366)
"""A Job is made hours after its time; a number that says an older one is somebody's own, as in `by-hand-2`."""
_NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")
_TIMED = re.compile(r"[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?-(0|[1-9][0-9]{0,9})")


def is_job_name(text: str) -> bool:
    """Whether a Job can be called so (RFC 1123 subdomain); what a pod's template left unfilled cannot."""
    return _NAME.fullmatch(text) is not None


def job_name(cronjob: str, at: datetime) -> str:
    """As Kubernetes calls the Job of a scheduled time."""
    return f"{cronjob}-{(at - EPOCH) // timedelta(minutes=1)}"


def scheduled_time(job: str, now: datetime) -> datetime | None:
    """The time that a Job's name ends in; None for a Job that somebody made under another name.

    What is to come, or long over, is none: a name may end in digits that are part of something else.
    """
    found = _TIMED.fullmatch(job)
    first, last = ((at - EPOCH) // timedelta(minutes=1) for at in (now - BEHIND, now + AHEAD))
    return EPOCH + timedelta(minutes=int(found[1])) if found and first <= int(found[1]) <= last else None
