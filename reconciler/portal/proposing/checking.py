"""A draft's specs: the files of its base with its own over them, read and checked as a commit's are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.plans.compile import check_organizations
from reconciler.portal.proposing.copy import Copy
from reconciler.runs.draft import Draft
from reconciler.specs.collection import OrganizationSpecs, Specs, read_organization
from reconciler.specs.diagnostic import Diagnostic, errors
from reconciler.specs.paths import organization_of


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draft says. `files` are whole texts by path, those that nobody touched included."""

    organization: str
    files: Mapping[str, bytes]
    specs: Specs

    @property
    def own(self) -> OrganizationSpecs:
        return self.specs.organizations[self.organization]

    @property
    def findings(self) -> list[Diagnostic]:
        """Errors and warnings of the organisation's own files, in their order."""
        return sorted(self.own.diagnostics, key=lambda each: each.origin)

    @property
    def wrong(self) -> list[Diagnostic]:
        """What keeps it from being proposed."""
        return [*errors(self.specs.catalog.diagnostics), *errors(self.own.diagnostics)]


def checked(copy: Copy, organization: str, draft: Draft, now: datetime) -> Checked:
    """Read and check. Raises Blocked where git cannot be read."""
    found = dict(copy.files(organization, draft.base))
    for path, text in draft.files.items():
        if text is None:
            found.pop(path, None)
        else:
            found[path] = text.encode()
    shared = {path: each for path, each in found.items() if organization_of(path) is None}
    own = {path: each for path, each in found.items() if organization_of(path) == organization}
    specs = Specs(copy.catalog(shared), {organization: read_organization(organization, own)}, {})
    check_organizations(specs, now, copy.rules().allowed)
    return Checked(organization, own, specs)
