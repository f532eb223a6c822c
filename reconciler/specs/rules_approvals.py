"""What an ApprovalPolicy gets wrong: fields that no kind has, a second policy, and rules that nobody can satisfy."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import KINDS, Document
from reconciler.specs.models.approval_policy import ApprovalPolicy, ApprovalRule
from reconciler.specs.models.organization import Person
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path
from reconciler.specs.parse import known_keys
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, quoted

PINNED = "definitions"
"""The part of an applied Integration that no file holds: what its shared documents were (design.md 4.9)."""


def check_policies(catalog: Catalog) -> None:
    """Add to the catalogue what is wrong with its rules about approvals."""
    policies = list(catalog.of(ApprovalPolicy).values())
    for policy in policies:
        catalog.diagnostics += _fields(policy, policy.spec.rules, "rules")
    for second in policies[1:]:
        message = say("there is an ApprovalPolicy already, '{name}'", name=policies[0].name)
        hint = say(
            "give this one the same name, and write metadata: {{name: {name}, annotations: ...}}", name=policies[0].name
        )
        catalog.diagnostics.append(second.diagnostic("approval-policy-twice", (), message, _replacing(hint)))


def check_approvers(specs: Specs) -> None:
    """Add to every organisation the rules about approvals that nobody of it can satisfy."""
    policies = list(specs.catalog.of(ApprovalPolicy).values())
    for organization in specs.organizations.values():
        own = organization.organization
        if own is not None:
            organization.diagnostics += _fields(own, own.spec.approvals or (), "approvals")
        for policy in policies[:1]:
            organization.diagnostics += _satisfiable(organization, policy.spec)


def _replacing(hint: str) -> str:
    return hint.replace("...", "{overrides: builtin}")


def _fields(document: Document[Any], rules: Sequence[ApprovalRule], key: str) -> Iterator[Diagnostic]:
    for position, rule in enumerate(rules):
        for index, field in enumerate(rule.fields):
            found = _unknown_step(rule, field)
            if found is not None:
                step, known = found
                message = say("{kind} has no field {field}", kind=rule.kind, field=quoted(field))
                path: Path = (key, position, "fields", index)
                yield document.diagnostic("approval-field", path, message, choice(step, known))


@cache
def _known(model: type[Model], path: Path) -> list[str]:
    return known_keys(model, path)


def _unknown_step(rule: ApprovalRule, field: str) -> tuple[str, list[str]] | None:
    """The first step of a field's path that the kind does not have, and those that it has there."""
    model, path = KINDS[rule.kind].model, list[str | int]()
    for step in field.split("."):
        known = _known(model, tuple(path))
        if not known:
            path.append(0)  # places in a list are not counted
            known = _known(model, tuple(path))
        if not path and rule.kind == "Integration":
            known = [*known, PINNED]
        if not known or step in ("*", PINNED):
            return None
        if step not in known:
            return step, known
        path.append(step)
    return None


def _satisfiable(specs: OrganizationSpecs, policy: ApprovalPolicy) -> Iterator[Diagnostic]:
    """Rules that ask for more people than an organisation has. One that names nobody leaves approvals to others."""
    organization = specs.organization
    if organization is None or not organization.spec.people:
        return
    rules = [*policy.rules, *(organization.spec.approvals or ())]
    short = [said for rule in rules if (said := _shortage(rule, organization.spec.people))]
    if short:
        message = say("too few people for the approval rules {names}", names=", ".join(short))
        hint = "give somebody such a role; until then nobody can approve what these rules are about"
        yield organization.diagnostic("approvers-missing", ("people",), message, hint, "warning")


def _shortage(rule: ApprovalRule, people: Sequence[Person]) -> str:
    """`how-money-is-posted (role accountant: needs 2, has 1)`, or nothing where there are enough."""
    able = {person.account for person in people if set(person.roles) & set(rule.roles)}
    wanted = max(rule.approvals, 1)
    if "platform" in rule.roles or len(able) >= wanted:
        return ""
    return say(
        "{name} (role {names}: needs {wanted}, has {count})",
        name=rule.name,
        names=" or ".join(rule.roles),
        wanted=wanted,
        count=len(able),
    )
