"""Pods that really run: their command as a child process of this machine.

Environment (values, downward API, ConfigMaps and Secrets), `$(VAR)` in values and arguments, and volumes as folders,
as Kubernetes docs have it: "Define Environment Variables for a Container", "Downward API", "Volumes". A mount path is
replaced by the folder's in values and arguments, because nothing may be mounted here.
"""

import base64
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parts.cluster.kubelet import Ended, Job, Waiting
from parts.cluster.storage import Object

REFERENCE = re.compile(r"\$\$|\$\(([^)\s]+)\)")
KEYED_FIELD = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")
POLL_S = 0.05


class ConfigError(Exception):
    """Something that the pod names is not there: the container does not start."""


@dataclass(frozen=True, slots=True)
class Child:
    """Runs a pod's first container. `entrypoint` stands in for that of the image, `environment` for what it sets."""

    entrypoint: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    killed: str = "Error"
    """The reason of a process that was killed unasked: "OOMKilled" where it is the memory that kills."""

    def __call__(self, job: Job) -> Ended | Waiting:
        container = job.pod["spec"]["containers"][0]
        try:
            mounts = mounted(job, container)
            environment = variables(job, container)
        except ConfigError as error:
            return Waiting("CreateContainerConfigError", str(error))
        words = [*(container.get("command") or self.entrypoint), *(container.get("args") or [])]
        command = [moved(expanded(word, environment), mounts) for word in words]
        given = {name: moved(value, mounts) for name, value in environment.items()}
        with (job.folder / "log").open("ab") as log:
            whole = {"PATH": os.environ.get("PATH", ""), **self.environment, **given}
            streams = {"stdout": log, "stderr": log, "start_new_session": True}
            try:
                process = subprocess.Popen(command, env=whole, cwd=job.folder, **streams)
            except OSError as error:
                return Ended(128, "StartError", str(error))
            return _watched(process, job, self.killed)


def _watched(process: subprocess.Popen[bytes], job: Job, killed: str) -> Ended:
    """Wait for the end. A deleted pod gets SIGTERM, and SIGKILL after its grace; one whose machine is gone, at once."""
    grace = job.pod["spec"].get("terminationGracePeriodSeconds", 30)
    kill_at = None
    while process.poll() is None:
        if kill_at is None and job.stopping():
            kill_at = time.monotonic() + grace
            process.terminate()
        if job.lost() or (kill_at is not None and time.monotonic() >= kill_at):
            process.kill()
        time.sleep(POLL_S)
    code = process.returncode
    if code == -signal.SIGKILL and kill_at is None:
        return Ended(137, killed)
    return Ended(128 - code if code < 0 else code, "Error" if code else "Completed")


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """`$(VAR)` where there is one of that name, else left as it stands; `$$` is a dollar."""

    def one(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return environment.get(found[1], found[0])

    return REFERENCE.sub(one, text)


def moved(text: str, mounts: Mapping[str, Path]) -> str:
    for path, folder in mounts.items():
        if text == path or text.startswith(f"{path}/"):
            return f"{folder}{text[len(path) :]}"
    return text


def variables(job: Job, container: Object) -> dict[str, str]:
    """The container's environment, in its order."""
    found: dict[str, str] = {}
    for source in container.get("envFrom") or []:
        for plural, key in (("configmaps", "configMapRef"), ("secrets", "secretRef")):
            if key in source:
                prefix = source.get("prefix", "")
                found |= {prefix + name: value.decode() for name, value in contents(job, plural, source[key]).items()}
    for one in container.get("env") or []:
        value = expanded(one["value"], found) if "value" in one else _drawn(job, one.get("valueFrom") or {})
        if value is not None:
            found[one["name"]] = value
    return found


def _drawn(job: Job, source: Object) -> str | None:
    if "fieldRef" in source:
        return downward(job.pod, source["fieldRef"]["fieldPath"])
    for plural, key in (("configmaps", "configMapKeyRef"), ("secrets", "secretKeyRef")):
        if reference := source.get(key):
            value = contents(job, plural, reference).get(reference["key"])
            if value is None and not reference.get("optional"):
                raise ConfigError(f"couldn't find key {reference['key']} in {plural[:-1]} {reference['name']}")
            return value.decode() if value is not None else None
    return ""


def downward(pod: Object, path: str) -> str:
    if found := KEYED_FIELD.fullmatch(path):
        return str((pod["metadata"].get(found[1]) or {}).get(found[2], ""))
    known = {"spec.nodeName": "a-node", "status.podIP": "127.0.0.1", "status.hostIP": "127.0.0.1"}
    if path in known:
        return known[path]
    at: Any = pod
    for key in path.split("."):
        at = at.get(key, "") if isinstance(at, dict) else ""
    return str(at)


def contents(job: Job, plural: str, reference: Object) -> dict[str, bytes]:
    """The keys of a ConfigMap or Secret. Raises `ConfigError` where it is not there and not optional."""
    name = reference.get("name") or reference.get("secretName", "")
    found = job.find(plural, name)
    if found is None:
        if reference.get("optional"):
            return {}
        raise ConfigError(f'{plural[:-1]} "{name}" not found')
    data = found.get("data") or {}
    if plural == "secrets":
        return {key: base64.b64decode(value) for key, value in data.items()}
    return {key: value.encode() for key, value in data.items()}


def mounted(job: Job, container: Object) -> dict[str, Path]:
    """Mount path -> the folder or file that stands for it, the longest path first."""
    volumes = {volume["name"]: volume for volume in job.pod["spec"].get("volumes") or []}
    folders: dict[str, Path] = {}
    for name, volume in volumes.items():
        folders[name] = job.folder / "volumes" / name
        folders[name].mkdir(parents=True)
        for key, value in _files(job, volume).items():
            file = folders[name] / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(value)
    paths = {
        mount["mountPath"]: folders[mount["name"]] / mount.get("subPath", "")
        for mount in container.get("volumeMounts") or []
    }
    return dict(sorted(paths.items(), key=lambda one: -len(one[0])))


def _files(job: Job, volume: Object) -> dict[str, bytes]:
    if "projected" in volume:
        found: dict[str, bytes] = {}
        for source in volume["projected"].get("sources") or []:
            found |= _files(job, source)
        return found
    for plural, key in (("configmaps", "configMap"), ("secrets", "secret")):
        if key in volume:
            return _chosen(contents(job, plural, volume[key]), volume[key].get("items"))
    if "downwardAPI" in volume:
        items = volume["downwardAPI"].get("items") or []
        return {item["path"]: downward(job.pod, item["fieldRef"]["fieldPath"]).encode() for item in items}
    return {}


def _chosen(data: dict[str, bytes], items: list[Object] | None) -> dict[str, bytes]:
    if items is None:
        return data
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data}
