"""How often in a run something may be tried again in vain (research/exports.md 2.10): a bucket of tokens.

What failed before and fails again costs requests that are billed, and holds up what is new. With an empty bucket it is
left to a later run without asking; what goes for the first time goes on. Each request that is taken fills the bucket by
a tenth of what one costs that is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.runs.export import Frozen

TOKENS = 10.0
SHARE = 0.1
SPENT = "retry-budget"
"""The code of a document that was not tried again."""


@dataclass(slots=True)
class RetryBudget:
    """One export's, within one run."""

    tokens: float = TOKENS

    def allows(self, request: Iterable[Frozen]) -> bool:
        """Whether a request may be made: with an empty bucket only one that carries something new."""
        return self.tokens >= 1 or any(each.claim.attempt == 1 for each in request)

    def count(self, taken: int, left: Iterable[Frozen]) -> None:
        """`taken` documents of a request were taken or refused, and those of `left` were not applied."""
        if any(each.claim.attempt > 1 for each in left):
            self.tokens -= 1
        elif taken:
            self.tokens = min(TOKENS, self.tokens + SHARE)
