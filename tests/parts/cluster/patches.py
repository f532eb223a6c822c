"""The other patches: JSON Merge Patch (RFC 7396), JSON Patch (RFC 6902), strategic merge patch (by the shapes)."""

import copy
from typing import Any

from parts.cluster.fieldsets import key_of
from parts.cluster.refusals import Refused, missing
from parts.cluster.shapes import Shape

Object = dict[str, Any]
MERGE, JSON = "application/merge-patch+json", "application/json-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
ACCEPTED = [JSON, MERGE, APPLY, STRATEGIC]


def patched(live: Object, patch: Any, media_type: str, shape: Shape) -> Object:
    """A new object; `live` is left as it was. Raises `Refused`."""
    if media_type == JSON:
        return _by_operations(copy.deepcopy(live), patch)
    if not isinstance(patch, dict):
        raise Refused(400, "error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}")
    return merged(live, patch) if media_type == MERGE else _strategic(live, patch, shape)


def merged(old: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    new = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            new.pop(key, None)
        else:
            new[key] = merged(new.get(key), value)
    return new


def _strategic(old: Any, patch: Any, shape: Shape | None) -> Any:
    """Keyed lists and sets are merged, other lists replaced; of the directives only `$patch: delete` in a member."""
    if isinstance(patch, dict):
        if found := {key for key in patch if key.startswith("$")}:
            raise missing(f"the directive {sorted(found)} of a strategic merge patch")
        new = dict(old) if isinstance(old, dict) else {}
        for key, value in patch.items():
            below = shape.child(key) if shape and shape.sort != "scalar" else None
            if value is None:
                new.pop(key, None)
            else:
                new[key] = _strategic(new.get(key), value, below)
        return new
    if isinstance(patch, list) and shape and shape.sort == "set":
        return [*(old or []), *(one for one in patch if one not in (old or []))]
    if isinstance(patch, list) and shape and shape.sort == "keyed":
        return _members(old or [], patch, shape)
    return patch


def _members(old: list[Object], patch: list[Object], shape: Shape) -> list[Object]:
    found = {key_of(one, shape): one for one in old}
    for one in patch:
        key = key_of(one, shape)
        if one.get("$patch") == "delete":
            found.pop(key, None)
        else:
            found[key] = _strategic(found.get(key), one, shape.member)
    return list(found.values())


def _by_operations(one: Any, operations: Any) -> Any:
    if not isinstance(operations, list) or not all(isinstance(operation, dict) for operation in operations):
        raise Refused(400, "error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Patch")
    for operation in operations:
        try:
            steps = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
            at = one
            for step in steps[:-1]:
                at = at[int(step)] if isinstance(at, list) else at[step]
            _carry_out(at, steps[-1], operation)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise Refused(422, "the server rejected our request due to an error in our request") from error
    return one


def _carry_out(at: Any, step: str, operation: Object) -> None:
    place: Any = (len(at) if step == "-" else int(step)) if isinstance(at, list) else step
    match operation["op"]:
        case "add" if isinstance(at, list):
            at.insert(place, operation["value"])
        case "add":
            at[place] = operation["value"]
        case "replace":
            at[place]
            at[place] = operation["value"]
        case "remove":
            del at[place]
        case "test":
            if at[place] != operation["value"]:
                raise ValueError(place)
        case "move" | "copy":
            raise missing(f"the operation {operation['op']} of a JSON patch")
        case other:
            raise ValueError(other)
