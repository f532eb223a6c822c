"""What one commit declares, organisation by organisation: only what is asked for is read, and nothing is held long."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from reconciler.git.snapshot import Snapshot
from reconciler.plans.compile import check_catalog, check_organizations
from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs, read_catalog, read_organization
from reconciler.specs.diagnostic import errors
from reconciler.specs.paths import organization_of

SHARED = "specs"
LARGEST = 10_000_000
"""Bytes of one organisation's specs, which is a thousand times the worked example's. Reading takes a second for each
million, and whoever reads for longer loses its lease, or is taken for hanging: then nobody's specs would be applied.
"""
MOST_CATALOGS = 8
NOTHING = ""
"""The id of a tree that is not there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What specs are held against beside themselves. `program` is a digest of everything that is built in."""

    builtin: Mapping[str, bytes]
    allowed: Collection[str]
    program: str = ""
    _catalogs: dict[frozenset[tuple[str, str]], Catalog] = field(default_factory=dict, compare=False, repr=False)

    def catalog(self, shared: Mapping[str, str], read: Callable[[], Mapping[str, bytes]]) -> Catalog:
        """What all share, checked; `shared` leads from the paths of it to the ids of their contents. The last few are
        kept: most commits change nothing of it.
        """
        key = frozenset(shared.items())
        if (found := self._catalogs.get(key)) is None:
            found = read_catalog(read(), self.builtin)
            check_catalog(found)
            if len(self._catalogs) >= MOST_CATALOGS:
                self._catalogs.clear()  # at once: another thread may be looking
            self._catalogs[key] = found
        return found


def rules_of(builtin: Mapping[str, bytes], version: str, allowed: Collection[str], installation: str) -> Rules:
    """The rules of one installation of one version."""
    found = hashlib.sha256()
    for part in (version, installation, *sorted(allowed), *sorted(builtin)):
        found.update(f"{part}\0".encode() + builtin.get(part, b"") + b"\0")
    return Rules(builtin, allowed, found.hexdigest())


class Declared:
    """A commit of the config repository. Raises Blocked, from every method, where it cannot be read whole."""

    def __init__(self, snapshot: Snapshot, rules: Rules) -> None:
        self.revision = snapshot.revision
        self._snapshot = snapshot
        self._rules = rules

    @cached_property
    def trees(self) -> Mapping[str, str]:
        """By organisation: the id of its folder's tree. A name that nobody could write down is shown as it can be; what
        stands there is refused.
        """
        found = self._snapshot.folders.items()
        return {_shown(path.removeprefix("orgs/")): each for path, each in found if path != SHARED}

    @cached_property
    def shared(self) -> str:
        """The id of the tree that all share."""
        return self._snapshot.folders.get(SHARED, NOTHING)

    def fingerprint(self, organization: str, *circumstances: str) -> str:
        """The tree of its folder, and a digest of everything else that an attempt rests on."""
        rest = "\0".join((self.shared, self._rules.program, *self._strays, *circumstances))
        return f"{self.trees.get(organization, NOTHING)}:{hashlib.sha256(rest.encode()).hexdigest()}"

    def unread(self, organization: str) -> tuple[str, ...]:
        """What of its files, or of those that all share, could not be taken for a spec, and why."""
        found = [f"{path}: {why}" for path, why in self._refused.get(organization, {}).items()]
        if self._is_large(organization):
            found.append(f"orgs/{organization}: its specs have more than {LARGEST} bytes together")
        return (*found, *self._strays)

    def read(self, organization: str) -> OrganizationSpecs:
        """Its documents, unchecked; none where they are too much."""
        paths = () if self._is_large(organization) else self._paths.get(organization, ())
        return read_organization(organization, self._snapshot.read(paths))

    def _is_large(self, organization: str) -> bool:
        return self._snapshot.size(self._paths.get(organization, ())) > LARGEST

    def specs(
        self, organization: str, documents: OrganizationSpecs, claimed: Mapping[str, list[str]], now: datetime
    ) -> Specs:
        """Its documents beside what all share, checked. `claimed` says which others claim an id in the app."""
        specs = Specs(self._catalog, {organization: documents}, claimed)
        check_organizations(specs, now, self._rules.allowed)
        return specs

    def flaws(self) -> list[str]:
        """What is wrong with what all share, so that nobody's specs can be used."""
        return [*self._strays, *(str(each) for each in errors(self._catalog.diagnostics))]

    @property
    def _strays(self) -> tuple[str, ...]:
        """What cannot be read and belongs to all, or to nobody."""
        return tuple(f"{path}: {why}" for path, why in self._refused.get("", {}).items())

    @cached_property
    def _refused(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for path, why in self._snapshot.refused.items():
            found[_shown(organization_of(path) or "")][_shown(path)] = why
        return found

    @cached_property
    def _paths(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self._snapshot.stamps():
            found[organization_of(path) or ""].append(path)
        return found

    @cached_property
    def _catalog(self) -> Catalog:
        stamps, paths = self._snapshot.stamps(), self._paths.get("", ())
        return self._rules.catalog({each: stamps[each] for each in paths}, lambda: self._snapshot.read(paths))


def _shown(path: str) -> str:
    """A path of a stranger, in signs that can be shown."""
    return "".join(each if each.isprintable() else "?" for each in path)[:200]
