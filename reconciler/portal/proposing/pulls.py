"""Open proposals as git shows them, also those that were not begun here: asked once in a while for all who look."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.controller.proposed import Proposed
from reconciler.errors import Blocked
from reconciler.git.local_proposals import LocalProposals
from reconciler.git.plumbing import Plumbing
from reconciler.portal.cache import Cache
from reconciler.portal.proposing.copy import Copy
from reconciler.runs.draft import Proposed as Became
from reconciler.runs.host import Later, Refused
from reconciler.runs.pull_requests import OpenPullRequest, PullRequests
from reconciler.specs.sentences import say
from reconciler.wiring import host

HERE, AT_HOST = timedelta(seconds=1), timedelta(seconds=10)
"""So long a list is taken for what is there: in a folder of this machine, and at a host, which counts questions."""
MOST = 50
"""Open proposals that are looked at; each that was not seen before is fetched and read."""
KEPT = 300
"""Commits of proposals that are known to have been fetched."""
KEEP = "refs/proposals/"


@dataclass(frozen=True, slots=True)
class Listed:
    """What is open. `problem` says, in English, why it is as it was some time ago, or why nothing is known."""

    pulls: tuple[OpenPullRequest, ...] = ()
    problem: str = ""
    more: int = 0
    known: bool = False

    @property
    def whole(self) -> bool:
        """Whether what is not among them is not open."""
        return self.known and not self.problem and not self.more


@dataclass(slots=True)
class Pulls:
    """Of one process, for all its requests."""

    copy: Copy
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listed: Listed = field(default_factory=Listed)
    _at: datetime | None = None
    _here: Cache[tuple[int, str], None] = field(default_factory=lambda: Cache(KEPT))

    def listed(self, *, fresh: bool = False) -> Listed:
        """All that is open into the followed branch, the newest last. Never raises what a host says."""
        now, settings = self.copy.clock.now(), self.copy.settings
        age = AT_HOST if settings.host is not None else HERE
        with self._lock:
            if not fresh and self._at is not None and timedelta(0) <= now - self._at < age:
                return self._listed
            self._listed, self._at = self._asked(), now
            return self._listed

    def open(self, number: int) -> OpenPullRequest | None:
        """One by its number, where it is open."""
        return next((each for each in self.listed().pulls if each.number == number), None)

    def moved(self, proposed: Became | None) -> OpenPullRequest | None:
        """The open proposal that a draft became, where somebody has put more on its branch since; it is looked for in
        the list that was asked for last.
        """
        if proposed is None:
            return None
        found = (each for each in self._listed.pulls if each.branch == proposed.branch)
        return next((each for each in found if each.head != proposed.head), None)

    def read(self, pull: OpenPullRequest, head: str, now: datetime) -> Proposed:
        """What it asks for, against the commit that is followed. Raises Blocked where git cannot be read, or it moved
        since it was listed.
        """
        self._here.of((pull.number, pull.head), lambda: self._bring(pull))
        return self.copy.read(head, pull.head, now)

    def _bring(self, pull: OpenPullRequest) -> None:
        mirror = self.copy.mirror()
        if self.brought(pull.number) != pull.head and mirror.bring(pull.branch, str(pull.number)) != pull.head:
            raise Blocked("it is at another commit by now", "look at it again")

    def brought(self, number: int) -> str:
        """The commit of a proposal that this copy holds, also of one that is open no more; empty where it does not."""
        git = Plumbing(self.copy.mirror().folder)
        found = git.run("rev-parse", "--verify", "--quiet", f"{KEEP}{number}^{{commit}}")
        return found.stdout.decode().strip() if found.returncode == 0 else ""

    def _asked(self) -> Listed:
        with _asking(self.copy) as pulls:
            if pulls is None:
                return Listed()
            found = pulls.open_pull_requests()
        if isinstance(found, Later):
            return replace(self._listed, problem=say("the host of git does not answer now"))
        if isinstance(found, Refused):
            return replace(self._listed, problem=say("the host of git says no: '{said}'", said=found.message))
        into = self.copy.mirror().branch
        # What comes from another repository is not fetched: nobody knows whose it would be about.
        mine = [each for each in found if each.into == into and not each.fork and each.branch]
        return Listed(tuple(mine[-MOST:]), "", max(0, len(mine) - MOST), known=True)


@contextmanager
def _asking(copy: Copy) -> Iterator[PullRequests | None]:
    """Who lists proposals: the host, or the repository in a folder of this machine; None where nobody does."""
    there = host(copy.settings)
    if there is None:
        named = copy.settings.repository
        here = named is not None and "://" not in named.address and Path(named.address).is_dir()
        yield LocalProposals(Path(named.address), named.branch) if named is not None and here else None
        return
    try:
        yield there
    finally:
        there.close()


def names(found: Proposed) -> list[str]:
    """The organisations that it is about."""
    return sorted({*(each.intent.organization for each in found.steps), *found.unusable})
