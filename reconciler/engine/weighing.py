"""One organisation held against itself at another commit: the changes, their guards, their approvals, their effects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.counting import real
from reconciler.mappings.columns import findings
from reconciler.plans.change import Change, Retarget, Update, resource_of
from reconciler.plans.guard import NOTHING_SENT, Refused, guard
from reconciler.plans.intent import base_of, intent
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Actual, Sent
from reconciler.plans.review.approving import Judges, needs
from reconciler.plans.review.change_words import allowance, said
from reconciler.plans.review.codes import asked
from reconciler.plans.review.connecting import connection_effects, shared_effects
from reconciler.plans.review.effects import Codes, Columns, Effect, MappingEffect, SelectionEffect, SendingEffect
from reconciler.plans.review.labels import labelled
from reconciler.plans.review.rendering import mapping_effect, rules_differ, world_differs
from reconciler.plans.review.report import Reviewed
from reconciler.plans.review.selecting import selection_effects
from reconciler.plans.review.side import Outgoing, Side, Way
from reconciler.plans.review.timing import schedule_effects
from reconciler.runs.listed import Shelf
from reconciler.runs.reviewing import Facts
from reconciler.specs.sentences import named


def weighed(before: Side | None, after: Side, judges: Judges, now: datetime, facts: Facts | None) -> Reviewed:
    """The whole of one organisation. `before` is None where it is new."""
    base = base_of(before.desired) if before else Actual()
    step = intent(base, after.desired)
    # Whose records these are is not for a proposal to say: those of another id are not looked at.
    same = before is not None and before.organization.id == after.organization.id
    own = _Weighing(before, after, step.changes, now, facts if same else None)
    stands = [own.honest(each) for each in guard(own.plan(base), after.day)]
    unjudged = map(own.honest, guard(own.plan(base, judged=False), after.day))
    allowed = [each for each in unjudged if each not in stands]
    return Reviewed(
        name=after.specs.name,
        title=after.organization.title,
        new=before is None,
        digest=step.digest,
        said=(*(said(each, before, after) for each in step.changes), *map(allowance, step.allows)),
        unchanged=_unchanged(after, step.changes),
        effects=tuple(own.effects()) if step.changes else (),
        refused=tuple(stands),
        allowed=tuple((each.rule, each.object) for each in allowed),
        needs=needs(step, judges),
        uncounted=tuple(own.uncounted()) if facts is not None else (),
    )


def _unchanged(after: Side, changes: Sequence[Change]) -> int:
    touched = {resource_of(each).key for each in changes}
    return sum(key not in touched for key in after.desired.resources)


@dataclass(frozen=True)
class _Weighing:
    before: Side | None
    after: Side
    changes: Sequence[Change]
    now: datetime
    facts: Facts | None

    def plan(self, base: Actual, *, judged: bool = True) -> Plan:
        """The plan that guards look at; not `judged` by the Approval documents of the head where they are left out.

        The base counts as applied once: what is small enough at a first adoption may be too much later.
        """
        wanted = self.after.desired if judged else replace(self.after.desired, approvals=())
        applied = replace(base, version=1 if self.before else 0, sent=tuple(self._sent() or ()))
        return Plan(wanted, applied, tuple(self.changes))

    def honest(self, refused: Refused) -> Refused:
        """A refusal that says what is not known: without a database nobody can say that nothing was sent."""
        if self.facts is not None:
            return refused
        unknown = "what was sent so far is not known here"
        return replace(refused, message=refused.message.replace(NOTHING_SENT, unknown))

    def effects(self) -> Iterator[Effect]:
        """Each effect once, those on records first."""
        for old, new in self._ways():
            first = self.before.outgoing.get(old) if self.before else None
            last = self.after.outgoing.get(new)
            if first is not None and last is not None:
                yield from self._mapping(first, last)
                yield from self._sending(first, last)
            yield from self._selection(old, new)
            if last is not None:
                yield from (self._checked(last, each) for each in asked(first, last))
                yield from self._columns(first, last)
        yield from schedule_effects(self.before, self.after, self._renamed(), self.now)
        yield from connection_effects(self.changes, self.after, self._sent())
        if self.before is not None:
            yield from shared_effects(self.before, self.after)

    def uncounted(self) -> list[str]:
        """Categories of which no real record is counted though there is a database."""
        return sorted({each.name for each in self.after.outgoing.values() if self._facts(each) is None})

    def _facts(self, way: Outgoing) -> Facts | None:
        """What a database knows of a category. Which table and columns are read is what the base says: a proposal
        that names others reads nothing by it.
        """
        known = self.before.catalog.categories.get(way.name) if self.before else None
        return self.facts if known is not None and known.spec == way.category else None

    @property
    def _id(self) -> str:
        return self.after.desired.organization_id

    def _sent(self) -> Sequence[Sent] | None:
        return self.facts.sent(self._id) if self.facts else None

    def _renamed(self) -> Mapping[str, str]:
        """New names of integrations to the old ones."""
        found = (each for each in self.changes if isinstance(each, Update | Retarget))
        return {each.after.name: each.before.name for each in found if each.after.kind == "Integration"}

    def _ways(self) -> list[tuple[Way, Way]]:
        """The same export before and after, those of the head first."""
        renamed = self._renamed()
        pairs = [((renamed.get(name, name), category), (name, category)) for name, category in self.after.outgoing]
        known = {old for old, _ in pairs}
        gone = self.before.outgoing if self.before else {}
        return [*pairs, *((way, way) for way in gone if way not in known)]

    def _mapping(self, first: Outgoing, last: Outgoing) -> Iterator[MappingEffect]:
        found = mapping_effect(first, last)
        if found is None:
            return
        if (facts := self._facts(last)) is not None:
            waiting = facts.waiting(self._id, last, self.now)
            found = replace(found, real=real(facts, self._id, first, last, waiting))
        uncounted = found.real is None and world_differs(first, last)
        if found.matters or uncounted or rules_differ(first, last):
            yield found

    def _sending(self, first: Outgoing, last: Outgoing) -> Iterator[SendingEffect]:
        if first.sends == last.sends:
            return
        asked = last if last.sends else first
        facts = self._facts(asked)
        waiting = facts.waiting(self._id, asked, self.now) if facts is not None else None
        label = named(last.category.label)
        yield SendingEffect(last.integration, last.name, label, first.sends, last.sends, waiting)

    def _selection(self, old: Way, new: Way) -> Iterator[SelectionEffect]:
        for each in selection_effects(self.before, self.after, old, new):
            way = self.after.outgoing.get(new) or (self.before and self.before.outgoing[old])
            assert way, "one of the two sides exports it"
            if (facts := self._facts(way)) is None:
                yield each
                continue
            first = self.before.selection(old, each.on) if self.before else None
            moved = facts.moved(self._id, way, first, self.after.selection(new, each.on))
            if moved or each.today:
                yield replace(each, real=tuple(moved))

    def _columns(self, first: Outgoing | None, last: Outgoing) -> Iterator[Columns]:
        """A mapping that is another, held against the table that it writes to, so far as that was read."""
        scope = last.mapping.scope
        if self.facts is None or not scope.document.columns or (first and first.mapping.scope == scope):
            return
        document = last.document.spec.document
        table = self.facts.snapshot(Shelf(self._id, last.place, document))
        remarks = findings(scope, table.columns) if table.read_at else []
        told = [
            (str(last.document.at(*each.path)), labelled(each.clash.message, [scope.document]), each.clash.hint)
            for each in remarks
        ]
        local = table.read_at.astimezone(self.after.zone) if table.read_at else None
        yield Columns(last.integration, last.document.name, last.whereabouts, local, tuple(told), table.problem)

    def _checked(self, way: Outgoing, codes: Codes) -> Codes:
        """Codes held against what the target was last read to know."""
        if self.facts is None:
            return codes
        name = next(each for each, found in way.kind.lists.items() if found.label.en == codes.list)
        read_at, known = self.facts.known(Shelf(self._id, way.place, name), codes.codes)
        unknown = [each for each in codes.codes if each not in known] if read_at else []
        local = read_at.astimezone(self.after.zone) if read_at else None
        return replace(codes, asked=True, read_at=local, unknown=tuple(unknown))
