"""The fields of each kind and their types, read off the official client's models; and how lists and maps merge.

Sources: the OpenAPI document of Kubernetes (the models are generated from it), its `x-kubernetes-list-type`,
`x-kubernetes-list-map-keys` and `x-kubernetes-map-type`, which the models leave out and `KEYED` gives back.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from parts.cluster.refusals import Refused

Sort = Literal["scalar", "struct", "map", "keyed", "set", "atomic"]
KEYED = {
    ("V1ObjectMeta", "ownerReferences"): ("uid",),
    ("V1PodSpec", "containers"): ("name",),
    ("V1PodSpec", "initContainers"): ("name",),
    ("V1PodSpec", "ephemeralContainers"): ("name",),
    ("V1PodSpec", "volumes"): ("name",),
    ("V1PodSpec", "imagePullSecrets"): ("name",),
    ("V1PodSpec", "hostAliases"): ("ip",),
    ("V1PodSpec", "topologySpreadConstraints"): ("topologyKey", "whenUnsatisfiable"),
    ("V1PodSpec", "resourceClaims"): ("name",),
    ("V1PodSpec", "schedulingGates"): ("name",),
    ("V1Container", "env"): ("name",),
    ("V1Container", "ports"): ("containerPort", "protocol"),
    ("V1Container", "volumeMounts"): ("mountPath",),
    ("V1Container", "volumeDevices"): ("devicePath",),
    ("V1ResourceRequirements", "claims"): ("name",),
    ("V1PodStatus", "conditions"): ("type",),
    ("V1NamespaceStatus", "conditions"): ("type",),
    ("V1ServiceAccount", "secrets"): ("name",),
}
SETS = {("V1ObjectMeta", "finalizers"), ("V1PodFailurePolicyOnExitCodesRequirement", "values")}
ATOMIC_MAPS = {("V1PodSpec", "nodeSelector")}
ATOMIC_MODELS = {"V1LabelSelector", "V1SecretKeySelector", "V1ConfigMapKeySelector", "V1ObjectFieldSelector",
                 "V1ResourceFieldSelector", "V1LocalObjectReference", "V1ObjectReference",
                 "V1NodeSelector", "V1TypedLocalObjectReference"}  # fmt: skip
KEY_DEFAULTS = {"protocol": "TCP"}
SCALARS = {"str": (str,), "int": (int,), "bool": (bool,), "float": (int, float), "datetime": (str,)}


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands at one place. `item` is the type of a list's or map's members; `model` the model of a struct."""

    sort: Sort
    type: str
    model: str = ""
    item: str = ""
    keys: tuple[str, ...] = ()

    def child(self, key: str) -> "Shape | None":
        """The field or member of that name; None for a field that the model does not have."""
        if self.sort == "map":
            return shape(self.item, ("", ""))
        found = fields(self.model).get(key)
        return shape(found, (self.model, key)) if found else None

    @property
    def member(self) -> "Shape":
        """A member of a list."""
        return shape(self.item, ("", ""))


@cache
def fields(model: str) -> dict[str, str]:
    """The JSON names of a model's fields -> their types, as the client writes them."""
    import kubernetes.client

    found = getattr(kubernetes.client, model)
    return {found.attribute_map[name]: kind for name, kind in found.openapi_types.items()}


@cache
def shape(kind: str, at: tuple[str, str] = ("", "")) -> Shape:
    """The shape of a type of the client; `at`: the model and field that it stands in."""
    if found := re.fullmatch(r"[Ll]ist\[(.+)\]", kind):
        sort: Sort = "keyed" if at in KEYED else "set" if at in SETS else "atomic"
        return Shape(sort, kind, item=found[1], keys=KEYED.get(at, ()))
    if found := re.fullmatch(r"[Dd]ict[\[(]str, (.+)[\])]", kind):
        return Shape("atomic" if at in ATOMIC_MAPS else "map", kind, item=found[1])
    if kind in SCALARS or kind == "object" or kind == "bytes":
        return Shape("scalar", kind)
    return Shape("atomic" if kind in ATOMIC_MODELS else "struct", kind, model=kind)


def decoded(value: Any, kind: Shape, path: str, unknown: list[str]) -> Any:
    """The value without nulls and unknown fields (whose paths go to `unknown`). Raises `Refused` for a wrong type."""
    if kind.type == "object" or value is None:
        return value
    if kind.sort == "scalar":
        return _scalar(value, kind.type, path)
    if kind.item and not kind.type.lower().startswith("dict"):
        given = _typed(value, list, path)
        given = [_nothing(kind.member) if one is None else one for one in given]
        return [decoded(one, kind.member, f"{path}[{index}]", unknown) for index, one in enumerate(given)]
    result = {}
    for key, one in _typed(value, dict, path).items():
        below = f"{path}.{key}" if path else key
        child = shape(kind.item) if kind.item else _field(kind, key)
        if child is None:
            unknown.append(below)
        elif one is not None:
            result[key] = decoded(one, child, below, unknown)
    return result


def _nothing(kind: Shape) -> Any:
    """What a null in a list is read as: the empty value of its type."""
    return {"str": "", "int": 0, "bool": False}.get(kind.type, {})


def _field(kind: Shape, key: str) -> Shape | None:
    found = fields(kind.model).get(key)
    return shape(found, (kind.model, key)) if found else None


def _scalar(value: Any, kind: str, path: str) -> Any:
    if kind in SCALARS:
        fine = isinstance(value, SCALARS[kind]) and (kind == "bool" or not isinstance(value, bool))
        if not fine:
            raise _mistyped(value, kind, path)
    return value


def _typed(value: Any, kind: type, path: str) -> Any:
    if not isinstance(value, kind):
        raise _mistyped(value, "map" if kind is dict else "slice", path)
    return value


def _mistyped(value: Any, kind: str, path: str) -> Refused:
    got = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}[type(value)]
    wanted = {"str": "string", "int": "int32", "float": "float64", "datetime": "time"}.get(kind, kind)
    return Refused(400, f"json: cannot unmarshal {got} into Go struct field {path} of type {wanted}")
