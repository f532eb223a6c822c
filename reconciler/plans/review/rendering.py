"""Records rendered by both revisions of a mapping, and what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.fields import used_tables
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import read_record, written
from reconciler.plans.review.effects import FieldMoved, MappingEffect, Turned
from reconciler.plans.review.labels import labelled
from reconciler.plans.review.side import Outgoing
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.sentences import named

Place = tuple[str, str]
"""(line, target field)"""
Made = Rendered | Refusal
Record = Mapping[str, Any]


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
        label=named(after.category.label),
        samples=len(pairs),
        changed=sum(each.differs for each in pairs),
        fields=tuple(_moved(pairs, before, after)),
        refused=tuple(_turned(pairs, "after", new.document)),
        accepted=tuple(_turned(pairs, "before", old.document)),
        elsewhere=before.where != after.where,
    )


def rules_differ(before: Outgoing, after: Outgoing) -> bool:
    """Whether the mapping itself is another, whatever comes of it; a rename of its integration is no change of it."""
    same = {"integration": "", "tests": []}
    return before.document.spec.model_copy(update=same) != after.document.spec.model_copy(update=same)


def tried_again(before: Outgoing, after: Outgoing) -> bool:
    """Whether records that were refused go again: the next sync tries them where the mapping, or what it was compiled
    against, is another (see `mapping_digest` of engine.pinned).
    """
    bodies = [each.document.spec.model_copy(update={"tests": []}) for each in (before, after)]
    return bodies[0] != bodies[1] or before.kind != after.kind or world_differs(before, after)


def world_differs(before: Outgoing, after: Outgoing) -> bool:
    """Whether what stands around the mapping and reaches its documents is another: samples may not show what comes of
    it. Settings show in every sample.
    """
    return _world(before) != _world(after)


def _world(way: Outgoing) -> tuple[object, ...]:
    found = way.mapping.scope
    tables = {name: found.tables[name] for name in used_tables(found.mapping)}
    return found.category, found.document, tables, found.zone, found.closed_through


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
