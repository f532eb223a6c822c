"""Who owns which field: managedFields, server-side apply and its conflicts.

Sources: Kubernetes docs, "Server-Side Apply"; KEP-555; `structured-merge-diff/merge/update.go`.
"""

from dataclasses import dataclass
from typing import Any

from parts.cluster.fieldsets import MEMBER, Path, flat, key_of, owned, packed, spoken, unpacked, without
from parts.cluster.refusals import Refused
from parts.cluster.shapes import Shape

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manager:
    """One owner of fields: the same name applying and updating are two."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    @property
    def spoken(self) -> str:
        said = f'"{self.name}"' + (f' with subresource "{self.subresource}"' if self.subresource else "")
        return said + (f" using {self.api_version}" if self.operation == "Update" else "")


Owners = dict[Manager, set[Path]]


def owners(one: Object) -> Owners:
    """The owners that an object names."""
    found = one.get("metadata", {}).get("managedFields") or []
    return {_manager(entry): unpacked(entry.get("fieldsV1") or {}) for entry in found}


def _manager(entry: Object) -> Manager:
    subresource = entry.get("subresource", "")
    return Manager(entry.get("manager", ""), entry.get("operation", "Update"), entry.get("apiVersion", ""), subresource)


def stamped(new: Object, held: Owners, live: Object | None, now: str) -> Object:
    """The object with these owners written into it; whose fields are as before keeps its time."""
    before = {_manager(entry): entry for entry in (live or {}).get("metadata", {}).get("managedFields") or []}
    entries = []
    for manager, paths in held.items():
        if paths:
            old = before.get(manager)
            same = old is not None and unpacked(old.get("fieldsV1") or {}) == paths
            entries.append(old if same else _entry(manager, paths, now))
    return {**new, "metadata": {**new["metadata"], "managedFields": entries}}


def _entry(manager: Manager, paths: set[Path], now: str) -> Object:
    entry = {
        "manager": manager.name,
        "operation": manager.operation,
        "apiVersion": manager.api_version,
        "time": now,
        "fieldsType": "FieldsV1",
        "fieldsV1": packed(paths),
    }
    return entry | ({"subresource": manager.subresource} if manager.subresource else {})


def updated(live: Object | None, new: Object, who: Manager, shape: Shape) -> Owners:
    """The owners after a write that is not an apply: who writes owns what it changed, and nobody else does."""
    held = owners(new) or owners(live or {})
    before, after = owned(live or {}, shape), owned(new, shape)
    touched = {path for path, value in after.items() if path not in before or before[path] != value}
    result = {manager: {path for path in paths if path in after} - touched for manager, paths in held.items()}
    result[who] = (held.get(who, set()) & after.keys()) | touched
    return result


def applied(live: Object, patch: Object, who: Manager, shape: Shape, *, force: bool) -> tuple[Object, Owners]:
    """The merged object and its owners. Raises `Refused` (409) where others own what would change, without `force`."""
    held = owners(live)
    merged = merge(live, patch, shape)
    mine, before, after = set(owned(patch, shape)), owned(live, shape), owned(merged, shape)
    changed = {path for path, value in after.items() if path not in before or before[path] != value}
    others = {manager: paths for manager, paths in held.items() if manager != who}
    clashes = {manager: found for manager, paths in others.items() if (found := paths & changed)}
    if clashes and not force:
        raise conflicting(clashes)
    others = {manager: paths - clashes.get(manager, set()) for manager, paths in others.items()}
    kept = set().union(*others.values()) | mine
    dropped = held.get(who, set()) - kept
    dropped = {path for path in dropped if not any(one[: len(path)] == path for one in kept)}
    result = without(merged, shape, dropped) if dropped else merged
    left = flat(result, shape)
    return result, {
        **{manager: {path for path in paths if path in left} for manager, paths in others.items()},
        who: mine,
    }


def merge(live: Any, patch: Any, shape: Shape) -> Any:
    """What is applied, over what there is; members of keyed lists stand in the order of the patch, then the others."""
    if shape.sort == "keyed" and isinstance(live, list) and isinstance(patch, list):
        there = {key_of(one, shape): one for one in live}
        given = {key_of(one, shape): one for one in patch}
        if len(given) != len(patch):
            raise Refused(500, "duplicate entries for key in an associative list", "")
        first = [merge(there[key], one, shape.member) if key in there else one for key, one in given.items()]
        return first + [one for key, one in there.items() if key not in given]
    if shape.sort == "set" and isinstance(live, list):
        return patch + [one for one in live if one not in patch]
    if shape.sort in ("struct", "map") and isinstance(live, dict) and isinstance(patch, dict):
        below = {key: (shape.child(key), one) for key, one in patch.items()}
        return live | {key: merge(live.get(key), one, at) if at else one for key, (at, one) in below.items()}
    return patch


def conflicting(clashes: dict[Manager, set[Path]]) -> Refused:
    """409 with a cause for each field."""
    pairs = [
        (manager, path) for manager in sorted(clashes, key=lambda one: one.spoken) for path in sorted(clashes[manager])
    ]
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {manager.spoken}", "field": spoken(path)}
        for manager, path in pairs
    ]
    if len(pairs) == 1:
        said = f"Apply failed with 1 conflict: conflict with {pairs[0][0].spoken}: {spoken(pairs[0][1])}"
    else:
        parts = [
            "\n".join([f"conflicts with {manager.spoken}:", *(f"- {spoken(path)}" for path in sorted(paths))])
            for manager, paths in sorted(clashes.items(), key=lambda one: one[0].spoken)
        ]
        said = f"Apply failed with {len(pairs)} conflicts: " + "\n".join(parts)
    return Refused(409, said, details={"causes": causes})


__all__ = ["MEMBER", "Manager", "Owners", "applied", "merge", "owners", "stamped", "updated"]
