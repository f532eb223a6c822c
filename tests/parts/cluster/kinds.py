"""The kinds that this API server knows, and where each stands in a path. A new kind is one entry."""

from dataclasses import dataclass

CRUD = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object in one version. `model` is the official client's model of it, where its fields are read.

    `stored` is the resource under which its objects lie: one event is seen through two groups.
    """

    group: str
    plural: str
    name: str
    model: str
    short: tuple[str, ...] = ()
    version: str = "v1"
    namespaced: bool = True
    status: bool = False
    generation: bool = False
    verbs: tuple[str, ...] = CRUD
    stored: str = ""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def prefix(self) -> str:
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @property
    def resource(self) -> str:
        """As messages name it: `cronjobs.batch`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def place(self) -> str:
        """The shelf of the storage."""
        return self.stored or self.resource


_ALL = [
    Kind("", "namespaces", "Namespace", "V1Namespace", ("ns",), namespaced=False, status=True),
    Kind("", "configmaps", "ConfigMap", "V1ConfigMap", ("cm",)),
    Kind("", "secrets", "Secret", "V1Secret"),
    Kind("", "serviceaccounts", "ServiceAccount", "V1ServiceAccount", ("sa",)),
    Kind("", "pods", "Pod", "V1Pod", ("po",), status=True, generation=True),
    Kind("", "resourcequotas", "ResourceQuota", "V1ResourceQuota", ("quota",), status=True),
    Kind("", "events", "Event", "CoreV1Event", ("ev",)),
    Kind("events.k8s.io", "events", "Event", "EventsV1Event", ("ev",), stored="events"),
    Kind("batch", "jobs", "Job", "V1Job", status=True, generation=True),
    Kind("batch", "cronjobs", "CronJob", "V1CronJob", ("cj",), status=True, generation=True),
    Kind("coordination.k8s.io", "leases", "Lease", "V1Lease"),
    Kind("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "V1SelfSubjectAccessReview",
         namespaced=False, verbs=("create",)),
]  # fmt: skip
KINDS = {(kind.prefix, kind.plural): kind for kind in _ALL}
BY_PLURAL = {kind.plural: kind for kind in reversed(_ALL)}
"""For tests that name a kind by its plural: `events` are those of the core group."""
GROUPS = tuple(dict.fromkeys(kind.group for kind in _ALL if kind.group))
