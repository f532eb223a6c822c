"""Other organisations that the visitor is somebody in: what stands there may be begun from."""

from collections.abc import Iterator

from reconciler.portal.proposing.copy import Copy
from reconciler.portal.rights import rights_of
from reconciler.portal.visiting import Visit
from reconciler.specs.collection import OrganizationSpecs, read_organization
from reconciler.specs.paths import organization_of
from reconciler.specs.yaml import Tree, read


def neighbours(visit: Visit) -> Iterator[tuple[str, str]]:
    """Their names, with their titles."""
    if visit.person is None:
        return  # a token belongs to one organisation
    for each in visit.person.memberships:
        if each.name != visit.organization.name and "see" in rights_of(each.roles):
            yield each.name, each.title


def specs_of(copy: Copy, organization: str) -> OrganizationSpecs:
    """What one of them says, as it is followed now."""
    return read_organization(organization, _files(copy, organization))


def spec_tree(copy: Copy, specs: OrganizationSpecs, kind: str, name: str) -> Tree:
    """What stands below `spec` of one of their documents."""
    file = specs.documents[kind, name].origins.file
    return read(file, _files(copy, specs.name)[file]).tree["spec"]


def _files(copy: Copy, organization: str) -> dict[str, bytes]:
    found = copy.files(organization, copy.head())
    return {path: each for path, each in found.items() if organization_of(path) == organization}
