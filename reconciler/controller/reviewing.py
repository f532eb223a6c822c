"""The review of a proposal, made where the controller runs, so that no credential of a database leaves it.

What is read is the controller's own copy of the repository. A stranger's commit is only parsed and compared; real
records are counted for those who are admitted, and for nobody else.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reconciler.engine.reviewing import Grounds, reviewed
from reconciler.errors import Blocked, UsageError
from reconciler.git.differing import Revisions
from reconciler.git.mirror import Mirror
from reconciler.git.plumbing import Plumbing
from reconciler.plans.review.blocks import blocks
from reconciler.plans.review.markdown import LARGEST, markdown
from reconciler.plans.review.report import Open, Report, overlaps
from reconciler.runs.reviewing import Facts

log = logging.getLogger(__name__)
MOST = 200
"""Reports that are kept: of so many proposals at once."""
AGE = timedelta(hours=1)
"""So long what was counted is told again: a comment that changes with every look calls everybody every time."""
Key = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal: the commit that it goes into and its own, as people call both; its page; whether its author is
    `admitted`, so that real records may be counted for it.
    """

    base: str
    head: str
    into: str
    branch: str
    title: str = ""
    url: str = ""
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class Reviewer:
    """`builtin` is the program's catalogue, `allowed` are the hosts that the installation calls. For one thread."""

    mirror: Mirror
    builtin: Mapping[str, bytes]
    now: Callable[[], datetime]
    allowed: Collection[str] = ()
    facts: Facts | None = None
    _kept: dict[Key, Report] = field(default_factory=dict, repr=False)

    def comment(self, asked: Asked, others: Sequence[Asked] = (), more: str = "", unseen: int = 0) -> str:
        """Markdown for the one comment, with `more` below it; `others` are the other open proposals, and `unseen` how
        many are not looked at. Raises Blocked where git cannot be read, UsageError where the two have no commit in
        common.
        """
        found = self.report(asked)
        looked = [self._open(each) for each in others if each.head != asked.head]
        opened = [each for each in looked if each is not None]
        left = unseen + len(looked) - len(opened)
        told = replace(found, overlaps=overlaps(found.objects(), opened), uncompared=left)
        rest = f"\n{more}\n" if more else ""
        return markdown(blocks(told), max(LARGEST - len(rest), 0)) + rest

    def report(self, asked: Asked) -> Report:
        """The report, made once for a pair of commits: git says the same all day, and a database for an hour."""
        now, facts = self.now(), self.facts if asked.admitted else None
        key = (asked.base, asked.head, facts is not None)
        kept = self._kept.pop(key, None)
        if kept is not None and kept.at.date() == now.date() and (facts is None or abs(now - kept.at) < AGE):
            self._kept[key] = kept
            return replace(kept, step=replace(kept.step, names=(asked.into, asked.branch)))
        trees = Revisions(Plumbing(self.mirror.folder), self.mirror)
        step = replace(trees.step(asked.base, asked.head), names=(asked.into, asked.branch))
        found = reviewed(step, trees, Grounds(self.builtin, now, self.allowed, facts))
        while len(self._kept) >= MOST:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = found
        return found

    def _open(self, asked: Asked) -> Open | None:
        """What another proposal changes, by git alone; None where that cannot be said: it is no fault of this one."""
        try:
            found = self.report(replace(asked, admitted=False))
        except (Blocked, UsageError) as error:
            log.info("the proposal %s is compared with no other: %s", asked.branch, error.message)
            return None
        return Open(asked.title or asked.branch, asked.url, found.objects())
