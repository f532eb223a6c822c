"""What we do with objects, one request each. Every method raises ClusterDown and ClusterRefused."""

from dataclasses import dataclass
from typing import Any

from reconciler.cluster import names
from reconciler.cluster.access import APPLY, JSON_PATCH, Cluster, Request
from reconciler.cluster.kinds import Kind
from reconciler.cluster.names import Object


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of one kind, in the namespace of the cluster."""

    cluster: Cluster
    kind: Kind

    def get(self, name: str) -> Object:
        """One. Raises ClusterRefused `gone`."""
        return self.cluster.ask(Request("get", self.kind, name))

    def create(self, made: Object) -> Object:
        """Make one. Raises ClusterRefused `conflict` where the name is taken."""
        query = {"fieldManager": names.MANAGER, "fieldValidation": "Strict"}
        return self.cluster.ask(Request("create", self.kind, query=query, body=made))

    def introduce(self, made: Object) -> Object:
        """Apply one that is not there. What stands there meanwhile is not overwritten: ClusterRefused `conflict`."""
        return self._apply(made, force=False)

    def enforce(self, made: Object, found: Object) -> Object:
        """Apply over `found`, and no other object that got its name meanwhile: ClusterRefused `conflict`."""
        metadata = {**made["metadata"], "uid": found["metadata"]["uid"]}
        return self._apply({**made, "metadata": metadata}, force=True)

    def replace_version(self, made: Object, found: Object) -> Object:
        """The same, only if nobody has changed `found` since: ClusterRefused `conflict`."""
        version = found["metadata"]["resourceVersion"]
        return self.enforce({**made, "metadata": {**made["metadata"], "resourceVersion": version}}, found)

    def take_out(self, found: Object, places: list[str]) -> Object:
        """Remove what stands at these JSON pointers, if `found` is as it was: ClusterRefused `conflict`, `object`."""
        test = {"op": "test", "path": "/metadata/resourceVersion", "value": found["metadata"]["resourceVersion"]}
        body: list[Any] = [test, *({"op": "remove", "path": place} for place in places)]
        query = {"fieldManager": names.MANAGER}
        return self.cluster.ask(Request("patch", self.kind, names.name_of(found), query, body, JSON_PATCH))

    def delete(self, found: Object) -> None:
        """Delete exactly what was seen: `conflict` where it has changed, `gone` where somebody was faster."""
        seen = {name: found["metadata"][name] for name in ("uid", "resourceVersion")}
        # What a deleted CronJob has started goes on to its end: its Jobs are left without an owner.
        body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": seen, "propagationPolicy": "Orphan"}
        self.cluster.ask(Request("delete", self.kind, names.name_of(found), body=body))

    def _apply(self, made: Object, *, force: bool) -> Object:
        query = {"fieldManager": names.MANAGER, "fieldValidation": "Strict", "force": str(force).lower()}
        return self.cluster.ask(Request("patch", self.kind, names.name_of(made), query, made, APPLY))
