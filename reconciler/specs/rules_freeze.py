"""Windows in which nothing changes: they hold against mending too, so that none should be long by a slip of the pen."""

from collections.abc import Iterator

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.organization import Organization
from reconciler.specs.sentences import say

LONGEST = 60
"""Days; the closing of a year's accounts takes some weeks."""


def check_freeze(document: Document[Organization]) -> Iterator[Diagnostic]:
    """The findings about `freeze` of one organisation."""
    for position, window in enumerate(document.spec.freeze):
        days = (window.to - window.from_).days + 1
        if window.stands("changes") and days > LONGEST:
            message = say(
                "no change of the configuration is applied for {days} days, not even one that lifts the window",
                days=days,
            )
            hint = say(
                "close {longest} days at most, or look at the years: once applied, it holds to its end", longest=LONGEST
            )
            yield document.diagnostic("freeze-long", ("freeze", position, "to"), message, hint, "warning")
