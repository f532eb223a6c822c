"""Records rendered by both revisions of a mapping, and what differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import read_record, written
from reconciler.plans.review.effects import Amount, FieldMoved, MappingEffect, Real, Turned
from reconciler.plans.review.facts import Facts, Record
from reconciler.plans.review.labels import labelled
from reconciler.plans.review.side import Outgoing
from reconciler.specs.models.integration_type import DocumentType

LAST = 200
"""Real records that are rendered twice."""
Place = tuple[str, str]
"""(line, target field)"""
Made = Rendered | Refusal


@dataclass(frozen=True, slots=True)
class Pair:
    """One record as both revisions make it."""

    before: Made
    after: Made

    @property
    def differs(self) -> bool:
        return bool(self.moved) or isinstance(self.before, Refusal) is not isinstance(self.after, Refusal)

    @property
    def moved(self) -> dict[Place, tuple[str | None, str | None]]:
        """What stands where in both, and is another; nothing where one of them is refused."""
        if isinstance(self.before, Refusal) or isinstance(self.after, Refusal):
            return {}
        old, new = _fields(self.before), _fields(self.after)
        return {at: (old.get(at), new.get(at)) for at in {**old, **new} if old.get(at) != new.get(at)}


def rendered(before: CompiledMapping, after: CompiledMapping, record: Record) -> Pair:
    """One record, with what stands for the ledger's reservations."""
    given = {**record, **SAMPLE_EXPORT}
    return Pair(before.render(given), after.render(given))


def sampled(way: Outgoing) -> list[dict[str, Any]]:
    """The samples of a category, which are invented, as records."""
    return [read_record(way.category, each) for each in way.category.samples]


def mapping_effect(before: Outgoing, after: Outgoing) -> MappingEffect | None:
    """The samples by both revisions; None where both render by the same rules."""
    old, new = before.mapping.scope, after.mapping.scope
    if old == new:
        return None
    pairs = [rendered(before.mapping, after.mapping, each) for each in sampled(after)]
    return MappingEffect(
        integration=after.integration,
        category=after.name,
        label=after.category.label.en,
        samples=len(pairs),
        changed=sum(each.differs for each in pairs),
        fields=tuple(_moved(pairs, before, after)),
        refused=tuple(_turned(pairs, "after", new.document)),
        accepted=tuple(_turned(pairs, "before", old.document)),
    )


def rules_differ(before: Outgoing, after: Outgoing) -> bool:
    """Whether the mapping itself is another, whatever comes of it; a rename of its integration is no change of it."""
    same = {"integration": "", "tests": []}
    return before.document.spec.model_copy(update=same) != after.document.spec.model_copy(update=same)


def real(facts: Facts, organization: str, before: Outgoing, after: Outgoing, waiting: Amount) -> Real:
    """The same over the newest records that were sent, and those that were refused, as counts."""
    pairs, amounts = [], []
    for record in facts.exported(organization, before, LAST):
        pairs.append(rendered(before.mapping, after.mapping, record))
        amounts.append(record.get(after.category.amount or ""))
    different = [position for position, each in enumerate(pairs) if each.moved]
    again = [rendered(before.mapping, after.mapping, each) for each in facts.turned_down(organization, before, LAST)]
    return Real(
        waiting=waiting,
        looked_at=len(pairs),
        different=_amount(len(different), [amounts[position] for position in different], after),
        refused=sum(_newly_refused(each) for each in pairs),
        turned_down=len(again),
        mended=sum(isinstance(each.before, Refusal) and not isinstance(each.after, Refusal) for each in again),
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


def _moved(pairs: Sequence[Pair], before: Outgoing, after: Outgoing) -> Iterator[FieldMoved]:
    places = dict.fromkeys(at for pair in pairs for at in pair.moved)
    for line, field in places:
        found = [pair.moved[line, field] for pair in pairs if (line, field) in pair.moved]
        known = field in after.mapping.scope.document.fields
        label = (after if known else before).label(field)
        yield FieldMoved(line, field, label, *found[0], samples=len(found))


def _turned(pairs: Sequence[Pair], which: str, document: DocumentType) -> Iterator[Turned]:
    """Samples that this revision refuses and the other does not; the first counts as 1."""
    other = {"before": "after", "after": "before"}[which]
    for position, pair in enumerate(pairs, 1):
        found = getattr(pair, which)
        if isinstance(found, Refusal) and not isinstance(getattr(pair, other), Refusal):
            yield Turned(position, labelled(found.message, [document]))


def _fields(made: Rendered) -> Mapping[Place, str]:
    return {(line.name, name): _text(value) for line in made.lines for name, value in line.fields.items()}


def _text(value: Any) -> str:
    return "" if value is None else written(value)
