"""Who has to say yes to a plan: the rules of the ApprovalPolicy that fit its changes. Read by `plan`; pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.plans.change import Change, Create, Delete, resource_of
from reconciler.plans.plan import Plan
from reconciler.specs.models.approval_policy import Action, ApprovalPolicy, ApprovalRule, Voices

DEFAULT = "default"
_PLACE = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class Needed:
    """One rule that a plan has to satisfy, and the objects that it is about."""

    rule: str
    roles: tuple[str, ...]
    approvals: int
    objects: tuple[str, ...]
    reason: str = ""

    @property
    def text(self) -> str:
        """`2 of admin, accountant: Integration/accounts (where-documents-go)`; `0 or 1` where an author may do."""
        return f"{self.approvals or '0 or 1'} of {', '.join(self.roles)}: {', '.join(self.objects)} ({self.rule})"


def needed(plan: Plan, policy: ApprovalPolicy) -> list[Needed]:
    """What a plan needs, in the order of the policy, what no rule fits last. Repairing drift needs nobody's yes."""
    return needed_for(plan.changes, policy)


def needed_for(changes: Iterable[Change], policy: ApprovalPolicy) -> list[Needed]:
    """The same, of changes."""
    objects: dict[str, list[str]] = {}
    for change in changes:
        if not change.drift and (title := resource_of(change).title):
            for name in [rule.name for rule in policy.rules if fits(rule, change)] or [DEFAULT]:
                objects.setdefault(name, []).append(title)
    voices: list[tuple[str, Voices, str]] = [(rule.name, rule, rule.reason) for rule in policy.rules]
    return [
        Needed(name, tuple(each.roles), each.approvals, tuple(objects[name]), reason)
        for name, each, reason in (*voices, (DEFAULT, policy.default, ""))
        if name in objects
    ]


def fits(rule: ApprovalRule, change: Change) -> bool:
    """Whether a rule is about a change: its kind, what is done, and for an update a field that differs."""
    if resource_of(change).kind != rule.kind or _action(change) not in rule.actions:
        return False
    if isinstance(change, Create | Delete) or not rule.fields:
        return True
    return any(_covers(pattern, each.path) for pattern in rule.fields for each in change.differences)


def _action(change: Change) -> Action:
    if isinstance(change, Create):
        return "create"
    return "delete" if isinstance(change, Delete) else "update"


def _covers(pattern: str, path: str) -> bool:
    """Whether the field at `path` is the pattern's, lies below it, or holds it (a whole part that came or went)."""
    return all(wanted in ("*", found) for wanted, found in _pairs(pattern, path))


def _pairs(pattern: str, path: str) -> Iterator[tuple[str, str]]:
    return zip(pattern.split("."), _PLACE.sub("", path).split("."), strict=False)
