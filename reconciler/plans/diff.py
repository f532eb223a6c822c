"""Desired minus actual: pure, ordered once, and the same for plan, apply and the report of a pull request."""

from collections.abc import Iterator

from reconciler.plans.change import Change, Create, Delete, Retarget, Update
from reconciler.plans.resource import KINDS, Actual, Desired, Key, Resource
from reconciler.plans.target import identity


def diff(desired: Desired, actual: Actual) -> tuple[Change, ...]:
    """The changes that make the database equal to git: creates and updates in the order of kinds, deletes after."""
    renamed = _renames(desired, actual)
    changes = [*_wanted(desired, actual, renamed), *_unwanted(desired, actual, renamed)]
    return tuple(sorted(changes, key=_order))


def _renames(desired: Desired, actual: Actual) -> dict[Key, Resource]:
    """New key to the old object, for documents that say `renamedFrom` and whose old row is still there."""
    found: dict[Key, Resource] = {}
    for key, resource in sorted(desired.resources.items()):
        old = (resource.kind, resource.renamed_from or "")
        there = old in actual.resources and old not in desired.resources
        taken = any(each.key == old for each in found.values())  # one row has one heir
        if key not in actual.resources and there and not taken:
            found[key] = actual.resources[old]
    return found


def _wanted(desired: Desired, actual: Actual, renamed: dict[Key, Resource]) -> Iterator[Change]:
    for key, resource in desired.resources.items():
        current = actual.resources.get(key) or renamed.get(key)
        if current is None:
            yield Create(resource, drift=key in actual.applied)
        elif current.key != key or current.body != resource.body:
            drift = current.digest != actual.applied.get(current.key, current.digest)
            moved = resource.kind == "Integration" and identity(current.body) != identity(resource.body)
            yield Retarget(current, resource, drift) if moved else Update(current, resource, drift)


def _unwanted(desired: Desired, actual: Actual, renamed: dict[Key, Resource]) -> Iterator[Change]:
    kept = {resource.key for resource in renamed.values()}
    for key, resource in actual.resources.items():
        if key not in desired.resources and key not in kept:
            yield Delete(resource, drift=key not in actual.applied)


def _order(change: Change) -> tuple[int, int, str]:
    if isinstance(change, Delete):
        return 1, -KINDS.index(change.before.kind), change.before.name
    return 0, KINDS.index(change.after.kind), change.after.name
