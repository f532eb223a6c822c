"""Whose yes a step needs, by the rules of the base: a proposal never judges itself."""

from dataclasses import dataclass

from reconciler.plans.approval import Asked, asked, asked_for_rules
from reconciler.plans.intent import Intent, in_force
from reconciler.plans.resource import Actual
from reconciler.plans.review.report import Need
from reconciler.specs.models.approval_policy import ApprovalPolicy


@dataclass(frozen=True, slots=True)
class Judges:
    """Who decides: the rules, and the organisation's own people and rules where the base is now, if it has moved."""

    rules: ApprovalPolicy
    current: Actual | None = None


def needs(found: Intent, judges: Judges) -> tuple[Need, ...]:
    """For the changes of one organisation. Of a new one the platform alone decides."""
    judged = found if judges.current is None else in_force(found, judges.current)
    return _needs(asked(judged, judges.rules))


def needs_of_rules(rules: ApprovalPolicy, name: str) -> tuple[Need, ...]:
    """For new rules."""
    return _needs(asked_for_rules(rules, name))


def _needs(found: Asked) -> tuple[Need, ...]:
    return tuple(
        Need(each.rule, each.approvals, each.roles, each.objects, tuple(found.able(each)), each.reason)
        for each in found.needs
    )
