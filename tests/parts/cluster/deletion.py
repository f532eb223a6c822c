"""Deletion: preconditions, finalizers, and what becomes of dependents.

Sources: Kubernetes docs, "Garbage Collection", "Owners and Dependents"; `pkg/registry/batch/job/strategy.go` (a Job's
pods are orphaned where nobody says otherwise).
"""

from dataclasses import dataclass
from typing import Any

from parts.cluster.kinds import BY_PLURAL, KINDS, Kind
from parts.cluster.refusals import Refused, conflict, detailed, not_found
from parts.cluster.storage import Key, Object
from parts.cluster.writes import Options, Writer

PRESERVED = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)
JOBS, PODS = BY_PLURAL["jobs"], BY_PLURAL["pods"]
OPTIONS = {
    "apiVersion",
    "kind",
    "preconditions",
    "propagationPolicy",
    "gracePeriodSeconds",
    "orphanDependents",
    "dryRun",
}


@dataclass(frozen=True, slots=True)
class Remover:
    """Deletes through a writer's store; the garbage collector works at once."""

    writer: Writer

    def delete(self, kind: Kind, key: Key, how: Object, options: Options) -> tuple[int, Object]:
        """Status and body. `how` are DeleteOptions, those of the query among them."""
        store = self.writer.store
        with store.lock:
            live = store.get(kind, key)
            if live is None:
                raise not_found(kind, key[1])
            _preconditions(kind, key, live, how.get("preconditions") or {})
            policy = _policy(kind, how, options)
            if options.dry_run:
                return 200, success(kind, live)
            finalizers = list(live["metadata"].get("finalizers") or [])
            children = self._dependents(live)
            if policy == "Orphan":
                self._orphan(children, live["metadata"]["uid"])
            if kind.plural == "namespaces":
                return 200, self._leave(kind, key, live)
            if kind is PODS and _on_a_machine(live) and how.get("gracePeriodSeconds") not in (0, "0"):
                return 200, self._leave(kind, key, live)
            if finalizers:
                return (202 if policy == "Foreground" else 200), self._leave(kind, key, live)
            if policy == "Foreground":
                self._collect(children)
                if self._dependents(live):
                    finalizer = {"finalizers": ["foregroundDeletion"]}
                    marked = {**live, "metadata": {**live["metadata"], **finalizer}}
                    return 200, self._leave(kind, key, marked)
            store.remove(kind, key)
            if policy == "Background":
                self._collect(self._dependents(live))
            return 200, success(kind, live)

    def _leave(self, kind: Kind, key: Key, live: Object) -> Object:
        """Marked as going; finalizers (or what is in a namespace) keep it."""
        metadata = live["metadata"]
        if not metadata.get("deletionTimestamp"):
            metadata = {**metadata, "deletionTimestamp": self.writer.now(), "deletionGracePeriodSeconds": 0}
            if kind.generation:
                metadata["generation"] = metadata.get("generation", 1) + 1
            new = {**live, "metadata": metadata}
            if kind.plural == "namespaces":
                new["status"] = {"phase": "Terminating"}
            live = self.writer.store.put(kind, key, new)
        return live

    def _dependents(self, owner: Object) -> list[tuple[Kind, Key, Object]]:
        uid, found = owner["metadata"]["uid"], []
        for kind in KINDS.values():
            if kind.stored or "list" not in kind.verbs:
                continue
            for one in self.writer.store.objects(kind):
                if any(ref.get("uid") == uid for ref in one["metadata"].get("ownerReferences") or []):
                    metadata = one["metadata"]
                    found.append((kind, (metadata.get("namespace", ""), metadata["name"]), one))
        return found

    def _orphan(self, children: list[tuple[Kind, Key, Object]], uid: str) -> None:
        for kind, key, one in children:
            left = [ref for ref in one["metadata"]["ownerReferences"] if ref.get("uid") != uid]
            metadata = {name: value for name, value in one["metadata"].items() if name != "ownerReferences"}
            metadata |= {"ownerReferences": left} if left else {}
            self.writer.store.put(kind, key, {**one, "metadata": metadata})

    def _collect(self, children: list[tuple[Kind, Key, Object]]) -> None:
        """What has no other owner goes with it; the Job controller's own finalizer is taken off a pod by it."""
        for kind, key, one in children:
            owners = one["metadata"]["ownerReferences"]
            if len(owners) == 1 and self.writer.store.get(kind, key):
                how = {"propagationPolicy": "Background"}
                if one["metadata"].get("finalizers") == ["batch.kubernetes.io/job-tracking"]:
                    bare = {name: value for name, value in one["metadata"].items() if name != "finalizers"}
                    self.writer.store.put(kind, key, {**one, "metadata": bare})
                self.delete(kind, key, how, Options())


def success(kind: Kind, one: Object) -> Object:
    details = detailed(kind, one["metadata"]["name"]) | {"uid": one["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _on_a_machine(pod: Object) -> bool:
    """A pod that runs is asked to end, and goes when its machine says that it has."""
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return bool((pod.get("spec") or {}).get("nodeName")) and not ended


def _preconditions(kind: Kind, key: Key, live: Object, wanted: Object) -> None:
    for name, said in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        there = live["metadata"][name]
        if wanted.get(name) not in (None, there):
            why = f"Precondition failed: {said} in precondition: {wanted[name]}, {said} in object meta: {there}"
            raise conflict(kind, key[1], why)


def _policy(kind: Kind, how: Object, options: Options) -> str:
    chosen: Any = how.get("propagationPolicy")
    if chosen not in (None, "", "Background", "Foreground", "Orphan"):
        raise Refused(422, f'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "{chosen}"')
    if how.get("orphanDependents") is not None:
        return "Orphan" if how["orphanDependents"] else "Background"
    if not chosen and kind is JOBS:
        options.warnings.append(PRESERVED)
        return "Orphan"
    return chosen or "Background"
