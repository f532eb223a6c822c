"""The closed set of changes that a plan is made of. Each is a value; showing, guarding and applying are readers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.plans.resource import Resource


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of a body that differs. `before` or `after` is None where the value is not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Create:
    """An object that only git has. `drift`: it was applied once, and another hand removed it."""

    after: Resource
    drift: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """An object that differs. `drift`: somebody else changed it since the last apply."""

    before: Resource
    after: Resource
    drift: bool = False

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(differences(self.before.body, self.after.body))


@dataclass(frozen=True, slots=True)
class Retarget:
    """An integration whose documents would end up elsewhere: another environment, type or identifying setting."""

    before: Resource
    after: Resource
    drift: bool = False

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(differences(self.before.body, self.after.body))


@dataclass(frozen=True, slots=True)
class Delete:
    """An object that the database has and git has not. The ledger, the audit trail and credentials stay."""

    before: Resource
    drift: bool = False


Change = Create | Update | Retarget | Delete


def resource_of(change: Change) -> Resource:
    """The resource that a change is about: what will be, or what was where nothing will be."""
    return change.before if isinstance(change, Delete) else change.after


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """The leaves that differ, in the order of their paths; lists are compared by position."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            below = f"{path}.{key}" if path else key
            yield from differences(before.get(key), after.get(key), below)
    elif isinstance(before, list) and isinstance(after, list):
        for position in range(max(len(before), len(after))):
            old = before[position] if position < len(before) else None
            new = after[position] if position < len(after) else None
            yield from differences(old, new, f"{path}[{position}]")
    elif before != after:
        yield Difference(path, before, after)
