"""What a step of git asks for, whatever the database holds: the changes between two commits, and their digest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from reconciler.errors import Blocked
from reconciler.plans.change import Change
from reconciler.plans.plan import Plan, make_plan
from reconciler.plans.resource import Actual, Approved, Desired, Key, digest
from reconciler.specs.models.approval_policy import ApprovalRule
from reconciler.specs.sentences import say

ORGANIZATION = "Organization"
People = Mapping[str, frozenset[str]]
"""Roles by account, the accounts in small letters: a host of git tells no `Kari` from a `kari`."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One step of one organisation, from a base to the commit `revision`.

    `digest` is what approvals bind to: the organisation, and each object's content before and after. `people` are those
    of the base: a commit cannot change who judges it. `new`: the base knows no such organisation. `moved` leads from
    what changes to the digest that it gets, None for what goes. `rules` are the organisation's own, of the base.
    `allows` are the Approval documents that it brings: they let through what a guard would refuse.
    """

    organization: str
    organization_id: str
    revision: str
    digest: str
    changes: tuple[Change, ...]
    people: People
    new: bool
    moved: Mapping[Key, str | None]
    rules: tuple[ApprovalRule, ...] = ()
    allows: tuple[Approved, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing."""
        return not self.moved and not self.allows

    def stands_in(self, head: Desired) -> bool:
        """Whether something of what this step did is still so at `head`."""
        if any(each in head.approvals for each in self.allows):
            return True
        found = ((head.resources.get(key), after) for key, after in self.moved.items())
        return any((each.digest if each else None) == after for each, after in found)


def base_of(said: Desired) -> Actual:
    """A commit as the base of a step: the database as an apply of it would leave it."""
    applied = {key: resource.digest for key, resource in said.resources.items()}
    return Actual(resources=said.resources, applied=applied, revision=said.revision, approvals=said.approvals)


def intent(base: Actual, after: Desired) -> Intent:
    """The step from `base` to `after`. A base may be rows too, where no commit can be read: then whatever differs from
    them counts as meant, drift included.
    """
    rows = {key: resource.digest for key, resource in base.resources.items()}
    plan = make_plan(after, Actual(resources=base.resources, applied=rows))
    wanted = {key: resource.digest for key, resource in after.resources.items()}
    moved = {key: wanted.get(key) for key in rows.keys() | wanted.keys() if rows.get(key) != wanted.get(key)}
    asked, allows = Plan(after, base, ()).intent, tuple(each for each in after.approvals if each not in base.approvals)
    return Intent(
        organization=after.organization,
        organization_id=after.organization_id,
        revision=after.revision,
        digest=digest([asked, sorted(each.title for each in allows)]) if allows else asked,
        changes=plan.changes,
        people=_people(base),
        new=not any(kind == ORGANIZATION for kind, _ in base.resources),
        moved=moved,
        rules=own_rules(base),
        allows=allows,
    )


def in_force(found: Intent, applied: Actual) -> Intent:
    """The same step, judged by the people and the rules of what is applied, whatever it was made on."""
    new = not any(kind == ORGANIZATION for kind, _ in applied.resources)
    return replace(found, people=_people(applied), new=new, rules=own_rules(applied))


def name_in(base: Actual) -> str:
    """What the organisation is called in a base; empty where the base does not know it."""
    return next((name for kind, name in base.resources if kind == ORGANIZATION), "")


def _people(base: Actual) -> People:
    return {each["account"].casefold(): frozenset(each["roles"]) for each in _said(base, "people")}


def own_rules(base: Actual) -> tuple[ApprovalRule, ...]:
    """The organisation's own rules. Raises Blocked where another version of the program applied them, and this
    one cannot read them.
    """
    try:
        return tuple(ApprovalRule.model_validate(each) for each in _said(base, "approvals"))
    except ValidationError as error:
        message = say(
            "the approval rules of {name_in} were applied by another version of this program", name_in=name_in(base)
        )
        raise Blocked(message, "run that version, or RECONCILER_APPROVALS=off until the rules fit") from error


def _said(base: Actual, key: str) -> list[Any]:
    found = base.resources.get((ORGANIZATION, name_in(base)))
    return list(found.body.get(key) or ()) if found else []
