"""The way of one organisation from the commit applied last to the head, read from a copy of git, one commit at a time.

A commit that touches neither the organisation's folder nor what all share is not read at all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.engine.approval import Chain
from reconciler.git.mirror import Mirror
from reconciler.git.snapshot import Snapshot
from reconciler.plans.compile import check_catalog, check_organizations, desired, local_day
from reconciler.plans.intent import name_in
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Desired
from reconciler.specs.collection import Catalog, Specs, read_catalog, read_organization
from reconciler.specs.diagnostic import errors
from reconciler.specs.paths import organization_of

MOST_STEPS = 200
"""Commits that are judged one by one; of a longer way only the whole counts."""
MOST_CATALOGS = 8


@dataclass(frozen=True, slots=True)
class History:
    """`builtin` is the program's catalogue, `allowed` the hosts that the installation calls."""

    mirror: Mirror
    builtin: Mapping[str, bytes]
    now: Callable[[], datetime]
    allowed: Collection[str] = ()
    _shared: dict[str, Catalog] = field(default_factory=dict)

    def chain(self, plan: Plan) -> Chain:
        """From the commit that the rows name to the plan's. Raises Blocked where git cannot be read."""
        earlier, head = plan.actual.revision, plan.desired.revision
        names = tuple(dict.fromkeys([plan.organization, name_in(plan.actual) or plan.organization]))
        known = self.mirror.holds(earlier)
        before = self.said(earlier, names, plan.desired.organization_id) if known else None
        followed = self.mirror.holds(head)  # a working tree is no commit, and has no way
        if not followed or (earlier and not (known and self.mirror.is_ancestor(earlier, head))):
            return Chain(before)
        touching = self.mirror.touching(earlier, head, _folders(names), MOST_STEPS + 1)
        if len(touching) > MOST_STEPS:
            return Chain(before)
        return Chain(before, self._read(touching, names, plan.desired))

    def said(self, commit: str, names: Sequence[str], organization_id: str = "") -> Desired | None:
        """What a commit says of the organisation with this id (any where it is empty), under the first of its names;
        None where it says nothing that could be applied.
        """
        snapshot = self.mirror.snapshot(commit, _folders(names))
        for name in names:
            found = self._compiled(snapshot, name)
            if found is not None and organization_id in ("", found.organization_id):
                return found
        return None

    def has(self, commit: str, names: Sequence[str]) -> bool:
        """Whether a commit has a folder of one of these names, whatever is in it."""
        found = self.mirror.snapshot(commit, _folders(names)).folders if commit else {}
        return any(f"orgs/{name}" in found for name in names)

    def _read(self, commits: Sequence[str], names: Sequence[str], head: Desired) -> Iterator[Desired]:
        """Those that can be read. The last is the head's own: what does not touch the organisation says the same."""
        for commit in commits[:-1]:
            found = self.said(commit, names, head.organization_id)
            if found is not None:
                yield found
        if commits:
            yield Desired(
                head.organization, head.organization_id, commits[-1], head.resources, head.definitions, head.approvals
            )

    def _compiled(self, snapshot: Snapshot, name: str) -> Desired | None:
        """One organisation of a commit; None where it is not there, or not usable whole."""
        stamps = [path for path in snapshot.stamps() if organization_of(path) == name]
        if not stamps or any(organization_of(path) in (name, None) for path in snapshot.refused):
            return None
        catalog = self._catalog(snapshot)
        specs = Specs(catalog, {name: read_organization(name, snapshot.read(stamps))})
        check_organizations(specs, self.now(), self.allowed)
        found, day = specs.organizations[name], local_day(specs.organizations[name], self.now())
        if errors(catalog.diagnostics) or errors(found.diagnostics) or day is None:
            return None
        return desired(found, catalog, snapshot.revision, day)

    def _catalog(self, snapshot: Snapshot) -> Catalog:
        """What all share at a commit. The last few are kept: one organisation after the other goes the same way."""
        tree = snapshot.folders.get("specs", "")
        if tree not in self._shared:
            shared = [path for path in snapshot.stamps() if organization_of(path) is None]
            found = read_catalog(snapshot.read(shared), self.builtin)
            check_catalog(found)
            while len(self._shared) >= MOST_CATALOGS:
                self._shared.pop(next(iter(self._shared)))
            self._shared[tree] = found
        return self._shared[tree]


def _folders(names: Sequence[str]) -> list[str]:
    return [*(f"orgs/{name}" for name in names), "specs"]
