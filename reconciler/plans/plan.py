"""A plan: the changes for one organisation, what they were computed from, and the digests that approvals bind to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.plans.change import Change, Create, Delete, Retarget, Update, resource_of
from reconciler.plans.diff import diff
from reconciler.plans.resource import Actual, Definition, Desired, Resource, digest


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, as a value. Nothing is done by making one."""

    desired: Desired
    actual: Actual
    changes: tuple[Change, ...]

    @property
    def organization(self) -> str:
        return self.desired.organization

    @property
    def definitions(self) -> Mapping[str, Definition]:
        return self.desired.definitions

    @property
    def empty(self) -> bool:
        return not self.changes

    @property
    def digest(self) -> str:
        """Binds to the changes and to the versions that they were computed from (design.md 4.2)."""
        changes = [[type(change).__name__, *_digests(change)] for change in self.changes]
        return digest([self.organization, self.actual.version, changes])

    @property
    def intent(self) -> str:
        """Binds to what git asks for against what was applied last, whatever has drifted since."""
        applied = {f"{kind}/{name}": value for (kind, name), value in self.actual.applied.items()}
        wanted = {resource.title: resource.digest for resource in self.desired.resources.values()}
        moved = {key: [applied.get(key), wanted.get(key)] for key in applied.keys() | wanted.keys()}
        return digest([self.organization, {key: pair for key, pair in moved.items() if pair[0] != pair[1]}])

    def count(self, kind: type[Change]) -> int:
        """How many changes are of one sort."""
        return sum(isinstance(change, kind) for change in self.changes)

    @property
    def unchanged(self) -> int:
        """Objects that are as they should be."""
        touched = {resource_of(change).key for change in self.changes}
        return sum(key not in touched for key in self.desired.resources)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An organisation whose specs, or rows, could not be read whole. Nothing of it is touched."""

    organization: str
    reasons: tuple[str, ...] = field(default_factory=tuple)


def make_plan(desired: Desired, actual: Actual) -> Plan:
    """The plan that makes `actual` equal to `desired`; empty where they are."""
    return Plan(desired, actual, diff(desired, actual))


def data(plan: Plan) -> dict[str, Any]:
    """The stable JSON form of a plan."""
    return {
        "organization": plan.organization,
        "revision": plan.desired.revision,
        "base": {"version": plan.actual.version, "revision": plan.actual.revision},
        "digest": plan.digest,
        "intent": plan.intent,
        "summary": {
            "create": plan.count(Create),
            "update": plan.count(Update),
            "retarget": plan.count(Retarget),
            "delete": plan.count(Delete),
            "unchanged": plan.unchanged,
        },
        "changes": [_change_data(change) for change in plan.changes],
    }


def _digests(change: Change) -> list[str]:
    before = change.before if not isinstance(change, Create) else None
    after = change.after if not isinstance(change, Delete) else None
    return [resource_of(change).title, before.digest if before else "", after.digest if after else ""]


def _change_data(change: Change) -> dict[str, Any]:
    resource: Resource = resource_of(change)
    found: dict[str, Any] = {
        "action": type(change).__name__.lower(),
        "kind": resource.kind,
        "name": resource.name,
        "origin": resource.origin(),
        "drift": change.drift,
    }
    match change:
        case Create(after):
            found["after"] = after.body
        case Delete(before):
            found["before"] = before.body
        case Update() | Retarget():
            found["differences"] = [
                {"path": each.path, "before": each.before, "after": each.after, "origin": resource.origin(each.path)}
                for each in change.differences
            ]
            if change.before.name != change.after.name:
                found["renamed_from"] = change.before.name
    return found
