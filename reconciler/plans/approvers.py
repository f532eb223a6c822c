"""Who has to say yes to a plan: every field that changes is covered by rules, or else by the policy's default. Pure.

The rules of the platform judge, and beside them those of the organisation itself: its own add to the platform's, and
stand only where no rule of the platform is, in place of the default.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from reconciler.plans.change import Change, Create, Delete, resource_of
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Approved, canonical
from reconciler.specs.models.approval_policy import Action, ApprovalPolicy, ApprovalRule, Voices

DEFAULT = "default"
OWN = "own/"
"""Before the names of the organisation's own rules."""
APPROVAL = "Approval"
"""The kind that lets through what a guard would refuse; it is part of no resource."""
_NOT_THERE = object()
Field = tuple[str, ...]
"""The keys that lead to a value; places in lists are not counted."""


@dataclass(frozen=True, slots=True)
class Needed:
    """One rule that a plan has to satisfy, and the objects that it is about.

    `automatic`: what nothing else is about is merged by itself. `restrictive`: see `ApprovalRule`.
    """

    rule: str
    roles: tuple[str, ...]
    approvals: int
    objects: tuple[str, ...]
    reason: str = ""
    automatic: bool = False
    restrictive: bool = False

    @property
    def text(self) -> str:
        """`2 of admin, accountant: Integration/accounts (where-documents-go)`; `0 or 1` where an author may do."""
        return f"{self.approvals or '0 or 1'} of {', '.join(self.roles)}: {', '.join(self.objects)} ({self.rule})"


@dataclass(frozen=True, slots=True)
class Covered:
    """A field that changes, and the rules that are about it. `field` is empty where an object comes, goes or is renamed
    as a whole.
    """

    object: str
    field: str
    rules: tuple[str, ...]


def needed(plan: Plan, policy: ApprovalPolicy, own: Sequence[ApprovalRule] = ()) -> list[Needed]:
    """What a plan needs, in the order of the rules, what no rule covers last. Repairing drift needs nobody's yes."""
    return needed_for(plan.changes, policy, own)


def needed_for(
    changes: Iterable[Change],
    policy: ApprovalPolicy,
    own: Sequence[ApprovalRule] = (),
    allows: Sequence[Approved] = (),
) -> list[Needed]:
    """The same, of changes and of the Approval documents that come with them."""
    objects: dict[str, dict[str, None]] = {}
    for each in covered(changes, policy, own, allows):
        for name in each.rules:
            objects.setdefault(name, {})[each.object] = None
    return [_needed(name, each, tuple(objects[name])) for name, each in _voices(policy, own) if name in objects]


def covered(
    changes: Iterable[Change],
    policy: ApprovalPolicy,
    own: Sequence[ApprovalRule] = (),
    allows: Sequence[Approved] = (),
) -> Iterator[Covered]:
    """Every field that changes, with the rules about it; and every Approval document that comes."""
    rules = [(name, each) for name, each in _voices(policy, own) if isinstance(each, ApprovalRule)]
    for change in changes:
        if not change.drift:
            for field in _fields(change):
                found = [(name, rule) for name, rule in rules if fits(rule, change, field)]
                names = [name for name, _ in found]
                alone = not any(_covers(rule, change, field) for _, rule in found)
                title = resource_of(change).title
                yield Covered(title, ".".join(field), tuple([*names, DEFAULT] if alone else names))
    for each in allows:
        names = [rule.name for rule in policy.rules if rule.kind == APPROVAL and "create" in rule.actions]
        yield Covered(each.title, "", tuple(names or [DEFAULT]))


def fits(rule: ApprovalRule, change: Change, field: Field) -> bool:
    """Whether a rule is about a field of a change: it lies below one of the rule's, or holds it."""
    if resource_of(change).kind != rule.kind or _action(change) not in rule.actions:
        return False
    if isinstance(change, Create | Delete) or not rule.fields:
        return True
    return bool(field) and any(_match(pattern, field) for pattern in rule.fields)


def fragments(before: Any, after: Any, at: Field = ()) -> Iterator[Field]:
    """The fields that differ between two bodies, as far down as both have the same shape, or one is not there."""
    there = [each for each in (before, after) if each is not _NOT_THERE]
    if any(there) and all(isinstance(each, dict) for each in there):
        old, new = ({} if each is _NOT_THERE else each for each in (before, after))
        for key in sorted(old.keys() | new.keys()):
            yield from fragments(old.get(key, _NOT_THERE), new.get(key, _NOT_THERE), (*at, key))
    elif any(there) and all(isinstance(each, list) for each in there):
        pair = [() if each is _NOT_THERE else each for each in (before, after)]
        for old, new in zip_longest(pair[0], pair[1], fillvalue=_NOT_THERE):
            yield from fragments(old, new, at)
    elif len(there) < 2 or canonical(before) != canonical(after):
        yield at


def _voices(policy: ApprovalPolicy, own: Sequence[ApprovalRule]) -> list[tuple[str, Voices]]:
    """All that can be asked for, by the name that it is told by."""
    rules: list[tuple[str, Voices]] = [(each.name, each) for each in policy.rules]
    return [*rules, *((f"{OWN}{each.name}", each) for each in own), (DEFAULT, policy.default)]


def _needed(name: str, voices: Voices, objects: tuple[str, ...]) -> Needed:
    rule = voices if isinstance(voices, ApprovalRule) else None
    automatic, restrictive = voices.merge == "automatic", bool(rule and rule.restrictive)
    reason = rule.reason if rule else ""
    return Needed(name, tuple(voices.roles), voices.approvals, objects, reason, automatic, restrictive)


def _fields(change: Change) -> list[Field]:
    """Each once; the empty one for an object as a whole."""
    if isinstance(change, Create | Delete):
        return [()]
    renamed: list[Field] = [()] if change.before.name != change.after.name else []
    return list(dict.fromkeys([*renamed, *fragments(dict(change.before.body), dict(change.after.body))])) or [()]


def _covers(rule: ApprovalRule, change: Change, field: Field) -> bool:
    """Whether a rule that fits leaves nothing of the field to others. What comes or goes whole is not let through by
    somebody who may change a part of it alone.
    """
    if not rule.fields:
        return True
    if isinstance(change, Create | Delete):
        return rule.approvals > 0
    return any(len(pattern.split(".")) <= len(field) and _match(pattern, field) for pattern in rule.fields)


def _match(pattern: str, field: Field) -> bool:
    return all(wanted in ("*", found) for wanted, found in zip(pattern.split("."), field, strict=False))


def _action(change: Change) -> Action:
    if isinstance(change, Create):
        return "create"
    return "delete" if isinstance(change, Delete) else "update"
