"""Asking an outside system for documents by their references, many at once and within a budget of requests.

What could not be asked is unread: nothing follows from that. A question may be repeated after a pause, unlike a send.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.engine.held import Line
from reconciler.engine.pinned import PinnedExport
from reconciler.runs.export import Open
from reconciler.runs.inventory import BUDGET, Budget
from reconciler.runs.outcome import CredentialRefused, Findings, Found, LookupFailed, RequestRefused, Wait
from reconciler.specs.models.operations import Create

WAITS, PATIENCE_S = 5, 90
ONE_BY_ONE = 50
"""Documents of one call where each is a request of its own: what a call has not finished is unread as a whole."""


@dataclass(slots=True)
class Answered:
    """What was found, by reference; `unread` are the references of which nothing was learned, for `problem`.

    `spent`: nothing was in the way but the budget.
    """

    found: dict[str, Found] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problem: str = ""
    spent: bool = False


def ask(line: Line, export: PinnedExport, rows: Sequence[Open], budget: Budget) -> Answered:
    """Ask for each row, in its order, until the budget is used up or something stands in the way."""
    answered, start = Answered(), 0
    while start < len(rows) and not answered.problem:
        some = rows[start : start + at_once(export.create, budget.left)]
        if not some:
            answered.problem, answered.spent = "the requests that this question was given are used up", True
            break
        found = _looked_up(line, some, budget)
        if isinstance(found, LookupFailed):
            answered.problem = words_of(found)
            answered.spent = getattr(found.answer, "code", "") == BUDGET
        else:
            answered.found |= found.found
            start += len(some)
    answered.unread = {each.reference for each in rows[start:]}
    return answered


def at_once(create: Create, left: int) -> int:
    """How many documents one call asks for: as many as its requests take, and none that the budget cannot finish."""
    places = max(1, len(create.lookups))
    if create.drop is not None:
        return 500
    if all(lookup.query for lookup in create.lookups):
        return min(lookup.keys for lookup in create.lookups)
    together = create.call.together if create.call else None
    if together and together.format == "multipart" and places == 1:
        return create.batch.nodes
    return max(0, min(ONE_BY_ONE, (left - 1) // places))  # and one to make sure that the address is right


def words_of(failed: LookupFailed) -> str:
    """Why nothing was learned, in words."""
    answer = failed.answer
    if isinstance(answer, CredentialRefused):
        return f"the credential is refused: {answer.message}"
    return answer.rejection.message if isinstance(answer, RequestRefused) else getattr(answer, "message", "no answer")


def _looked_up(line: Line, rows: Sequence[Open], budget: Budget) -> Findings | LookupFailed:
    adapter, left_s = line.adapter, float(PATIENCE_S)
    with adapter.within(budget):
        found = adapter.look_up(rows)
        for _ in range(WAITS):
            if not isinstance(found, LookupFailed) or getattr(found.answer, "code", "") == BUDGET:
                break
            if isinstance(found.answer, Wait):
                if (left_s := left_s - found.answer.pause_s) < 0:
                    break
                line.held.world.clock.wait(found.answer.pause_s)
            elif not (isinstance(found.answer, CredentialRefused) and line.switch()):
                break
            found = line.adapter.look_up(rows)
    return found
