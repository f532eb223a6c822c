"""How a Job ended, and why, in a person's words: from its status, and from its pods where there are any left. Pure.

The words of the cluster are hostile text as anybody's: only closed words are read from it, and numbers and names.
Sources: Kubernetes docs, "Jobs" (terminal conditions, pod failure policy, activeDeadlineSeconds), "Disruptions"
(condition DisruptionTarget and its reasons), "Node-pressure Eviction", "Debug Pods" (waiting reasons, exit codes).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from reconciler.cluster.manifests import AGAIN
from reconciler.cluster.template import CONTAINER

Object = Mapping[str, Any]
Outcome = Literal["done", "failed"]
MEANINGS = {
    2: "what it was called with means nothing to it, as when its image is of another version; its log says more",
    5: "something has to be put right first; its log says what",
    70: "a mistake of the program; its log says more",
    AGAIN: "it could not begin, or had to leave off",
}
KILLED = 137
"""128 + SIGKILL, as a container runtime says it."""
IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
UNMADE = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff")
DISRUPTIONS = {
    "PreemptionByScheduler": "its pod had to make room for one of a higher priority",
    "DeletionByTaintManager": "its node was lost or may not run it any more",
    "EvictionByEvictionAPI": "its pod was evicted, as when a node is drained",
    "DeletionByPodGC": "its node was lost",
    "TerminationByKubelet": "its node ended it, to keep what it needs itself or to shut down",
}
"""Reasons of the condition DisruptionTarget."""
_CODE = re.compile(r"failed with exit code (\d{1,3}) ")
_RESOURCE = re.compile(r"low on resource: ([a-z-]{1,40})|exceeds the total limit of \S{1,40} ([a-z-]{1,40})")
_QUANTITY = re.compile(r"[0-9.]{1,20}(?:[EPTGMk]i?|m)?")


@dataclass(frozen=True, slots=True)
class Over:
    """A Job that is over: what Kubernetes made of it, why in one sentence, and when."""

    outcome: Outcome
    reason: str = ""
    at: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A pod that is over and did not end well: its uid, which is its run's id, and why. `again` where it said itself
    that it has to be tried again.
    """

    uid: str
    reason: str
    again: bool


def over(job: Object, pods: Sequence[Object] = ()) -> Over | None:
    """None while it is under way. `pods` are those of this Job that still are there."""
    for condition in _conditions(job):
        if condition.get("status") != "True":
            continue
        at = moment(condition.get("lastTransitionTime"))
        if condition.get("type") == "Complete":
            return Over("done", at=at)
        if condition.get("type") == "Failed":
            return Over("failed", _why(job, condition, pods), at, condition.get("reason") == "DeadlineExceeded")
    return None


def gone(pod: Object) -> Gone | None:
    """Why a pod is over that did not end well; None for one that did, or is under way: also one that has to go, and
    still finishes what it has in hand.
    """
    status = _map(pod, "status")
    if status.get("phase") != "Failed":
        return None
    disruption = next((each for each in _conditions(pod) if each.get("type") == "DisruptionTarget"), {})
    disrupted = disruption.get("status") == "True"
    ended = _ended(status)
    words = _of_pod(pod, ended, str(disruption.get("reason", "")) if disrupted else "")
    return Gone(_uid(pod), words, ended.get("exitCode") == AGAIN)


def held_up(job: Object, pods: Sequence[Object], now: datetime, patience_s: int = 60) -> str:
    """Why a Job that is under way has not begun to run, once it has had `patience_s` for it; empty where it has."""
    made, status = moment(_map(job, "metadata").get("creationTimestamp")), _map(job, "status")
    if made is None or (now - made).total_seconds() < patience_s or status.get("ready") or over(job) is not None:
        return ""
    waiting = [each for each in pods if _map(each, "status").get("phase", "Pending") == "Pending"]
    if not waiting:
        return "" if pods or status.get("failed") else _unmade()
    placed = any(_map(each, "spec").get("nodeName") for each in waiting)
    slow = "its container has not begun yet" if placed else "no node has taken its pod yet"
    return next((words for words in map(_pending, waiting) if words), slow)


def moment(text: Any) -> datetime | None:
    """A time of the API (RFC 3339); None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _why(job: Object, condition: Object, pods: Sequence[Object]) -> str:
    told = [each for each in map(gone, sorted(pods, key=_made)) if each is not None]
    last = told[-1].reason if told else ""
    match condition.get("reason"):
        case "DeadlineExceeded":
            return _late(job, pods)
        case "BackoffLimitExceeded" | "BackoffLimitExceededPerIndex":
            tries = _count(_map(job, "status").get("failed"))
            times = f"it was tried {tries} times in vain" if tries > 1 else "it was tried in vain"
            return f"{times}: the last time {last}" if last else f"{times}, and may be tried again by the next time"
        case "PodFailurePolicy":
            found = _CODE.search(str(condition.get("message", "")))
            return last or (_code(int(found[1])) if found else "its pod failed, and trying again would not help")
        case _:
            return last or "Kubernetes ended its Job, and does not say why"


def _late(job: Object, pods: Sequence[Object]) -> str:
    allowed = _count(_map(job, "spec").get("activeDeadlineSeconds"))
    span = f" of {allowed} seconds" if allowed else ""
    if waiting := next((words for words in map(_pending, pods) if words), ""):
        return f"its time{span} was up before it could begin: {waiting}"
    return f"it was stopped when its time{span} was up"


def _of_pod(pod: Object, ended: Object, disruption: str) -> str:
    status = _map(pod, "status")
    if ended.get("reason") == "OOMKilled":
        return f"its process was ended because it needed more memory than it may have{_limit(pod)}"
    if status.get("reason") == "Evicted" or disruption == "TerminationByKubelet":
        found = _RESOURCE.search(str(status.get("message", "")))
        resource = next((each for each in found.groups() if each), "") if found else ""
        lack = f"ran short of {resource.replace('-', ' ')}" if resource else "needed what it used"
        return f"its pod was evicted, because its node {lack}"
    if disruption:
        return DISRUPTIONS.get(disruption, "its pod was taken away by the cluster")
    if status.get("reason") in ("NodeLost", "NodeShutdown", "Terminated", "Shutdown"):
        return "its node was lost or shut down"
    if status.get("reason") == "DeadlineExceeded":
        return "it was stopped when its time was up"
    code = ended.get("exitCode")
    return _code(code) if isinstance(code, int) else "its pod failed before its process began"


def _code(code: int) -> str:
    if code == KILLED:
        return "its process was killed (137), mostly because it needed more memory than it may have"
    if code > 128:
        return f"its process was ended by signal {code - 128}"
    meaning = MEANINGS.get(code, "")
    return f"its process ended with exit code {code}" + (f": {meaning}" if meaning else "")


def _limit(pod: Object) -> str:
    containers = _map(pod, "spec").get("containers")
    for each in containers if isinstance(containers, list) else ():
        if isinstance(each, Mapping) and each.get("name") == CONTAINER:
            limit = _map(_map(each, "resources"), "limits").get("memory")
            if isinstance(limit, str) and _QUANTITY.fullmatch(limit):
                return f" ({limit})"
    return ""


def _pending(pod: Object) -> str:
    """Why a pod has not begun; empty where there is nothing to say."""
    status = _map(pod, "status")
    for container in (*_items(status, "initContainerStatuses"), *_items(status, "containerStatuses")):
        reason = _map(_map(container, "state"), "waiting").get("reason")
        if reason in IMAGE:
            return f"its image cannot be pulled ({reason})"
        if reason in UNMADE:
            return f"its container cannot be started ({reason}): a Secret or ConfigMap of it may be missing"
    placed = [each for each in _conditions(pod) if each.get("type") == "PodScheduled"]
    if any(each.get("reason") == "Unschedulable" for each in placed):
        return "no node has room for its pod"
    return ""


def _unmade() -> str:
    return "no pod is made for it: a quota, an admission rule or a missing ServiceAccount may stand in its way"


def _ended(status: Object) -> Object:
    """How the container that runs us ended."""
    for each in _items(status, "containerStatuses"):
        if each.get("name") == CONTAINER:
            return _map(_map(each, "state"), "terminated")
    return {}


def _made(pod: Object) -> str:
    return str(_map(pod, "metadata").get("creationTimestamp", ""))


def _uid(pod: Object) -> str:
    return str(_map(pod, "metadata").get("uid", ""))


def _conditions(found: Object) -> list[Object]:
    return _items(_map(found, "status"), "conditions")


def _items(found: Object, name: str) -> list[Object]:
    items = found.get(name)
    return [each for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []


def _map(found: Object, name: str) -> Object:
    value = found.get(name)
    return value if isinstance(value, Mapping) else {}


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
