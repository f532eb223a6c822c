"""Which records would go, by both revisions: of the samples, and of a database where one is read."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from reconciler.plans.review.effects import Amount, Moved, SelectionEffect
from reconciler.plans.review.rendering import sampled
from reconciler.plans.review.side import Outgoing, Side, Way
from reconciler.selections.criteria import Selection
from reconciler.selections.holds import missed
from reconciler.specs.sentences import named

MOST_DAYS = 4
"""Days to come on which the effect is looked at: those after exclusions end."""
NOTHING = "nothing of the category left this way"
NO_MORE = "nothing of the category leaves this way any more"


def selection_effects(before: Side | None, after: Side, old: Way, new: Way) -> Iterator[SelectionEffect]:
    """The effect today, and on the day after each exclusion that ends at another time; `old` and `new` name the same
    export before and after a rename. Days on which nothing moves are left out.
    """
    seen: object = None
    for day in (after.day, *_turns(before, after)):
        selections = before.selection(old, day) if before else None, after.selection(new, day)
        asked = [_tests(each) for each in selections]
        if asked[0] != asked[1] and asked != seen:
            yield effect(before, after, (old, new), selections, day)
        if None in asked:
            return  # the whole category comes or goes, on whatever day
        seen = asked


def effect(
    before: Side | None,
    after: Side,
    ways: tuple[Way, Way],
    selections: tuple[Selection | None, Selection | None],
    day: date,
) -> SelectionEffect:
    """What moves between two selections on a day, by the samples of the category."""
    old, new = ways
    way = after.outgoing.get(new) or (before and before.outgoing.get(old))
    assert way, "one of the two sides exports it"
    return SelectionEffect(
        integration=new[0],
        category=new[1],
        label=named(way.category.label),
        on=day,
        today=day == after.day,
        samples=len(way.category.samples),
        sampled=tuple(_moved(way, *selections)),
        new=selections[0] is None,
        gone=selections[1] is None,
    )


def _moved(way: Outgoing, before: Selection | None, after: Selection | None) -> list[Moved]:
    found: dict[tuple[str, str], list[Decimal]] = {}
    for record in sampled(way):
        old, new = _why_not(before, record, NOTHING), _why_not(after, record, NO_MORE)
        if bool(old) is not bool(new):
            amount = record.get(way.category.amount or "")
            one = amount if isinstance(amount, Decimal) else Decimal(0)
            found.setdefault(("out", new) if new else ("in", old), []).append(one)
    money = way.category.amount is not None
    return [
        Moved("in" if kind == "in" else "out", reason, Amount(len(each), sum(each, Decimal(0)) if money else None))
        for (kind, reason), each in found.items()
    ]


def _why_not(selection: Selection | None, record: dict[str, object], none: str) -> str:
    """The first reason why a record does not go; empty where it goes."""
    if selection is None:
        return none
    left_out, waits = missed(selection, record)
    return next((each.reason for each in (*left_out, *waits)), "")


def _tests(selection: Selection | None) -> object:
    """What a selection asks, whatever words it says it in."""
    if selection is None:
        return None
    return [each.test for each in selection.scope], [each.test for each in selection.readiness]


def _turns(before: Side | None, after: Side) -> Sequence[date]:
    """The days after those on which an exclusion ends in one of the revisions and not in the other."""
    old = before.exclusions() if before else {}
    new = after.exclusions()
    ends = {each.until for name, each in old.items() if name not in new or new[name] != each}
    ends |= {each.until for name, each in new.items() if name not in old or old[name] != each}
    later = sorted(each + timedelta(days=1) for each in ends if each is not None and after.day <= each < date.max)
    return later[:MOST_DAYS]
