"""The Pod Security Standard "restricted", and what this house adds: a root file system that is read only.

Source: Kubernetes docs, "Pod Security Standards" (the restricted profile, and baseline, which it includes).
"""

from collections.abc import Iterator
from typing import Any

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
HOST = ("hostNetwork", "hostPID", "hostIPC")


def violations(template: dict[str, Any]) -> list[str]:
    """What a pod's template does that the restricted profile forbids."""
    return [
        *_of_pod(template),
        *(each for container in _containers(template["spec"]) for each in _of(container, template)),
    ]


def _containers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sort in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(sort, [])


def _of_pod(template: dict[str, Any]) -> Iterator[str]:
    spec = template["spec"]
    yield from (each for each in HOST if spec.get(each))
    for volume in spec.get("volumes", []):
        yield from (f"volume of the kind {each}" for each in volume.keys() - {"name"} - VOLUMES)
    security = spec.get("securityContext", {})
    if security.get("runAsUser") == 0:
        yield "runs as root"
    if security.get("sysctls"):
        yield "sysctls"
    if any("apparmor" in each for each in template.get("metadata", {}).get("annotations", {})):
        yield "AppArmor is set by hand"


def _of(container: dict[str, Any], template: dict[str, Any]) -> Iterator[str]:
    pod, own = template["spec"].get("securityContext", {}), container.get("securityContext", {})
    both = {**pod, **own}
    name = container["name"]
    if both.get("runAsNonRoot") is not True or both.get("runAsUser") == 0:
        yield f"{name}: may run as root"
    if both.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield f"{name}: no seccomp profile"
    if own.get("privileged"):
        yield f"{name}: privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield f"{name}: may gain privileges"
    capabilities = own.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", []) or set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield f"{name}: keeps capabilities"
    if own.get("procMount", "Default") != "Default":
        yield f"{name}: unmasked /proc"
    if any(port.get("hostPort") for port in container.get("ports", [])):
        yield f"{name}: takes a port of the host"
    if own.get("readOnlyRootFilesystem") is not True:
        yield f"{name}: may write to its image"
