"""The followed branch as the loop sees it: what its newest readable commit declares, and how it stands itself."""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from reconciler.controller.declared import Declared, Rules
from reconciler.controller.source import Seen, Source
from reconciler.controller.superseded import Superseded, superseded
from reconciler.errors import Blocked, CopyUnreadable
from reconciler.git.signatures import Signatures, Verified
from reconciler.runs.condition import REPOSITORY, Condition, Reason

MOST_PINNED = 8
SKEW = timedelta(minutes=2)
"""How far the clocks of two replicas may be apart."""
FRESH = timedelta(minutes=1)
"""So much later a fetch is worth telling, where nothing else is."""
log = logging.getLogger(__name__)
Said = tuple[Reason, str, str]
"""Reason, message and hint."""


class Branch:
    """`declared` is what the newest commit says that could be read whole, and that says anything."""

    def __init__(self, source: Source, rules: Rules, signatures: Signatures | None) -> None:
        self._source = source
        self._rules = rules
        self._signatures = signatures
        self._pinned: dict[str, Declared] = {}
        self._refused: tuple[tuple[str, str, datetime | None], Said] | None = None
        self.declared: Declared | None = None

    def at(self, revision: str) -> Declared:
        """A commit that somebody has pinned; the last few are kept. Raises Blocked where the copy does not hold it."""
        if revision not in self._pinned:
            while len(self._pinned) >= MOST_PINNED:
                self._pinned.pop(next(iter(self._pinned)))
            self._pinned[revision] = Declared(self._source.mirror().snapshot(revision), self._rules)
        return self._pinned[revision]

    def condition(self, seen: Seen, before: Condition | None, now: datetime) -> Condition:
        """The repository's own condition; `declared` is brought up to date on the way."""
        accepted = self.declared.revision if self.declared else before.applied if before else ""
        reason, message, hint = self._read(seen, accepted, now) or _of_fetch(seen)
        if self.declared is None and accepted:
            self.declared = self._again(accepted)
        applied = self.declared.revision if self.declared else accepted
        fetched = seen.fetched_at
        head = seen.head or (before.attempted if before else "")
        return Condition(
            REPOSITORY, reason, message, now, hint, head, seen.tried_at, applied, verified_at=fetched
        ).after(before)

    def _again(self, accepted: str) -> Declared | None:
        """What an earlier process followed, for one that began with a head that cannot be followed."""
        try:
            return Declared(self._source.mirror().snapshot(accepted), self._rules)
        except Blocked:
            return None  # the repository's condition says what is wrong with the head, and that comes first

    def superseded(self, before: str, head: str, seen: Collection[str], now: datetime) -> Iterator[Superseded]:
        """What is wrong with the commits between two heads."""
        try:
            yield from superseded(self._source.mirror(), self._rules, (before, head), seen, now)
        except Blocked as error:
            log.warning("the commits before %s cannot be read: %s", head[:10], error.message)

    def _read(self, seen: Seen, accepted: str, now: datetime) -> Said | None:
        """Read the newest commit; `accepted` is the one before. What stands in the way; None where nothing does."""
        if not seen.head or (self.declared is not None and self.declared.revision == seen.head):
            return None
        if self._refused is not None and self._refused[0] == (seen.head, accepted, seen.tried_at):
            return self._refused[1]  # asked anew with each fetch, not in every round: up to a thousand signatures
        if (said := self._looked(seen.head, accepted, now)) is not None:
            self._refused = (seen.head, accepted, seen.tried_at), said
        return said

    def _looked(self, head: str, accepted: str, now: datetime) -> Said | None:
        if (unsigned := self._unsigned(head, accepted, now)) is not None:
            return unsigned
        try:
            found = Declared(self._source.mirror().snapshot(head), self._rules)
        except CopyUnreadable as error:
            return "Retrying", error.message, error.hint
        except Blocked as error:
            return "SpecsInvalid", error.message, error.hint
        if not found.trees:
            message = f"the commit {head[:10]} holds no orgs/; nothing is touched"
            return "Empty", message, "is it the right branch? an organisation goes by state: retired"
        self.declared = found
        return None

    def _unsigned(self, head: str, accepted: str, now: datetime) -> Said | None:
        """Why the keys of the installation do not vouch for a commit; None where they do, or nobody has to."""
        if self._signatures is None:
            return None
        try:
            found = self._signatures.verify(head, now, accepted)
        except Blocked as error:
            return "Unsigned", error.message, error.hint
        if isinstance(found, Verified):
            return None
        return "Unsigned", f"{found.commit[:10]} is not followed: {found.message}", found.hint


def is_news(condition: Condition, before: Condition | None) -> bool:
    """Whether the repository's condition tells something new."""
    if before is None or (condition.reason, condition.message) != (before.reason, before.message):
        return True
    if condition.verified_at is None or before.verified_at is None:
        return condition.verified_at is not before.verified_at
    return condition.verified_at - before.verified_at > FRESH


def is_behind(seen: Seen, before: Condition | None, now: datetime) -> bool:
    """Whether another replica has fetched later than this one, and found something else: what we hold would take back
    what was applied since. A moment that is to come was written by a clock that ran ahead, and says nothing.
    """
    if before is None or before.verified_at is None or seen.head in ("", before.attempted):
        return False
    if before.verified_at > now + SKEW:
        return False
    return seen.fetched_at is None or seen.fetched_at < before.verified_at


def _of_fetch(seen: Seen) -> Said:
    if seen.problem:
        return "Retrying", f"the branch cannot be fetched: {seen.problem}", seen.hint
    if not seen.head:
        return "Progressing", "the branch was not fetched yet", ""
    if seen.rewritten:
        return "Applied", f"the branch was rewritten: {seen.rewritten[:10]} is no part of it any more", ""
    return "Applied", f"follows {seen.head[:10]}", ""
