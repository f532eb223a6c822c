"""Which fields an object has, as paths; FieldsV1 there and back. Source: Kubernetes docs, "Server-Side Apply"; KEP-555.

A path is a tuple of FieldsV1 steps: `f:name`, `k:{"name":"run"}` (a member of a keyed list), `v:"x"` (of a set).
"""

import json
from typing import Any

from parts.cluster.refusals import Refused
from parts.cluster.shapes import KEY_DEFAULTS, Shape

Object = dict[str, Any]
Path = tuple[str, ...]
MEMBER = object()
"""In place of a value: the member of a keyed list itself."""
UNOWNED = [("f:apiVersion",), ("f:kind",), *(("f:metadata", f"f:{name}") for name in (
    "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
    "generateName", "deletionTimestamp", "deletionGracePeriodSeconds"))]  # fmt: skip


def flat(value: Any, shape: Shape, at: Path = ()) -> dict[Path, Any]:
    """Every leaf of an object: its path -> its value. What is empty, or atomic, is a leaf."""
    if shape.sort in ("scalar", "atomic") or not isinstance(value, dict | list) or (not value and at):
        return {at: value}
    if shape.sort == "set":
        return {(*at, f"v:{json.dumps(one)}"): one for one in value}
    found: dict[Path, Any] = {}
    if shape.sort == "keyed":
        for one in value:
            step = (*at, key_of(one, shape))
            found |= {step: MEMBER, **flat(one, shape.member, step)}
        return found
    for key, one in value.items():
        if child := shape.child(key):
            found |= flat(one, child, (*at, f"f:{key}"))
    return found


def key_of(member: Object, shape: Shape) -> str:
    """`k:{"name":"run"}`; raises `Refused` where a member lacks its key."""
    key = {name: member.get(name, KEY_DEFAULTS.get(name)) for name in shape.keys}
    if any(value is None for value in key.values()):
        raise Refused(500, f"associative list with keys has an element that omits key field {shape.keys}", "")
    return "k:" + json.dumps(dict(sorted(key.items())), separators=(",", ":"))


def owned(value: Object, shape: Shape) -> dict[Path, Any]:
    """The leaves that a manager can own: all but the object's identity and what the server sets."""
    return {path: one for path, one in flat(value, shape).items() if path[:2] not in UNOWNED and path not in UNOWNED}


def packed(paths: set[Path]) -> Object:
    """FieldsV1."""
    tree: Object = {}
    for path in sorted(paths):
        at = tree
        for step in path:
            at = at.setdefault(step, {})
        if any(len(other) > len(path) and other[: len(path)] == path for other in paths):
            at["."] = {}
    return tree


def unpacked(tree: Object, at: Path = ()) -> set[Path]:
    found: set[Path] = set()
    for step, below in tree.items():
        if step == ".":
            found.add(at)
        elif below:
            found |= unpacked(below, (*at, step))
        else:
            found.add((*at, step))
    return found


def spoken(path: Path) -> str:
    """As conflicts name it: `.spec.template.spec.containers[name="run"].image`."""
    text = ""
    for step in path:
        sort, rest = step[0], step[2:]
        if sort == "f":
            text += f".{rest}"
        elif sort == "k":
            text += "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in json.loads(rest).items()) + "]"
        else:
            text += f"[={rest}]"
    return text


def without(value: Any, shape: Shape, gone: set[Path], at: Path = ()) -> Any:
    """The object without the leaves `gone`; what has become empty by it goes too. None where nothing is left."""
    if at in gone and (shape.sort in ("scalar", "atomic") or not value):
        return None
    if shape.sort == "keyed":
        kept = [without(one, shape.member, gone, (*at, key_of(one, shape))) for one in value]
        return [one for one in kept if one is not None] or None
    if shape.sort == "set":
        return [one for one in value if (*at, f"v:{json.dumps(one)}") not in gone] or None
    if shape.sort not in ("struct", "map") or not isinstance(value, dict):
        return value
    left: Object = {}
    for key, one in value.items():
        child = shape.child(key)
        below = without(one, child, gone, (*at, f"f:{key}")) if child else one
        if below is not None:
            left[key] = below
    named = at and at[-1].startswith("k:")
    if at in gone and named and set(left) <= set(json.loads(at[-1][2:])):
        return None
    return left if left or not value or not any(path[: len(at)] == at for path in gone) else None
