"""What can only be known from several files at once, and from the installation: targets, addresses, people, load."""

from datetime import datetime

from reconciler.plans.load import load_findings
from reconciler.specs.collection import Specs
from reconciler.specs.rules_addresses import address_findings
from reconciler.specs.rules_approvals import approver_findings
from reconciler.specs.rules_targets import target_findings


def check_across(specs: Specs, now: datetime, allowed: tuple[str, ...] = ()) -> None:
    """Add to every organisation what its files get wrong together. `allowed` are the hosts that the installation calls,
    every host where none is named."""
    for organization in specs.organizations.values():
        organization.diagnostics += target_findings(organization, specs.catalog)
        organization.diagnostics += address_findings(organization, specs.catalog, allowed)
        organization.diagnostics += approver_findings(organization, specs.catalog)
        organization.diagnostics += load_findings(organization, specs.catalog, now)
