"""The CronJob controller, looking once at a given time.

Source: Kubernetes `pkg/controller/cronjob/cronjob_controllerv2.go`.

Of several missed times only the last is started; `Forbid` waits, and starts the missed time when the Job before has
ended, unless the starting deadline has passed; a Job is named after its scheduled minute.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from parts.cluster import cron
from parts.cluster.deletion import Remover
from parts.cluster.kinds import BY_PLURAL
from parts.cluster.recorder import Recorder
from parts.cluster.refusals import Refused
from parts.cluster.storage import Object, Store
from parts.cluster.validation import zone_of
from parts.cluster.writes import Options, Writer

JOBS, CRON_JOBS = BY_PLURAL["jobs"], BY_PLURAL["cronjobs"]
MANAGER = "kube-controller-manager"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
WINDOWS = (timedelta(hours=2), timedelta(days=2), timedelta(days=400))
"""How far back is looked for a missed time, one after another: the last one is the only one that counts."""


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def finished(job: Object) -> str:
    """`Complete`, `Failed`, or "" for a Job that has not ended."""
    conditions = (job.get("status") or {}).get("conditions") or []
    return next(
        (one["type"] for one in conditions if one["type"] in ("Complete", "Failed") and one["status"] == "True"), ""
    )


def controller(one: Object) -> str:
    """The uid of the object that controls this one."""
    return next((ref["uid"] for ref in one["metadata"].get("ownerReferences") or [] if ref.get("controller")), "")


@dataclass(frozen=True, slots=True)
class CronJobs:
    """The controller; it keeps nothing in mind but what the objects say."""

    store: Store
    writer: Writer
    remover: Remover

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.writer, "cronjob-controller")

    def look(self, now: datetime) -> None:
        """One look at every CronJob."""
        for found in self.store.objects(CRON_JOBS):
            self._tend(found, now)

    def next_after(self, now: datetime, until: datetime) -> datetime | None:
        """The next scheduled time of any CronJob."""
        due = [next(self._due(one, now, until), None) for one in self.store.objects(CRON_JOBS)]
        return min((at for at in due if at), default=None)

    def fire(self, found: Object, at: datetime) -> Object:
        """Make the Job of that scheduled time. Raises `Refused`."""
        metadata, inner = found["metadata"], found["spec"]["jobTemplate"]
        template = copy.deepcopy(inner.get("metadata") or {})
        local = at.astimezone(zone_of(found["spec"]))
        annotations = (template.get("annotations") or {}) | {SCHEDULED: local.isoformat().replace("+00:00", "Z")}
        owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": metadata["name"], "uid": metadata["uid"]}
        job = {
            "metadata": {
                "name": f"{metadata['name']}-{int(at.timestamp()) // 60}",
                "labels": template.get("labels") or {},
                "annotations": annotations,
                "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
            },
            "spec": copy.deepcopy(inner.get("spec") or {}),
        }
        return self.writer.create(JOBS, metadata["namespace"], job, Options(MANAGER))

    def _due(self, found: Object, after: datetime, until: datetime) -> Iterator[datetime]:
        spec = found["spec"]
        if not spec.get("suspend"):
            yield from cron.parse(spec["schedule"]).due(after, until, zone_of(spec))

    def _tend(self, found: Object, now: datetime) -> None:
        mine = [job for job in self.store.objects(JOBS, found["metadata"]["namespace"])
                if controller(job) == found["metadata"]["uid"]]  # fmt: skip
        status = copy.deepcopy(found.get("status") or {})
        self._trim(found, mine)
        active = [job for job in mine if not finished(job)]
        ended = [at for job in mine if finished(job) == "Complete" and (at := (job["status"]).get("completionTime"))]
        if ended:
            status["lastSuccessfulTime"] = max([*ended, status.get("lastSuccessfulTime", "")])
        at = self._missed(found, status, now)
        if at and self._may_start(found, active, at, now):
            try:
                active.append(self.fire(found, at))
                status["lastScheduleTime"] = written(at)
            except Refused as refused:
                if refused.status.get("reason") == "AlreadyExists":
                    status["lastScheduleTime"] = written(at)
                else:
                    self.recorder.warn(found, "FailedCreate", f"Error creating job: {refused}")
        status["active"] = [_reference(job) for job in active]
        status = {key: value for key, value in status.items() if value}
        if status != (found.get("status") or {}):
            patch = {"status": status if "active" in status else {**status, "active": None}}
            key = (found["metadata"]["namespace"], found["metadata"]["name"])
            self.writer.patch(CRON_JOBS, key, patch, "application/merge-patch+json", Options(MANAGER, "status"))

    def _missed(self, found: Object, status: Object, now: datetime) -> datetime | None:
        """The last scheduled time that has passed and was not started."""
        since = instant(status.get("lastScheduleTime") or found["metadata"]["creationTimestamp"])
        if (deadline := found["spec"].get("startingDeadlineSeconds")) is not None:
            since = max(since, now - timedelta(seconds=deadline))
        for window in WINDOWS:
            if due := list(self._due(found, max(since, now - window), now)):
                return due[-1]
            if now - window <= since:
                return None
        return None

    def _may_start(self, found: Object, active: list[Object], at: datetime, now: datetime) -> bool:
        deadline = found["spec"].get("startingDeadlineSeconds")
        if found["metadata"].get("deletionTimestamp") or (
            deadline is not None and at + timedelta(seconds=deadline) < now
        ):
            return False
        if found["spec"]["concurrencyPolicy"] == "Replace":
            for job in active:
                self._remove(job)
            active.clear()
        return not active or found["spec"]["concurrencyPolicy"] != "Forbid"

    def _trim(self, found: Object, mine: list[Object]) -> None:
        for how, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            ended = [job for job in mine if finished(job) == how]
            ended.sort(key=lambda job: ((job["status"]).get("startTime", ""), job["metadata"]["name"]))
            for job in ended[: max(0, len(ended) - found["spec"][limit])]:
                self._remove(job)

    def _remove(self, job: Object) -> None:
        key = (job["metadata"]["namespace"], job["metadata"]["name"])
        if self.store.get(JOBS, key):
            self.remover.delete(JOBS, key, {"propagationPolicy": "Background"}, Options(MANAGER))


def _reference(job: Object) -> Object:
    metadata = job["metadata"]
    named = {"namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}
    return {"kind": "Job", "apiVersion": "batch/v1", **named, "resourceVersion": metadata["resourceVersion"]}
