"""Commits that others followed before we looked: none is applied, and what is wrong with one is still told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.controller.declared import Declared, Rules
from reconciler.errors import Blocked
from reconciler.git.mirror import Mirror
from reconciler.runs.condition import REPOSITORY
from reconciler.specs.diagnostic import errors

MOST = 100
"""Commits of one fetch that are read; of more, the newest."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A commit that could not have been applied to one organisation, and why."""

    revision: str
    organization: str
    findings: tuple[str, ...]


def superseded(mirror: Mirror, rules: Rules, before: str, head: str, now: datetime) -> Iterator[Superseded]:
    """What is wrong with the commits from the head that was seen last up to this one, where they touch it. The first of
    them too: whoever saw it may not have lived to look at every organisation.

    Raises Blocked where the copy cannot say which they are.
    """
    follows = mirror.is_ancestor(before, head)
    commits = [*([before] if follows else []), *mirror.commits(before if follows else "", head, MOST)[:-1]]
    for revision in commits:
        parent = mirror.parent(revision)
        try:
            now_there = Declared(mirror.snapshot(revision), rules)
            was_there = Declared(mirror.snapshot(parent), rules).trees if parent else {}
            yield from _wrong(now_there, was_there, now)
        except Blocked as error:
            yield Superseded(revision, REPOSITORY, (error.message,))


def _wrong(declared: Declared, before: Mapping[str, str], now: datetime) -> Iterator[Superseded]:
    for name in sorted(each for each, tree in declared.trees.items() if before.get(each) != tree):
        specs = declared.specs(name, declared.read(name), {}, now)
        found = [*errors(specs.catalog.diagnostics), *errors(specs.organizations[name].diagnostics)]
        if findings := (*declared.unread(name), *(str(each) for each in found)):
            yield Superseded(declared.revision, name, findings)
