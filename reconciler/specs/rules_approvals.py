"""Whether an organisation has the people whom the ApprovalPolicy asks for."""

from collections.abc import Iterator, Sequence

from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.models.approval_policy import ApprovalPolicy, ApprovalRule
from reconciler.specs.models.organization import Person


def approver_findings(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    """Rules that ask for more people than an organisation has. One that names nobody leaves approvals to others."""
    organization = specs.organization
    if organization is None or not organization.spec.people:
        return
    policies = [policy.spec for policy in catalog.of(ApprovalPolicy).values()][:1]
    rules = [rule for policy in policies for rule in policy.rules]
    if short := [said for rule in rules if (said := _shortage(rule, organization.spec.people))]:
        message = f"too few people for the approval rules {', '.join(short)}"
        hint = "give somebody such a role; until then nobody can approve what these rules are about"
        yield organization.diagnostic("approvers-missing", ("people",), message, hint, "warning")


def _shortage(rule: ApprovalRule, people: Sequence[Person]) -> str:
    """`how-money-is-posted (needs 1 accountant, has 0)`, or nothing where there are enough."""
    able = {person.account for person in people if set(person.roles) & set(rule.roles)}
    if "platform" in rule.roles or len(able) >= rule.approvals:
        return ""
    return f"{rule.name} (needs {rule.approvals} {' or '.join(rule.roles)}, has {len(able)})"
