"""Real records rendered by both revisions, of which nothing but counts and sums comes out."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from reconciler.mappings.refusal import Refusal
from reconciler.plans.review.effects import Amount, Real
from reconciler.plans.review.rendering import Pair, rendered, tried_again
from reconciler.plans.review.side import Outgoing
from reconciler.runs.reviewing import Facts

LAST = 200
"""Records that are rendered twice."""


def real(facts: Facts, organization: str, before: Outgoing, after: Outgoing, waiting: Amount) -> Real:
    """The same over the newest records that were sent, and those that were refused, as counts."""
    pairs, amounts = [], []
    for record in facts.exported(organization, before, LAST):
        pairs.append(rendered(before.mapping, after.mapping, record))
        amounts.append(record.get(after.category.amount or ""))
    different = [position for position, each in enumerate(pairs) if each.moved]
    again = [rendered(before.mapping, after.mapping, each) for each in facts.turned_down(organization, before, LAST)]
    tried = again if tried_again(before, after) else []
    return Real(
        waiting=waiting,
        looked_at=len(pairs),
        different=_amount(len(different), [amounts[position] for position in different], after),
        refused=sum(_newly_refused(each) for each in pairs),
        turned_down=len(again),
        mended=sum(not isinstance(each.after, Refusal) for each in tried),
        fields=tuple(_counted(pairs, after)),
    )


def _amount(records: int, amounts: Sequence[object], way: Outgoing) -> Amount:
    if way.category.amount is None:
        return Amount(records)
    return Amount(records, sum((each for each in amounts if isinstance(each, Decimal)), Decimal(0)))


def _newly_refused(pair: Pair) -> bool:
    return isinstance(pair.after, Refusal) and not isinstance(pair.before, Refusal)


def _counted(pairs: Iterable[Pair], way: Outgoing) -> Iterator[tuple[str, int]]:
    """Labels of fields, and in how many documents each would be another."""
    counts: dict[str, int] = {}
    for pair in pairs:
        for field in {field for _, field in pair.moved}:
            counts[field] = counts.get(field, 0) + 1
    for field, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield way.label(field), count
