"""What an ApprovalPolicy gets wrong by itself: fields that no kind has, and a second policy."""

from collections.abc import Iterator, Mapping
from functools import cache

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import KINDS, Document
from reconciler.specs.models.approval_policy import ApprovalPolicy, ApprovalRule
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path
from reconciler.specs.parse import known_keys
from reconciler.specs.wording import choice, quoted

PINNED = "definitions"
"""The part of an applied Integration that no file holds: what its shared documents were (design.md 4.9)."""


def policy_findings(policies: Mapping[str, Document[ApprovalPolicy]]) -> Iterator[Diagnostic]:
    """What is wrong with the policies of a catalogue, by name; the first one rules."""
    for policy in policies.values():
        yield from _fields(policy)
    first, *others = policies or [""]
    for name in others:
        message = f"there is an ApprovalPolicy already, '{first}'"
        hint = (
            f"give this one the same name, and write metadata: {{name: {first}, annotations: {{overrides: builtin}}}}"
        )
        yield policies[name].diagnostic("approval-policy-twice", (), message, hint)


def _fields(policy: Document[ApprovalPolicy]) -> Iterator[Diagnostic]:
    for position, rule in enumerate(policy.spec.rules):
        for index, field in enumerate(rule.fields):
            found = _unknown_step(rule, field)
            if found is not None:
                step, known = found
                message = f"{rule.kind} has no field {quoted(field)}"
                path: Path = ("rules", position, "fields", index)
                yield policy.diagnostic("approval-field", path, message, choice(step, known))


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
