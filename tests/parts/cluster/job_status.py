"""Which statuses a Job may bear: whoever completes one by hand has to say all of it.

Source: Kubernetes `pkg/apis/batch/validation`, `ValidateJobStatus` and `ValidateJobStatusUpdate` (since 1.32 for all).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from parts.cluster.pod_rules import INVALID, REQUIRED, Problem

Object = dict[str, Any]
TOGETHER = [
    ({"Complete", "Failed"}, "cannot set Complete=True and Failed=true conditions"),
    ({"Complete", "FailureTarget"}, "cannot set Complete=True and FailureTarget=true conditions"),
    ({"SuccessCriteriaMet", "Failed"}, "cannot set SuccessCriteriaMet=True and Failed=true conditions"),
    ({"SuccessCriteriaMet", "FailureTarget"}, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"),
]
FIRST = {"Failed": "FailureTarget", "Complete": "SuccessCriteriaMet"}
NEEDED = "cannot set {}=True condition without the {}=true condition"


def job_status(status: Object, old: Object, spec: Object) -> Iterator[Problem]:
    """What is wrong with a new status; the old one, and the Job's spec, beside it."""
    met = _met(status)
    for both, words in TOGETHER:
        if both <= met:
            yield "status.conditions", INVALID, words
    for end, first in FIRST.items():
        if end in met and first not in met:
            yield "status.conditions", INVALID, NEEDED.format(end, first)
    yield from _backwards(status, old, met)
    yield from _times(status, old, spec, met)
    if met & {"Complete", "Failed"}:
        yield from _ended(status)
    if status.get("ready", 0) > status.get("active", 0):
        yield "status.ready", INVALID, f"{status['ready']}: cannot set more ready pods than active"


def _backwards(status: Object, old: Object, met: set[str]) -> Iterator[Problem]:
    """What has been said stays said."""
    for end in {"Complete", "Failed", "FailureTarget"} & _met(old) - met:
        yield "status.conditions", INVALID, f"cannot disable the terminal {end}=True condition"
    if "SuccessCriteriaMet" in _met(old) - met:
        yield "status.conditions", INVALID, "cannot disable the SuccessCriteriaMet=True condition"
    for counter in ("failed", "succeeded"):
        if status.get(counter, 0) < old.get(counter, 0):
            yield f"status.{counter}", INVALID, f"{status.get(counter, 0)}: cannot decrease the {counter} counter"


def _met(status: Object) -> set[str]:
    return {one["type"] for one in status.get("conditions") or [] if one.get("status") == "True"}


def _times(status: Object, old: Object, spec: Object, met: set[str]) -> Iterator[Problem]:
    start, end = status.get("startTime"), status.get("completionTime")
    if end and "Complete" not in met:
        yield "status.completionTime", INVALID, "cannot set completionTime when there is no Complete=True condition"
    if "Complete" in met and not end:
        yield "status.completionTime", REQUIRED, "completionTime is required for Complete jobs"
    if start and end and datetime.fromisoformat(end) < datetime.fromisoformat(start):
        yield "status.completionTime", INVALID, "completionTime cannot be set before startTime"
    if end and old.get("completionTime") and end != old["completionTime"]:
        yield "status.completionTime", INVALID, f'"{end}": completionTime cannot be mutated'
    if old.get("startTime") and start != old["startTime"] and not spec.get("suspend"):
        yield "status.startTime", REQUIRED, "startTime cannot be removed for unsuspended job"


def _ended(status: Object) -> Iterator[Problem]:
    if not status.get("startTime"):
        yield "status.startTime", REQUIRED, "startTime is required for finished job"
    for name in ("active", "terminating"):
        if status.get(name, 0) > 0:
            yield f"status.{name}", INVALID, f"{status[name]}: {name}>0 is invalid for finished job"
    uncounted = status.get("uncountedTerminatedPods") or {}
    if uncounted.get("succeeded") or uncounted.get("failed"):
        yield "status.uncountedTerminatedPods", INVALID, "uncountedTerminatedPods needs to be empty for finished job"
