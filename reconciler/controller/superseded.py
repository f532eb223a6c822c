"""Commits that others followed before we looked: none is applied, and what is wrong with one is still told."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from reconciler.controller.declared import Declared, Rules
from reconciler.errors import Blocked
from reconciler.git.mirror import Mirror
from reconciler.runs.condition import REPOSITORY
from reconciler.specs.diagnostic import errors

MOST, MOST_S = 100, 15.0
"""Commits of one fetch that are read, and seconds that it may take, for nothing is applied meanwhile. Of more, the
newest.
"""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A commit that could not have been applied to one organisation, and why."""

    revision: str
    organization: str
    findings: tuple[str, ...]


def superseded(
    mirror: Mirror, rules: Rules, between: tuple[str, str], seen: Collection[str], now: datetime
) -> Iterator[Superseded]:
    """What is wrong with the commits from the head that was seen last up to this one, where they touch it. The first of
    them too, but for the organisations that were `seen` then: whoever saw it may not have lived to look at all.

    Raises Blocked where the copy cannot say which they are.
    """
    before, head = between
    # After a rewritten history: what came since both parted. What was there before is nobody's news.
    parted = mirror.fork(before, head) if before and mirror.holds(before) else ""
    commits = mirror.commits(parted, head, MOST)[:-1] if parted else []
    # Where nothing was rewritten, the one seen last too: whoever saw it may not have lived to look at everything.
    commits = [before, *commits] if parted == before and before else commits
    until = time.monotonic() + MOST_S
    found: list[list[Superseded]] = []
    later: Declared | None = None
    for revision in reversed(commits):
        if time.monotonic() > until:
            break
        try:
            there = later or Declared(mirror.snapshot(revision), rules)
            parent = mirror.parent(revision)
            later = Declared(mirror.snapshot(parent), rules) if parent else None
            found.append([*_wrong(there, later, seen if revision == before else (), now)])
        except Blocked as error:
            later = None
            found.append([Superseded(revision, REPOSITORY, (error.message,))])
    for each in reversed(found):
        yield from each


def _wrong(declared: Declared, parent: Declared | None, seen: Collection[str], now: datetime) -> Iterator[Superseded]:
    before = parent.trees if parent else {}
    if (parent is None or parent.shared != declared.shared) and (flaws := declared.flaws()):
        yield Superseded(declared.revision, REPOSITORY, tuple(flaws))
    touched = {each for each, tree in declared.trees.items() if before.get(each) != tree}
    for name in sorted(touched.difference(seen)):
        specs = declared.specs(name, declared.read(name), {}, now)
        found = [*errors(specs.catalog.diagnostics), *errors(specs.organizations[name].diagnostics)]
        if findings := (*declared.unread(name), *(str(each) for each in found)):
            yield Superseded(declared.revision, name, findings)
