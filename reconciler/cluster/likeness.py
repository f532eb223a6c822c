"""Whether an object in the cluster is as we would have it: each field that we set, and what a run is made of. Pure.

Fields that we do not set are others' (defaults, what an operator adds). But to the lists that make a run (containers,
environment, volumes) and to who it runs as nothing may be added: it would be another run than the applied one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.cluster.names import DIGEST, Object, annotation

KEYS = {
    **dict.fromkeys(("containers", "initContainers", "volumes", "env", "imagePullSecrets"), "name"),
    "volumeMounts": "mountPath",
    "hostAliases": "ip",
}
"""Lists that are merged item by item, and what an item is known by (Kubernetes API reference, "patchMergeKey")."""
NOTHING_MORE = frozenset({
    *KEYS, "envFrom", "command", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe",
    "serviceAccountName", "serviceAccount", "runtimeClassName", "nodeName", "schedulingGates", "managedBy",
    "runAsUser", "runAsGroup", "fsGroup", "supplementalGroups", "add", "procMount", "seLinuxOptions", "appArmorProfile",
    "sysctls",
})  # fmt: skip
"""Fields of a Job's spec and its pod's that are ours also where we do not set them: what runs, as whom, and whether at
all (`add` is that of capabilities).
"""
FALSE_COUNTS = frozenset({"automountServiceAccountToken", "allowPrivilegeEscalation", "enableServiceLinks"})
"""Where left out does not mean false."""
QUANTITIES = frozenset({"limits", "requests", "emptyDir"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in the object as a JSON pointer; `surplus` where something stands that we would have taken out."""

    place: str
    surplus: bool = False


def differences(wanted: Object, found: Object) -> list[Difference]:
    """What is not as wanted. Applying the wanted object takes back all but the surplus."""
    if annotation(wanted, DIGEST) != annotation(found, DIGEST):
        return [Difference(f"/metadata/annotations/{_escaped(DIGEST)}"), *_all(wanted, found)]
    return _all(wanted, found)


def _all(wanted: Object, found: Object) -> list[Difference]:
    parts = ("metadata", "spec", "data")
    return [each for part in parts if part in wanted for each in _map(wanted[part], found.get(part), f"/{part}", part)]


def _map(wanted: Mapping[str, Any], found: Any, place: str, name: str) -> Iterator[Difference]:
    held: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    for key, value in wanted.items():
        yield from _value(value, held.get(key), f"{place}/{_escaped(key)}", key, quantity=name in QUANTITIES)
    if place.startswith("/spec/jobTemplate/spec"):
        for key in sorted((NOTHING_MORE & held.keys()) - wanted.keys()):
            mirrored = key == "serviceAccount" and "serviceAccountName" in wanted
            if held[key] and not mirrored:
                yield Difference(f"{place}/{_escaped(key)}", surplus=True)


def _value(wanted: Any, found: Any, place: str, key: str, *, quantity: bool) -> Iterator[Difference]:
    if isinstance(wanted, Mapping):
        yield from _map(wanted, found, place, key)
    elif isinstance(wanted, list) and key in KEYS:
        yield from _keyed(wanted, found if isinstance(found, list) else [], place, KEYS[key])
    elif isinstance(wanted, list):
        held = found if isinstance(found, list) else []
        if len(wanted) != len(held) or any(_differ(*pair) for pair in zip(wanted, held, strict=True)):
            yield Difference(place)
    elif not _same(wanted, found, key, quantity=quantity):
        yield Difference(place)


def _keyed(wanted: Sequence[Any], found: Sequence[Any], place: str, key: str) -> Iterator[Difference]:
    held = {each.get(key): (number, each) for number, each in enumerate(found) if isinstance(each, Mapping)}
    for item in wanted:
        number, each = held.pop(item.get(key), (len(found), None))
        yield from _map(item, each, f"{place}/{number}", "") if each is not None else [Difference(place)]
    # From the last on: a place that is taken out moves those behind it.
    for number in sorted((number for number, _ in held.values()), reverse=True):
        yield Difference(f"{place}/{number}", surplus=True)


def _differ(wanted: Any, found: Any) -> bool:
    return any(True for _ in _value(wanted, found, "", "", quantity=False))


def _same(wanted: Any, found: Any, key: str, *, quantity: bool) -> bool:
    if wanted == found and type(wanted) is type(found):
        return True
    if found is None:
        return wanted in (None, "", 0) and not (wanted is False and key in FALSE_COUNTS)
    if quantity and (is_number := _quantity(wanted)) is not None:
        return is_number == _quantity(found)
    return False


def _quantity(text: Any) -> Decimal | None:
    from kubernetes import utils

    read: Any = utils.parse_quantity  # the client types its API, and not this
    try:
        return Decimal(read(text))
    except (ValueError, TypeError):
        return None


def _escaped(key: str) -> str:
    """As a JSON pointer has it (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")
