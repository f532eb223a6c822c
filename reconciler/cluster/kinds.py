"""The kinds of objects that we deal with, and where the API server has them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`plural` in the API group `group` (empty for the core), as in a Role's rules."""

    name: str
    plural: str
    group: str
    version: str = "v1"

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str, name: str = "") -> str:
        """Of all objects in a namespace, or of one."""
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"
        return f"{root}/namespaces/{namespace}/{self.plural}{f'/{name}' if name else ''}"


CRONJOBS = Kind("CronJob", "cronjobs", "batch")
JOBS = Kind("Job", "jobs", "batch")
PODS = Kind("Pod", "pods", "")
CONFIG_MAPS = Kind("ConfigMap", "configmaps", "")
EVENTS = Kind("Event", "events", "events.k8s.io")
