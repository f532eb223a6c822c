"""Jobs as the controller makes them, from a CronJob's template as it stands; and what a Job of ours is for. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from reconciler.cluster import names
from reconciler.cluster.names import Object, annotation, name_of
from reconciler.cluster.template import CONTAINER
from reconciler.errors import Blocked
from reconciler.runs.timetable import Job, Kind
from reconciler.schedules.jobs import scheduled_time

IN_JOB, IN_RUN = ("--job", "$(RECONCILER_JOB)"), ("--run", "$(RECONCILER_POD_UID)")
KINDS: Mapping[str, Kind] = {"requests": "requests", "chores": "chores", "sync": "sync"}


def arguments_of(job: Job) -> tuple[str, ...]:
    """What a pod is called with. Its run is called by the pod's uid: a pod that takes over has another."""
    match job.kind:
        case "sync":
            return ("sync", job.organization, job.integration, *IN_JOB, *IN_RUN)
        case "requests":
            return (*job.arguments, *IN_RUN)
        case "chores":
            return job.arguments


def job_manifest(name: str, job: Job, template: Mapping[str, Any], owner: Object | None) -> Object:
    """A Job of a job template (`metadata`, `spec`), called with what `job` says.

    Its owner is not its controller: the CronJob's history counts and removes only what it made itself. Raises Blocked.
    """
    metadata, spec = dict(template.get("metadata") or {}), dict(template["spec"])
    pod = dict(spec["template"])
    inside = dict(pod["spec"])
    run = {**inside["containers"][0], "args": list(arguments_of(job))}
    if run.get("name") != CONTAINER:
        hint = "nothing: the controller repairs its CronJobs, and then it goes on"
        raise Blocked(f"the template of a run was changed by another hand: it has no container {CONTAINER}", hint)
    inside["containers"] = [run, *inside["containers"][1:]]
    about = {names.ORGANIZATION: job.organization, names.INTEGRATION: job.integration}
    made = {
        "name": name,
        "labels": {**(metadata.get("labels") or {}), names.KIND: job.kind},
        "annotations": {**(metadata.get("annotations") or {}), **about},
    }
    if owner is not None:
        made["ownerReferences"] = [
            {"apiVersion": "batch/v1", "kind": "CronJob", "name": name_of(owner), "uid": owner["metadata"]["uid"]}
        ]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": made,
        "spec": {**spec, "template": {**pod, "spec": inside}},
    }


def next_name(stem: str, known: Iterable[str]) -> str:
    """`STEM-N`, one more than there are: whoever sees the same makes the same, and the second one is told so."""
    tails = [each.removeprefix(f"{stem}-") for each in known if each.startswith(f"{stem}-")]
    return f"{stem}-{1 + max((int(each) for each in tails if each.isascii() and each.isdigit()), default=0)}"


def job_of(found: Object, now: datetime) -> Job:
    """What a Job is for: a scheduled time where a CronJob made it, something asked for, or neither."""
    label = ((found.get("metadata") or {}).get("labels") or {}).get(names.KIND, "")
    kind = KINDS.get(label, "sync")
    at = scheduled_time(name_of(found), now) if kind == "sync" else None
    return Job(kind, (), annotation(found, names.ORGANIZATION), annotation(found, names.INTEGRATION), at)


def owned(cronjobs: Iterable[Object], installation: str, organization: str, integration: str) -> Object | None:
    """The first CronJob, by name, of an integration."""
    wanted = (organization, integration)
    mine = [
        each
        for each in cronjobs
        if names.is_ours(each, installation)
        and (annotation(each, names.ORGANIZATION), annotation(each, names.INTEGRATION)) == wanted
    ]
    return min(mine, key=name_of, default=None)


def slim_job(found: Object) -> Object:
    """A Job as it is held in memory: without its pod template, which is most of it."""
    metadata = {name: value for name, value in found["metadata"].items() if name != "managedFields"}
    spec = {name: value for name, value in (found.get("spec") or {}).items() if name != "template"}
    return {**found, "metadata": metadata, "spec": spec}


def slim_pod(found: Object) -> Object:
    """A pod as it is held in memory: its state, where it is, and what its containers may use."""
    metadata = {name: value for name, value in found["metadata"].items() if name != "managedFields"}
    spec = found.get("spec") or {}
    containers = [{name: each[name] for name in ("name", "resources") if name in each} for each in spec["containers"]]
    return {**found, "metadata": metadata, "spec": {"nodeName": spec.get("nodeName"), "containers": containers}}
