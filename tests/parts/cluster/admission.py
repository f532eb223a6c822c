"""What stands between a request and the storage: the namespace's life, and quotas.

Sources: Kubernetes docs, "Resource Quotas"; the admission plug-ins
`namespace/lifecycle` and `resourcequota`.
"""

from typing import Any

from parts.cluster.kinds import KINDS, Kind
from parts.cluster.refusals import forbidden, not_found
from parts.cluster.storage import Store

Object = dict[str, Any]
NAMESPACES = KINDS["/api/v1", "namespaces"]
QUOTAS = KINDS["/api/v1", "resourcequotas"]


def living(store: Store, kind: Kind, namespace: str, name: str) -> None:
    """Raises `Refused` where the namespace is not there (404), or is going (403)."""
    if not kind.namespaced:
        return
    found = store.get(NAMESPACES, ("", namespace))
    if found is None:
        raise not_found(NAMESPACES, namespace)
    if found["metadata"].get("deletionTimestamp") or (found.get("status") or {}).get("phase") == "Terminating":
        said = f"unable to create new content in namespace {namespace} because it is being terminated"
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
        raise forbidden(kind, name, said, [cause])


def within_quota(store: Store, kind: Kind, namespace: str, name: str) -> None:
    """Raises `Refused` (403) where one more would be too many."""
    counted = f"count/{kind.resource}"
    for quota in store.objects(QUOTAS, namespace):
        hard = (quota.get("spec") or {}).get("hard") or {}
        for entry in (counted, *([kind.plural] if not kind.group else [])):
            used = len(store.objects(kind, namespace))
            if entry in hard and used + 1 > int(hard[entry]):
                said = f"exceeded quota: {quota['metadata']['name']}, requested: {entry}=1, used: {entry}={used}, "
                raise forbidden(kind, name, f"{said}limited: {entry}={hard[entry]}")
