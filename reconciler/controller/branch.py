"""The followed branch as the loop sees it: what its newest readable commit declares, and how it stands itself."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from reconciler.controller.declared import Declared, Rules
from reconciler.controller.source import Seen, Source
from reconciler.controller.superseded import Superseded, superseded
from reconciler.errors import Blocked
from reconciler.runs.condition import REPOSITORY, Condition, Reason

FRESH = timedelta(minutes=1)
"""So much later a fetch is worth telling, where nothing else is."""
log = logging.getLogger(__name__)
Said = tuple[Reason, str, str]
"""Reason, message and hint."""


class Branch:
    """`declared` is what the newest commit says that could be read whole, and that says anything."""

    def __init__(self, source: Source, rules: Rules) -> None:
        self._source = source
        self._rules = rules
        self.declared: Declared | None = None

    def condition(self, seen: Seen, before: Condition | None, now: datetime) -> Condition:
        """The repository's own condition; `declared` is brought up to date on the way."""
        reason, message, hint = self._read(seen) or _of_fetch(seen)
        fetched = seen.fetched_at
        head = seen.head or (before.attempted if before else "")
        return Condition(REPOSITORY, reason, message, now, hint, head, seen.tried_at, verified_at=fetched).after(before)

    def superseded(self, before: str, head: str, now: datetime) -> Iterator[Superseded]:
        """What is wrong with the commits between two heads."""
        try:
            yield from superseded(self._source.mirror(), self._rules, before, head, now)
        except Blocked as error:
            log.warning("the commits before %s cannot be read: %s", head[:10], error.message)

    def _read(self, seen: Seen) -> Said | None:
        """Read the newest commit. What stands in the way; None where nothing does."""
        if not seen.head or (self.declared is not None and self.declared.revision == seen.head):
            return None
        try:
            found = Declared(self._source.mirror().snapshot(seen.head), self._rules)
        except Blocked as error:
            return "SpecsInvalid", error.message, error.hint
        if not found.trees:
            message = f"the commit {seen.head[:10]} holds no orgs/; nothing is touched"
            return "Empty", message, "is it the right branch? an organisation goes by state: retired"
        self.declared = found
        return None


def is_news(condition: Condition, before: Condition | None) -> bool:
    """Whether the repository's condition tells something new."""
    if before is None or (condition.reason, condition.message) != (before.reason, before.message):
        return True
    if condition.verified_at is None or before.verified_at is None:
        return condition.verified_at is not before.verified_at
    return condition.verified_at - before.verified_at > FRESH


def _of_fetch(seen: Seen) -> Said:
    if seen.problem:
        return "Retrying", f"the branch cannot be fetched: {seen.problem}", seen.hint
    if not seen.head:
        return "Progressing", "the branch was not fetched yet", ""
    if seen.rewritten:
        return "Applied", f"the branch was rewritten: {seen.rewritten[:10]} is no part of it any more", ""
    return "Applied", f"follows {seen.head[:10]}", ""
