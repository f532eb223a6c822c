"""How often in a run something may be tried again in vain (research/exports.md 2.10): a bucket of tokens.

What failed before and fails again costs requests that are billed, and holds up what is new. With an empty bucket it is
left to a later run without asking; what goes for the first time goes on. Each request that is taken gives a tenth of
what one costs that is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.runs.export import Frozen

COST, FULL = 10, 100
"""What a repeat in vain takes, in tenths, and what there is: ten of them, and one more for ten that went well."""
SPENT = "retry-budget"
"""The code of a document that was not tried again."""


@dataclass(slots=True)
class RetryBudget:
    """One export's, within one run."""

    left: int = FULL

    def allows(self, request: Iterable[Frozen]) -> bool:
        """Whether a request may be made: with an empty bucket only one that carries something new."""
        return self.left >= COST or any(each.claim.attempt == 1 for each in request)

    def count(self, taken: int, again: Iterable[Frozen]) -> None:
        """`taken` documents of a request were taken or refused, and those of `again` were not applied."""
        if any(each.claim.attempt > 1 for each in again):
            self.left -= COST
        elif taken:
            self.left = min(FULL, self.left + 1)
