"""Which pod templates the API server takes. Source: Kubernetes `pkg/apis/core/validation/validation.go`."""

import re
from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]
Problem = tuple[str, str, str]
"""Path, sort of fault, words."""
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
DNS_SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
QUALIFIED = re.compile(r"((?=[^/]{1,253}/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
                       r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")  # fmt: skip
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
VARIABLE = re.compile(r"[\x20-\x3c\x3e-\x7e]+")
QUANTITY = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?")
REQUIRED, INVALID, UNSUPPORTED = "Required value", "Invalid value", "Unsupported value"


def metadata(one: Object, path: str = "metadata") -> Iterator[Problem]:
    for key, value in (one.get("labels") or {}).items():
        if not QUALIFIED.fullmatch(key) or not LABEL_VALUE.fullmatch(value):
            wrong = key if LABEL_VALUE.fullmatch(value) else value
            yield f"{path}.labels", INVALID, f'"{wrong}": a valid label must consist of alphanumeric characters'
    for key in one.get("annotations") or {}:
        if not QUALIFIED.fullmatch(key.lower()):
            yield f"{path}.annotations", INVALID, f'"{key}": name part must consist of alphanumeric characters'
    if sum(len(key) + len(value) for key, value in (one.get("annotations") or {}).items()) > 256 * 1024:
        yield f"{path}.annotations", "Too long", "may not be more than 262144 bytes"


def template(one: Object, path: str, restart: tuple[str, ...]) -> Iterator[Problem]:
    """`restart`: the restart policies that the kind takes."""
    spec = one.get("spec") or {}
    yield from metadata(one.get("metadata") or {}, f"{path}.metadata")
    yield from pod(spec, f"{path}.spec")
    policy = spec.get("restartPolicy", "")
    if policy not in restart:
        quoted = ", ".join(f'"{one}"' for one in restart)
        if policy in ("", "Always"):
            yield f"{path}.spec.restartPolicy", REQUIRED, f"valid values: {quoted}"
        else:
            yield f"{path}.spec.restartPolicy", UNSUPPORTED, f'"{policy}": supported values: {quoted}'


def pod(spec: Object, path: str) -> Iterator[Problem]:
    if not spec.get("containers"):
        yield f"{path}.containers", REQUIRED, ""
    volumes = [volume.get("name", "") for volume in spec.get("volumes") or []]
    yield from _names(volumes, f"{path}.volumes")
    for index, volume in enumerate(spec.get("volumes") or []):
        if len(volume) != 2:
            sort, said = (REQUIRED, "must specify a volume type") if len(volume) < 2 else (
                "Forbidden", "may not specify more than 1 volume type")  # fmt: skip
            yield f"{path}.volumes[{index}]", sort, said
    for group in ("initContainers", "containers"):
        containers = spec.get(group) or []
        yield from _names([one.get("name", "") for one in containers], f"{path}.{group}")
        for index, one in enumerate(containers):
            yield from _container(one, f"{path}.{group}[{index}]", volumes)
    for name, low in (("terminationGracePeriodSeconds", 0), ("activeDeadlineSeconds", 1)):
        if spec.get(name) is not None and spec[name] < low:
            yield f"{path}.{name}", INVALID, f"{spec[name]}: must be greater than or equal to {low}"
    if (name := spec.get("serviceAccountName")) and not DNS_SUBDOMAIN.fullmatch(name):
        yield f"{path}.serviceAccountName", INVALID, f'"{name}": a lowercase RFC 1123 subdomain must consist of ...'


def _names(names: list[str], path: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if not name:
            yield f"{path}[{index}].name", REQUIRED, ""
        elif not DNS_LABEL.fullmatch(name):
            yield (
                f"{path}[{index}].name",
                INVALID,
                f'"{name}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters',
            )
        elif name in names[:index]:
            yield f"{path}[{index}].name", "Duplicate value", f'"{name}"'


def _container(one: Object, path: str, volumes: list[str]) -> Iterator[Problem]:
    if not (one.get("image") or "").strip():
        yield f"{path}.image", REQUIRED, ""
    if one.get("imagePullPolicy") not in ("Always", "IfNotPresent", "Never"):
        yield (
            f"{path}.imagePullPolicy",
            UNSUPPORTED,
            f'"{one.get("imagePullPolicy")}": supported values: "Always", "IfNotPresent", "Never"',
        )
    yield from _variables(one, path)
    yield from _mounts(one, path, volumes)
    for group in ("limits", "requests"):
        for key, value in ((one.get("resources") or {}).get(group) or {}).items():
            if not QUANTITY.fullmatch(str(value)):
                yield (
                    f"{path}.resources.{group}[{key}]",
                    INVALID,
                    f'"{value}": quantities must match the regular expression',
                )
    security = one.get("securityContext") or {}
    if security.get("allowPrivilegeEscalation") is False and security.get("privileged"):
        yield (
            f"{path}.securityContext",
            INVALID,
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        )


def _variables(one: Object, path: str) -> Iterator[Problem]:
    for index, variable in enumerate(one.get("env") or []):
        name, at = variable.get("name", ""), f"{path}.env[{index}]"
        if not name:
            yield f"{at}.name", REQUIRED, ""
        elif not VARIABLE.fullmatch(name):
            yield f"{at}.name", INVALID, f'"{name}": a valid environment variable name must consist of ASCII characters'
        if variable.get("value") and variable.get("valueFrom"):
            yield f"{at}.valueFrom", INVALID, '"": may not be specified when `value` is not empty'


def _mounts(one: Object, path: str, volumes: list[str]) -> Iterator[Problem]:
    paths: list[str] = []
    for index, mount in enumerate(one.get("volumeMounts") or []):
        where, at = mount.get("mountPath", ""), f"{path}.volumeMounts[{index}]"
        if mount.get("name") not in volumes:
            yield f"{at}.name", "Not found", f'"{mount.get("name", "")}"'
        if not where:
            yield f"{at}.mountPath", REQUIRED, ""
        elif where in paths:
            yield f"{at}.mountPath", INVALID, f'"{where}": must be unique'
        paths.append(where)
