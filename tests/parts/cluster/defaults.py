"""What the real API server fills in. Sources: Kubernetes `pkg/apis/{batch,core}/v1/defaults.go`."""

import copy
from typing import Any

Object = dict[str, Any]
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
JOB_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")


def defaulted(one: Object) -> Object:
    """A copy with the defaults of its kind."""
    new = copy.deepcopy(one)
    match new["kind"]:
        case "CronJob":
            cron_job(new.setdefault("spec", {}))
        case "Job":
            job(new)
        case "Pod":
            pod_spec(new.setdefault("spec", {}))
            new["spec"].setdefault("enableServiceLinks", True)
            new.setdefault("status", {}).setdefault("phase", "Pending")
        case "Secret":
            new.setdefault("type", "Opaque")
            new["data"] = (new.get("data") or {}) | _encoded(new.pop("stringData", {}))
            if not new["data"]:
                del new["data"]
        case "Namespace":
            new.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
            new.setdefault("status", {}).setdefault("phase", "Active")
            labels = new["metadata"].setdefault("labels", {})
            labels.setdefault("kubernetes.io/metadata.name", new["metadata"].get("name", ""))
    return new


def _encoded(values: dict[str, str]) -> dict[str, str]:
    import base64

    return {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}


def cron_job(spec: Object) -> None:
    """A template's Job is not defaulted: only its pod, and the patterns of its failure policy."""
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
    inner = (spec.get("jobTemplate") or {}).get("spec") or {}
    failure_policy(inner)
    pod_spec((inner.get("template") or {}).get("spec") or {})


def job(one: Object) -> None:
    spec = one.setdefault("spec", {})
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    failure_policy(spec)
    template = spec.setdefault("template", {})
    pod_spec(template.get("spec") or {})
    labels = (template.get("metadata") or {}).get("labels")
    if labels and not one["metadata"].get("labels"):
        one["metadata"]["labels"] = dict(labels)


def owned_by_job(one: Object) -> None:
    """The selector and labels that a new Job gets, from its uid and name (`pkg/registry/batch/job/strategy.go`)."""
    uid, name = one["metadata"]["uid"], one["metadata"]["name"]
    if one["spec"].get("manualSelector"):
        return
    one["spec"].setdefault("selector", {}).setdefault("matchLabels", {})[JOB_LABELS[0]] = uid
    metadata = one["spec"]["template"].setdefault("metadata", {})
    given = dict(zip(JOB_LABELS, (uid, name, uid, name), strict=True))
    metadata["labels"] = (metadata.get("labels") or {}) | given


def failure_policy(job_spec: Object) -> None:
    for rule in (job_spec.get("podFailurePolicy") or {}).get("rules") or []:
        for pattern in rule.get("onPodConditions") or []:
            pattern.setdefault("status", "True")


def pod_spec(spec: Object) -> None:
    if not spec:
        return
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if name := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = name
    for container in [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]:
        _container(container)
    for volume in spec.get("volumes") or []:
        _volume(volume)


def _container(one: Object) -> None:
    image = one.get("image", "")
    newest = "@" not in image and (":" not in image.rsplit("/", 1)[-1] or image.endswith(":latest"))
    one.setdefault("imagePullPolicy", "Always" if newest else "IfNotPresent")
    one.setdefault("resources", {})
    one.setdefault("terminationMessagePath", "/dev/termination-log")
    one.setdefault("terminationMessagePolicy", "File")
    for port in one.get("ports") or []:
        port.setdefault("protocol", "TCP")
    for variable in one.get("env") or []:
        _field_ref(variable.get("valueFrom") or {})
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in one:
            one[name] = PROBE | one[name]


def _volume(one: Object) -> None:
    for name in ("configMap", "secret", "projected", "downwardAPI"):
        if name in one:
            one[name].setdefault("defaultMode", 420)
    for item in (one.get("downwardAPI") or {}).get("items") or []:
        _field_ref(item)
    for source in (one.get("projected") or {}).get("sources") or []:
        for item in (source.get("downwardAPI") or {}).get("items") or []:
            _field_ref(item)
        if "serviceAccountToken" in source:
            source["serviceAccountToken"].setdefault("expirationSeconds", 3600)


def _field_ref(holder: Object) -> None:
    if "fieldRef" in holder:
        holder["fieldRef"].setdefault("apiVersion", "v1")
