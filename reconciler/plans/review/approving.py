"""Whose yes a step needs, by the rules of the base: a proposal never judges itself."""

from reconciler.plans.approval import Asked, asked, asked_for_rules
from reconciler.plans.intent import Intent
from reconciler.plans.review.report import Need
from reconciler.specs.models.approval_policy import ApprovalPolicy


def needs(found: Intent, rules: ApprovalPolicy) -> tuple[Need, ...]:
    """For the changes of one organisation. Of a new one the platform alone decides."""
    return _needs(asked(found, rules))


def needs_of_rules(rules: ApprovalPolicy, name: str) -> tuple[Need, ...]:
    """For new rules."""
    return _needs(asked_for_rules(rules, name))


def _needs(found: Asked) -> tuple[Need, ...]:
    return tuple(
        Need(each.rule, each.approvals, each.roles, each.objects, tuple(found.able(each)), each.reason)
        for each in found.needs
    )
