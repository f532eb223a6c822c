"""Which objects the API server takes, by kind. Each rule yields problems: (path, sort of fault, words).

Sources: Kubernetes `pkg/apis/{batch,core,events,coordination}/validation`.
"""

import base64
from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from parts.cluster import cron
from parts.cluster.job_status import job_status
from parts.cluster.kinds import Kind
from parts.cluster.pod_rules import (
    DNS_LABEL,
    DNS_SUBDOMAIN,
    INVALID,
    REQUIRED,
    UNSUPPORTED,
    Problem,
    metadata,
    pod,
    template,
)
from parts.cluster.refusals import Refused, invalid

Object = dict[str, Any]
MIB = 1024 * 1024
RESTART = ("OnFailure", "Never")
LOWER = 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or "."'
IMMUTABLE = "field is immutable"
JOB_FIXED = ("completions", "selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex",
             "managedBy", "successPolicy")  # fmt: skip


def checked(kind: Kind, new: Object, old: Object | None) -> None:
    """Raises `Refused` (422) with everything that is wrong."""
    untimed = kind.group == "events.k8s.io" and not new.get("eventTime")
    required = [("eventTime", REQUIRED, "")] if untimed else []
    if problems := [*required, *_common(new), *_own(new, old)]:
        raise invalid(kind, new["metadata"].get("name", ""), problems)


def _common(new: Object) -> Iterator[Problem]:
    name = new["metadata"].get("name", "")
    if not name:
        yield "metadata.name", REQUIRED, "name or generateName is required"
    elif not (DNS_LABEL if new["kind"] == "Namespace" else DNS_SUBDOMAIN).fullmatch(name):
        yield "metadata.name", INVALID, f'"{name}": {LOWER}'
    yield from metadata(new["metadata"])
    for index, owner in enumerate(new["metadata"].get("ownerReferences") or []):
        for key in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(key):
                yield f"metadata.ownerReferences[{index}].{key}", INVALID, f'"": {key} must not be empty'


def _own(new: Object, old: Object | None) -> Iterator[Problem]:
    match new["kind"]:
        case "CronJob":
            yield from _cron_job(new)
        case "Job":
            yield from _job_spec(new.get("spec") or {}, "spec")
            yield from _job_update(new, old) if old else ()
        case "Pod":
            yield from pod(new.get("spec") or {}, "spec")
        case "ConfigMap" | "Secret":
            yield from _data(new, old)
        case "Event":
            yield from _event(new)
        case "Lease":
            duration = (new.get("spec") or {}).get("leaseDurationSeconds")
            if duration is not None and duration <= 0:
                yield "spec.leaseDurationSeconds", INVALID, f"{duration}: must be greater than 0"


def _cron_job(new: Object) -> Iterator[Problem]:
    spec = new.get("spec") or {}
    name = new["metadata"].get("name", "")
    if len(name) > 52:
        yield "metadata.name", INVALID, f'"{name}": must be no more than 52 characters'
    yield from _schedule(spec)
    if spec["concurrencyPolicy"] not in ("Allow", "Forbid", "Replace"):
        said = f'"{spec["concurrencyPolicy"]}": supported values: "Allow", "Forbid", "Replace"'
        yield "spec.concurrencyPolicy", UNSUPPORTED, said
    for field in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from _at_least(0, spec, field, "spec")
    job = spec.get("jobTemplate") or {}
    yield from metadata(job.get("metadata") or {}, "spec.jobTemplate.metadata")
    yield from _job_spec(job.get("spec") or {}, "spec.jobTemplate.spec")


def _schedule(spec: Object) -> Iterator[Problem]:
    if not spec.get("schedule"):
        yield "spec.schedule", REQUIRED, ""
    else:
        try:
            cron.parse(spec["schedule"])
        except ValueError as error:
            yield "spec.schedule", INVALID, f'"{spec["schedule"]}": {error}'
    zone = spec.get("timeZone")
    if zone is not None and (zone.lower() == "local" or zone not in _zones()):
        text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield "spec.timeZone", INVALID, f'"{zone}": {text if zone.lower() == "local" else f"unknown time zone {zone}"}'


@cache
def _zones() -> set[str]:
    return available_timezones()


def zone_of(spec: Object) -> ZoneInfo:
    return ZoneInfo(spec.get("timeZone") or "UTC")


def _job_spec(spec: Object, path: str) -> Iterator[Problem]:
    fields = ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")
    for field in fields:
        yield from _at_least(0, spec, field, path)
    policy = spec.get("podFailurePolicy")
    containers = ((spec.get("template") or {}).get("spec") or {}).get("containers") or []
    for index, rule in enumerate((policy or {}).get("rules") or []):
        yield from _failure_rule(
            rule, f"{path}.podFailurePolicy.rules[{index}]", [one.get("name") for one in containers]
        )
    inner = (spec.get("template") or {}).get("spec") or {}
    if policy is not None and inner.get("restartPolicy") not in (None, "Never"):
        yield (
            f"{path}.template.spec.restartPolicy",
            INVALID,
            f'"{inner["restartPolicy"]}": only "Never" is supported when podFailurePolicy is specified',
        )
    yield from template(spec.get("template") or {}, f"{path}.template", RESTART)


def _failure_rule(rule: Object, path: str, containers: list[str]) -> Iterator[Problem]:
    actions = ("Count", "FailIndex", "FailJob", "Ignore")
    if rule.get("action") not in actions:
        yield f"{path}.action", UNSUPPORTED if rule.get("action") else REQUIRED, ""
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions")
    if bool(codes) == bool(conditions):
        said = "specifying one of OnExitCodes and OnPodConditions is required"
        yield path, INVALID, said
    if codes:
        values, operator = codes.get("values") or [], codes.get("operator")
        if operator not in ("In", "NotIn"):
            yield f"{path}.onExitCodes.operator", UNSUPPORTED if operator else REQUIRED, ""
        if not values or values != sorted(set(values)):
            yield f"{path}.onExitCodes.values", INVALID, f"{values}: must be ordered and unique"
        if operator == "In" and 0 in values:
            yield f"{path}.onExitCodes.values[0]", INVALID, "0: must not be 0 for the In operator"
        if codes.get("containerName") is not None and codes["containerName"] not in containers:
            yield (
                f"{path}.onExitCodes.containerName",
                INVALID,
                f'"{codes["containerName"]}": must be one of the container or initContainer names',
            )


def _job_update(new: Object, old: Object) -> Iterator[Problem]:
    for field in JOB_FIXED:
        if new["spec"].get(field) != old["spec"].get(field):
            yield f"spec.{field}", INVALID, IMMUTABLE
    if new.get("status") != old.get("status"):
        yield from job_status(new.get("status") or {}, old.get("status") or {}, new["spec"])


def _at_least(low: int, spec: Object, field: str, path: str) -> Iterator[Problem]:
    if spec.get(field) is not None and spec[field] < low:
        yield f"{path}.{field}", INVALID, f"{spec[field]}: must be greater than or equal to {low}"


def _data(new: Object, old: Object | None) -> Iterator[Problem]:
    data, binary = new.get("data") or {}, new.get("binaryData") or {}
    for key in [*data, *binary]:
        if not (0 < len(key) <= 253 and all(one.isalnum() or one in "-._" for one in key)) or key in (".", ".."):
            yield f"data[{key}]", INVALID, f'"{key}": a valid config key must consist of alphanumeric characters'
    packed = data if new["kind"] == "Secret" else binary
    try:
        sizes = [len(base64.b64decode(value, validate=True)) for value in packed.values()]
    except ValueError as error:
        what = f'{new["kind"]} in version "v1" cannot be handled as a {new["kind"]}'
        raise Refused(400, f"{what}: illegal base64 data at input byte 0") from error
    if sum(sizes) + (0 if packed is data else sum(len(value.encode()) for value in data.values())) > MIB:
        yield "data" if new["kind"] == "Secret" else "", "Too long", "may not be more than 1048576 bytes"
    if old and old.get("immutable"):
        if not new.get("immutable"):
            yield "immutable", "Forbidden", "field is immutable when `immutable` is set"
        if any(new.get(field) != old.get(field) for field in ("data", "binaryData")):
            yield "data", "Forbidden", "field is immutable when `immutable` is set"
    if old and new["kind"] == "Secret" and new.get("type") != old.get("type"):
        yield "type", INVALID, IMMUTABLE


def _event(new: Object) -> Iterator[Problem]:
    """Both groups: what events.k8s.io asks is asked of events that bear an eventTime."""
    regarding = new.get("involvedObject") or {}
    where, namespace = regarding.get("namespace") or "default", new["metadata"].get("namespace")
    if where != namespace:
        yield "involvedObject.namespace", INVALID, f'"{regarding.get("namespace", "")}": does not match event.namespace'
    if "eventTime" not in new:
        return
    for field in ("reportingComponent", "reportingInstance", "action", "reason"):
        if not new.get(field):
            name = "reportingController" if field == "reportingComponent" else field
            yield name, REQUIRED, ""
        elif len(new[field]) > 128:
            yield field, INVALID, f'"{new[field][:10]}...": can have at most 128 characters'
    if len(new.get("message") or "") > 1024:
        yield "message", INVALID, '"": can have at most 1024 characters'
    if new.get("type") not in ("Normal", "Warning"):
        yield "type", INVALID, f'"{new.get("type", "")}": has invalid value'
