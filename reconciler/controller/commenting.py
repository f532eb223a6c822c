"""The comment at a pull request: the review of what it does, and below it who has to say yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.controller.outcomes import Looked, comment
from reconciler.controller.reviewing import Asked, Reviewer
from reconciler.runs.pull_requests import OpenPullRequest

MOST_OTHERS = 20
"""Other proposals that are looked through for the same objects; each is read whole once."""


@dataclass(frozen=True, slots=True)
class Commenting:
    """See `Report` of the proposals. Real records are counted for those only who are admitted."""

    reviewer: Reviewer

    def __call__(self, looked: Looked, others: Sequence[OpenPullRequest]) -> str:
        """Raises Blocked and UsageError where git has no review to give, DatabaseDown where counting cannot be done."""
        found, holds = looked.found, self.reviewer.mirror.holds
        if found is None:
            return ""
        beside = [each for each in others if not each.fork and holds(each.head)][:MOST_OTHERS]
        unseen = len(others) - len(beside)
        asked = self._asked(looked.pull, found.base, admitted=looked.privileged)
        return self.reviewer.comment(asked, [self._asked(each, found.base) for each in beside], comment(looked), unseen)

    def _asked(self, pull: OpenPullRequest, base: str, *, admitted: bool = False) -> Asked:
        return Asked(base, pull.head, pull.into, pull.branch, pull.title, pull.url, admitted)
