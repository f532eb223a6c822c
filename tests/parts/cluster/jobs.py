"""The Job controller, looking once at a given time: pods for Jobs, and how a Job ends.

Sources: Kubernetes docs, "Jobs" (Pod failure policy, Job termination and cleanup), `pkg/controller/job`.
"""

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from parts.cluster.cronjobs import MANAGER, controller, finished, instant, written
from parts.cluster.deletion import Remover
from parts.cluster.kinds import BY_PLURAL
from parts.cluster.recorder import Recorder
from parts.cluster.refusals import Refused
from parts.cluster.storage import Object, Store
from parts.cluster.writes import Options, Writer

JOBS, PODS = BY_PLURAL["jobs"], BY_PLURAL["pods"]
TRACKING = "batch.kubernetes.io/job-tracking"
MERGE = "application/merge-patch+json"
LONGEST_BACKOFF_S = 600.0
End = tuple[str, str, str]
"""Complete or Failed, reason, message."""


@dataclass(slots=True)
class Jobs:
    """The controller. `retry_s`: the wait before the first retry; it doubles."""

    store: Store
    writer: Writer
    remover: Remover
    retry_s: float = 10.0

    def look(self, now: datetime) -> None:
        """One look at every Job."""
        for job in self.store.objects(JOBS):
            if finished(job):
                self._expire(job, now)
            elif not job["spec"].get("managedBy"):
                self._tend(job, now)

    def next_after(self, now: datetime, until: datetime) -> datetime | None:
        """When the next deadline, retry or removal is."""
        found = [at for job in self.store.objects(JOBS) for at in self._moments(job) if now < at <= until]
        return min(found, default=None)

    def pods(self, job: Object) -> list[Object]:
        namespace, uid = job["metadata"]["namespace"], job["metadata"]["uid"]
        return [pod for pod in self.store.objects(PODS, namespace) if controller(pod) == uid]

    def _moments(self, job: Object) -> list[datetime]:
        if finished(job):
            end = _removal(job)
            return [end] if end else []
        found = [self._retry(job)] if (job.get("status") or {}).get("failed") else []
        if end := _deadline(job):
            found.append(end)
        return found

    def _tend(self, job: Object, now: datetime) -> None:
        status = copy.deepcopy(job.get("status") or {})
        spec, pods = job["spec"], self.pods(job)
        if spec.get("suspend"):
            self._hold(job, status, pods, now)
            return
        status.setdefault("startTime", written(now))
        end = self._count(job, status, pods, now)
        alive = [pod for pod in pods if pod["status"].get("phase") in ("Pending", "Running")]
        running = [pod for pod in alive if not self._given_up(job, pod)]
        deadline = spec.get("activeDeadlineSeconds")
        if not end and deadline is not None and now >= instant(status["startTime"]) + timedelta(seconds=deadline):
            end = ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
        if not end and status.get("succeeded", 0) >= spec.get("completions", 1):
            end = ("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
        if end:
            for pod in running:
                self.drop(pod)
            self._end(job, status, end, now)
            return
        wanted = min(spec["parallelism"], spec.get("completions", 1) - status.get("succeeded", 0))
        if now >= self._retry({**job, "status": status}):
            running += [made for _ in range(wanted - len(running)) if (made := self._pod(job))]
        status |= {"active": len(running), "terminating": 0, "uncountedTerminatedPods": {}}
        status["ready"] = len([pod for pod in running if pod["status"].get("phase") == "Running"])
        self._say(job, {key: value for key, value in status.items() if key != "active" or value})

    def _count(self, job: Object, status: Object, pods: list[Object], now: datetime) -> End | None:
        """Counts pods that have ended, once each, and says whether the Job has failed by it."""
        end = None
        for pod in pods:
            phase = pod["status"].get("phase")
            tracked = TRACKING in (pod["metadata"].get("finalizers") or [])
            if not tracked or (phase not in ("Succeeded", "Failed") and not self._given_up(job, pod)):
                continue
            action, said = _judged(job, pod) if phase != "Succeeded" else ("Succeeded", "")
            if action == "Succeeded":
                status["succeeded"] = status.get("succeeded", 0) + 1
            elif action != "Ignore":
                status["failed"] = status.get("failed", 0) + 1
            if action == "FailJob":
                end = ("Failed", "PodFailurePolicy", said)
            self._release(pod)
        if not end and status.get("failed", 0) > job["spec"]["backoffLimit"]:
            end = ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        return end

    def _given_up(self, job: Object, pod: Object) -> bool:
        """A pod that is going counts no more, unless the Job replaces only what has ended."""
        return _going(pod) and job["spec"].get("podReplacementPolicy") != "Failed"

    def _retry(self, job: Object) -> datetime:
        """When the next pod may be made: twice as late after each failure."""
        status = job.get("status") or {}
        failed = status.get("failed", 0)
        ended = [at for pod in self.pods(job) if pod["status"].get("phase") == "Failed" and (at := _ended(pod))]
        if not failed or not ended:
            return instant(status.get("startTime") or job["metadata"]["creationTimestamp"])
        return instant(max(ended)) + timedelta(seconds=min(self.retry_s * 2 ** (failed - 1), LONGEST_BACKOFF_S))

    def _pod(self, job: Object) -> Object | None:
        metadata, template = job["metadata"], copy.deepcopy(job["spec"]["template"])
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"]}
        made = {
            key: value for key, value in (template.get("metadata") or {}).items() if key in ("labels", "annotations")
        }
        made |= {"generateName": f"{metadata['name']}-", "finalizers": [TRACKING]}
        made |= {"ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}]}
        pod = {"metadata": made, "spec": template["spec"]}
        try:
            return self.writer.create(PODS, metadata["namespace"], pod, Options(MANAGER))
        except Refused as refused:  # a quota: it is told, and tried again later
            Recorder(self.writer, "job-controller").warn(job, "FailedCreate", f"Error creating: {refused}")
            return None

    def _hold(self, job: Object, status: Object, pods: list[Object], now: datetime) -> None:
        for pod in pods:
            if pod["status"].get("phase") in ("Pending", "Running"):
                self.drop(pod)
        condition = _condition("Suspended", "JobSuspended", "Job suspended", now)
        others = [one for one in status.get("conditions") or [] if one["type"] != "Suspended"]
        if len(others) == len(status.get("conditions") or []):
            status["conditions"] = [*others, condition]
        status |= {"active": None, "ready": 0, "startTime": None}
        self._say(job, {key: value for key, value in status.items() if value is not None})

    def _end(self, job: Object, status: Object, end: End, now: datetime) -> None:
        """Conditions as since 1.31: the criteria first, then the end."""
        first = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[end[0]]
        made = [_condition(name, end[1], end[2], now) for name in (first, end[0])]
        status["conditions"] = [*(status.get("conditions") or []), *made]
        status |= {"ready": 0, "terminating": 0, "uncountedTerminatedPods": {}}
        status.pop("active", None)
        if end[0] == "Complete":
            status["completionTime"] = written(now)
        self._say(job, status)

    def _say(self, job: Object, status: Object) -> None:
        key = (job["metadata"]["namespace"], job["metadata"]["name"])
        live = self.store.get(JOBS, key)
        same = live is not None and live["metadata"]["uid"] == job["metadata"]["uid"]
        if live is not None and same and live.get("status") != status:
            self.writer.replace(JOBS, key, {**live, "status": status}, Options(MANAGER, "status"))

    def _release(self, pod: Object) -> None:
        """Take our finalizer off: the pod is counted."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        left = [one for one in pod["metadata"].get("finalizers") or [] if one != TRACKING] or None
        if self.store.get(PODS, key):
            self.writer.patch(PODS, key, {"metadata": {"finalizers": left}}, MERGE, Options(MANAGER))

    def drop(self, pod: Object) -> None:
        """Delete a pod, counted or not."""
        self._release(pod)
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        if self.store.get(PODS, key):
            self.remover.delete(PODS, key, {}, Options(MANAGER))

    def _expire(self, job: Object, now: datetime) -> None:
        at = _removal(job)
        if at and now >= at:
            key = (job["metadata"]["namespace"], job["metadata"]["name"])
            self.remover.delete(JOBS, key, {"propagationPolicy": "Background"}, Options(MANAGER))


def _condition(kind: str, reason: str, message: str, now: datetime) -> Object:
    times = {"lastProbeTime": written(now), "lastTransitionTime": written(now)}
    return {"type": kind, "status": "True", **times, "reason": reason, "message": message}


def _going(pod: Object) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def _ended(pod: Object) -> str:
    states = [one.get("state") or {} for one in pod["status"].get("containerStatuses") or []]
    return max(((one.get("terminated") or {}).get("finishedAt", "") for one in states), default="")


def _deadline(job: Object) -> datetime | None:
    seconds, start = job["spec"].get("activeDeadlineSeconds"), (job.get("status") or {}).get("startTime")
    return instant(start) + timedelta(seconds=seconds) if start and seconds is not None else None


def _removal(job: Object) -> datetime | None:
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    if seconds is None or not finished(job):
        return None
    ended = [one["lastTransitionTime"] for one in job["status"]["conditions"] if one["type"] == finished(job)]
    return instant(ended[0]) + timedelta(seconds=seconds) if ended and ended[0] else None


def _judged(job: Object, pod: Object) -> tuple[str, str]:
    """What the pod failure policy says of a failed pod: the action, and why. Without a policy it counts."""
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or []
    where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    for index, rule in enumerate(rules):
        if codes := rule.get("onExitCodes"):
            for container in pod["status"].get("containerStatuses") or []:
                code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
                fits = (code in codes["values"]) == (codes["operator"] == "In")
                if code and fits and codes.get("containerName") in (None, container["name"]):
                    said = f"Container {container['name']} for pod {where} failed with exit code {code} matching "
                    return rule["action"], f"{said}{rule['action']} rule at index {index}"
        for pattern in rule.get("onPodConditions") or []:
            for condition in pod["status"].get("conditions") or []:
                if (condition["type"], condition["status"]) == (pattern["type"], pattern.get("status", "True")):
                    said = f"Pod {where} has condition {condition['type']} matching "
                    return rule["action"], f"{said}{rule['action']} rule at index {index}"
    return "Count", ""
