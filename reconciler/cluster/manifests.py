"""From an applied schedule and a template to the literal objects. Pure; whatever may break is in the names of errors.

What Kubernetes does with each field: docs, "CronJob", "Jobs" (pod failure policy, TTL), "Server-Side Apply".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.cluster import names
from reconciler.cluster.names import Object
from reconciler.cluster.template import CONTAINER, Template
from reconciler.runs.request import AppliedSchedule
from reconciler.schedules.expression import parse
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.schedules.zones import ZoneUnknown, load

AGAIN = 75
"""The exit code of a run that may be tried again: nothing happened (errors.TryAgainLater)."""
RETRIES = 3
KEPT_S = 24 * 3600
"""An ended Job stays for a day, so that the controller reads how it ended, and people its log."""
SOONEST_S = 60
"""The CronJob controller looks every ten seconds: a shorter starting deadline would let times go by."""
MARKS_FOLDER = "/var/run/reconciler/marks"
MARKS_FILE = names.MARKS_FILE
MARKS_VOLUME = "reconciler-marks"
SPARE_S = 15
"""Between what a run may take to stop and the kill: it still has to write down how it ended."""


class ScheduleRefused(ValueError):
    """A schedule that Kubernetes would not take; the text says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: how late a run may begin, how long it may take, and how long it has to stop."""

    start_within_s: int
    deadline_s: int
    grace_s: int


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation, with its id in the app, which outlives its name."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all objects of an installation have in common."""

    installation: str
    namespace: str
    template: Template
    limits: Limits


def cronjob(frame: Frame, owner: Owner, integration: str, schedule: AppliedSchedule) -> Object:
    """The CronJob of one applied schedule, with its digest. Raises ScheduleRefused."""
    organization = owner.name
    arguments = ("sync", organization, integration, "--job", "$(RECONCILER_JOB)", "--run", "$(RECONCILER_POD_UID)")
    labels = names.labels(frame.installation, organization, integration)
    annotations = {
        names.ORGANIZATION: organization,
        names.ORGANIZATION_ID: owner.id,
        names.INTEGRATION: integration,
        names.SCHEDULE: schedule.name,
    }
    return digested({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {
            "name": names.cronjob_name(frame.installation, organization, schedule.name),
            "namespace": frame.namespace,
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {
            "schedule": _text(schedule),
            "timeZone": schedule.zone,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": max(frame.limits.start_within_s, SOONEST_S),
            "suspend": False,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": job_template(frame, organization, integration, arguments),
        },
    })  # fmt: skip


def job_template(frame: Frame, organization: str, integration: str, arguments: Sequence[str]) -> Object:
    """The template (`metadata`, `spec`) of a Job that calls the program with `arguments`; `$(NAME)` is expanded."""
    labels = names.labels(frame.installation, organization, integration)
    about = {names.ORGANIZATION: organization, names.INTEGRATION: integration}
    pod = {
        "metadata": {
            "labels": {**frame.template.labels, **labels},
            "annotations": {**frame.template.annotations, **about},
        },
        "spec": _pod(frame, organization, arguments),
    }
    return {
        "metadata": {"labels": labels, "annotations": about},
        "spec": {
            # As they are where nobody says otherwise: said, so that nobody else does.
            "parallelism": 1,
            "completions": 1,
            "suspend": False,
            "backoffLimit": RETRIES,
            "activeDeadlineSeconds": frame.limits.deadline_s,
            "ttlSecondsAfterFinished": KEPT_S,
            "podFailurePolicy": {"rules": _rules()},
            "template": pod,
        },
    }


def _pod(frame: Frame, organization: str, arguments: Sequence[str]) -> Object:
    spec = dict(frame.template.spec)
    run = dict(spec["containers"][0])
    ours: dict[str, Object] = {
        "RECONCILER_JOB": {"valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{names.JOB_NAME}']"}}},
        "RECONCILER_POD_UID": {"valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
        "RECONCILER_MARKS": {"value": MARKS_FOLDER},
    }
    theirs = [each for each in run.get("env") or [] if each.get("name") not in ours]
    run["env"] = [*theirs, *({"name": name, **value} for name, value in ours.items())]
    mounts = [each for each in run.get("volumeMounts") or [] if each.get("name") != MARKS_VOLUME]
    run["volumeMounts"] = [*mounts, {"name": MARKS_VOLUME, "mountPath": MARKS_FOLDER, "readOnly": True}]
    run["args"] = list(arguments)
    volumes = [each for each in spec["volumes"] if each.get("name") != MARKS_VOLUME]
    marks = {"name": names.marks_name(frame.installation, organization), "optional": True}
    grace_s = spec.get("terminationGracePeriodSeconds")
    least_s = frame.limits.grace_s + SPARE_S
    return {
        **spec,
        "containers": [run],
        "volumes": [*volumes, {"name": MARKS_VOLUME, "configMap": marks}],
        "terminationGracePeriodSeconds": max(grace_s if isinstance(grace_s, int) else 0, least_s),
    }


def _rules() -> list[Object]:
    """A pod that a drain or an eviction took is not counted; 75 is counted and tried again; the rest fails at once."""
    return [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {"action": "Count", "onExitCodes": {"containerName": CONTAINER, "operator": "In", "values": [AGAIN]}},
        {"action": "FailJob", "onExitCodes": {"containerName": CONTAINER, "operator": "NotIn", "values": [AGAIN]}},
    ]


def _text(schedule: AppliedSchedule) -> str:
    """The five fields; `28-31` in the day field where the last day is meant, which the run itself decides."""
    try:
        load(schedule.zone)
        return parse(schedule.cron, last_day=schedule.last_day).text
    except ExpressionInvalid as error:
        raise ScheduleRefused(f"the schedule {schedule.name} cannot be read: {error.message}") from error
    except ZoneUnknown as error:
        raise ScheduleRefused(f"the schedule {schedule.name} cannot be timed: {error}") from error


def marks(installation: str, namespace: str, owner: Owner, numbers: Mapping[str, int]) -> Object:
    """The ConfigMap of an organisation's high-water marks, in the format of `high_water.py`."""
    return digested({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": names.marks_name(installation, owner.name),
            "namespace": namespace,
            "labels": names.labels(installation, owner.name),
            "annotations": {names.ORGANIZATION: owner.name, names.ORGANIZATION_ID: owner.id},
        },
        "data": {MARKS_FILE: json.dumps(numbers, indent=1, sort_keys=True)},
    })  # fmt: skip


def digested(made: Object) -> Object:
    """The same, with the annotation that holds the digest of all the rest."""
    digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:32]
    metadata: dict[str, Any] = made["metadata"]
    return {**made, "metadata": {**metadata, "annotations": {**metadata["annotations"], names.DIGEST: digest}}}
