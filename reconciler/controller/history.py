"""The way of one organisation from the commit applied last to the head, read from a copy of git, one commit at a time.

A commit that touches neither the organisation's folder nor what all share is not read at all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from reconciler.controller.declared import Declared, Rules
from reconciler.engine.approval import Chain
from reconciler.git.mirror import Mirror
from reconciler.plans.compile import desired, local_day
from reconciler.plans.intent import name_in
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Desired
from reconciler.specs.diagnostic import errors

MOST_STEPS = 200
"""Commits that are judged one by one; of a longer way only the whole counts."""


class History:
    """`builtin` is the program's catalogue, `allowed` the hosts that the installation calls."""

    def __init__(
        self, mirror: Mirror, builtin: Mapping[str, bytes], now: Callable[[], datetime], allowed: Collection[str] = ()
    ) -> None:
        self.mirror = mirror
        self._now = now
        self._rules = Rules(builtin, allowed)

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
        declared = self._at(commit, names)
        for name in names:
            found = self._compiled(declared, name)
            if found is not None and organization_id in ("", found.organization_id):
                return found
        return None

    def has(self, commit: str, names: Sequence[str]) -> bool:
        """Whether a commit has a folder of one of these names, whatever is in it."""
        return bool(commit) and not self._at(commit, names).trees.keys().isdisjoint(names)

    def _at(self, commit: str, names: Sequence[str]) -> Declared:
        return Declared(self.mirror.snapshot(commit, _folders(names)), self._rules)

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

    def _compiled(self, declared: Declared, name: str) -> Desired | None:
        """One organisation of a commit; None where it is not there, or not usable whole."""
        if name not in declared.trees or declared.unread(name):
            return None
        specs = declared.specs(name, declared.read(name), {}, self._now())
        found, day = specs.organizations[name], local_day(specs.organizations[name], self._now())
        if errors(specs.catalog.diagnostics) or errors(found.diagnostics) or day is None:
            return None
        return desired(found, specs.catalog, declared.revision, day)


def _folders(names: Sequence[str]) -> list[str]:
    return [*(f"orgs/{name}" for name in names), "specs"]
