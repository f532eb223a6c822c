"""The pod template of a run, as the operator wrote it in a file: checked, and hardened where a mistake would cost.

It is a mapping of `metadata` and `spec` (a Kubernetes PodTemplateSpec) with one container called `run`, without command
and args. Whatever it says of security, the pod meets the Pod Security Standard "restricted": what may be overwritten
is; what cannot be (a path of the node, user 0) is refused.
Source: Kubernetes docs, "Pod Security Standards" (restricted).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.cluster.likeness import KEYS
from reconciler.errors import UsageError

CONTAINER = "run"
LARGEST = 256 * 1024
"""Bytes; an object of the API server has at most 1.5 MiB, and this one is in each CronJob."""
TEMPORARY = "tmp"
VOLUMES = frozenset({
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"),
})  # fmt: skip
"""The kinds of volumes that "restricted" lets a pod have."""
USERS = ("runAsUser", "runAsGroup")
GROUPS = ("fsGroup", "fsGroupChangePolicy", "supplementalGroups", "supplementalGroupsPolicy")
ON_THE_NODE = ("hostNetwork", "hostPID", "hostIPC")
OURS = ("command", "args", "lifecycle")
"""What a run is called with is ours to say."""


@dataclass(frozen=True, slots=True)
class Template:
    """A hardened pod template: `spec` holds the container `run` first, and mounts something at /tmp."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    spec: Mapping[str, Any]


def read_template(content: bytes) -> Template:
    """Raises UsageError, which names the place, for what is no pod template or cannot be made a safe one."""
    # The Kubernetes client's own parser: the file means what it means to kubectl.
    import yaml  # type: ignore[import-untyped]  # it has no types

    if len(content) > LARGEST:
        raise _wrong(f"it has {len(content)} bytes", f"at most {LARGEST}")
    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(f"it is no YAML{f' (line {mark.line + 1})' if mark else ''}") from error
    whole = _mapping(_plain(found), "the file")
    if unknown := sorted(set(map(str, whole)) - {"metadata", "spec", "apiVersion", "kind"}):
        raise _wrong(f"it has the key '{unknown[0]}'", "only metadata and spec stand in it")
    metadata = _mapping(whole.get("metadata") or {}, "metadata")
    spec = hardened(_mapping(whole.get("spec"), "spec"))
    return Template(_texts(metadata, "labels"), _texts(metadata, "annotations"), spec)


def hardened(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The pod spec as "restricted" has it. Raises UsageError."""
    containers = [_mapping(each, "spec.containers") for each in _items(spec, "containers")]
    if [each.get("name") for each in containers] != [CONTAINER]:
        hint = "a helper that runs beside it is an init container with restartPolicy: Always, or the run never ends"
        raise _wrong(f"spec.containers is not one container called {CONTAINER}", hint)
    if not isinstance(containers[0].get("image"), str) or not containers[0]["image"]:
        raise _wrong(f"the container {CONTAINER} names no image")
    if taken := [name for name in OURS if name in containers[0]]:
        raise _wrong(f"the container {CONTAINER} has {taken[0]}", "what it is called with is not for the template")
    volumes = [_volume(each) for each in _items(spec, "volumes")]
    run, volumes = _with_temporary(_contained(containers[0]), volumes)
    made = {name: value for name, value in spec.items() if name not in ("hostUsers", "ephemeralContainers")}
    made |= dict.fromkeys(ON_THE_NODE, False)
    made |= {"containers": [run], "volumes": volumes, "securityContext": _of_pod(spec), "restartPolicy": "Never"}
    made["automountServiceAccountToken"] = spec.get("automountServiceAccountToken") is True
    if init := [_contained(_mapping(each, "spec.initContainers")) for each in _items(spec, "initContainers")]:
        made["initContainers"] = init
    return made


def _of_pod(spec: Mapping[str, Any]) -> dict[str, Any]:
    said = _mapping(spec.get("securityContext") or {}, "spec.securityContext")
    return _users(said, "spec.securityContext", (*USERS, *GROUPS)) | {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _contained(container: Mapping[str, Any]) -> dict[str, Any]:
    name = str(container.get("name", ""))
    for each in _items(container, "env"):
        variable = _mapping(each, f"env of {name}")
        if not isinstance(variable.get("value", ""), str):
            what = f"the variable {variable.get('name')} of {name} has a value that is no text"
            raise _wrong(what, "numbers and yes or no need quotes there")
    said = _mapping(container.get("securityContext") or {}, f"the security context of {name}")
    ports = [{k: v for k, v in _mapping(each, f"ports of {name}").items() if k not in ("hostPort", "hostIP")}
             for each in _items(container, "ports")]  # fmt: skip
    return {**container, **({"ports": ports} if ports else {})} | {
        "securityContext": _users(said, f"the security context of {name}", USERS)
        | {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
    }


def _users(said: Mapping[str, Any], where: str, names: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: said[name] for name in names if said.get(name) is not None}
    if kept.get("runAsUser") == 0:
        raise _wrong(f"{where} has runAsUser 0", "a user that is not root, such as 65532")
    return kept


def _volume(found: Any) -> dict[str, Any]:
    volume = dict(_mapping(found, "spec.volumes"))
    if kinds := sorted(set(map(str, volume)) - {"name"} - VOLUMES):
        raise _wrong(f"the volume '{volume.get('name')}' is a {kinds[0]}", f"one of {', '.join(sorted(VOLUMES))}")
    return volume


def _with_temporary(run: dict[str, Any], volumes: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The root is read-only, and a program needs a folder for what it throws away."""
    mounts = [_mapping(each, "volumeMounts") for each in _items(run, "volumeMounts")]
    if any(str(each.get("mountPath", "")).rstrip("/") == "/tmp" for each in mounts):  # noqa: S108 - a mount, not a file
        return run, volumes
    name = TEMPORARY if all(each.get("name") != TEMPORARY for each in volumes) else f"{TEMPORARY}-of-run"
    mount = {"name": name, "mountPath": "/tmp"}  # noqa: S108 - the same
    return {**run, "volumeMounts": [*mounts, mount]}, [*volumes, {"name": name, "emptyDir": {"sizeLimit": "256Mi"}}]


def _plain(found: Any) -> Any:
    """What can be said in JSON, and whose lists of named things are such."""
    try:
        json.dumps(found)
    except (ValueError, TypeError, RecursionError) as error:
        raise _wrong("it holds what is no text, number, list or mapping", "a date needs quotes") from error
    _check_lists(found)
    return found


def _check_lists(found: Any) -> None:
    for key, value in found.items() if isinstance(found, dict) else ():
        if key in KEYS and isinstance(value, list):
            for each in value:
                if not isinstance(_mapping(each, f"an item of {key}").get(KEYS[key]), str):
                    raise _wrong(f"an item of {key} has no {KEYS[key]}")
        _check_lists(value)
    for each in found if isinstance(found, list) else ():
        _check_lists(each)


def _items(found: Mapping[str, Any], name: str) -> list[Any]:
    items = found.get(name) or []
    if not isinstance(items, list):
        raise _wrong(f"{name} is no list")
    return items


def _mapping(found: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _wrong(f"{where} is no mapping of keys")
    return found


def _texts(metadata: Mapping[str, Any], name: str) -> dict[str, str]:
    found = _mapping(metadata.get(name) or {}, f"metadata.{name}")
    if any(not isinstance(value, str) for value in found.values()):
        raise _wrong(f"metadata.{name} holds what is no text", "numbers and yes or no need quotes there")
    return {str(key): value for key, value in found.items()}


def _wrong(what: str, hint: str = "see docs/operations/cluster-objects.md") -> UsageError:
    return UsageError(f"the pod template of a run cannot be used: {what}", hint)
