"""What was sent, held against what stands there: within a budget of questions, and without changing anything.

A list of what stands there is only a hint of absence: what it lacks is asked for by reference, and is missing when it
is not found there either. What could not be asked is unread, and nothing is said about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from reconciler.engine.asking import Answered, ask, words_of
from reconciler.engine.held import Held, Line, hold
from reconciler.engine.pinned import Pinned, PinnedExport, pin
from reconciler.engine.world import World
from reconciler.runs.comparison import (
    PASSING,
    Comparison,
    Difference,
    Known,
    Ours,
    Way,
    amount_of,
    difference,
    shown,
)
from reconciler.runs.export import Stream
from reconciler.runs.inventory import Budget, Inventory, Item, Lister, Window
from reconciler.runs.outcome import LookupFailed
from reconciler.specs.scalars import seconds

MARGIN = timedelta(days=1)
"""Clocks differ, and a list says when something was changed there: it is asked for from a day earlier on."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have compared: local days, both inclusive; `requests` 0 is what the type declares."""

    organization: str
    integration: str
    first: date
    last: date
    requests: int = 0
    night: date | None = None


def compare(world: World, asked: Asked, only: Sequence[str] | None = None) -> list[Comparison]:
    """Compare each target of an integration, and write down what was found. `only` names the targets that are wanted.

    Raises CredentialRefused, StoreDown and what else stands in the way of asking at all.
    """
    pinned = pin(world.applied.applied(asked.organization, asked.integration), world.clock.now())
    window = Window(asked.first, asked.last, pinned.zone)
    held = hold(world, pinned)
    by_target = groupby(sorted(pinned.exports, key=_target), key=_target)
    found: list[Comparison] = []
    for target, exports in by_target:
        if only is None or target in only:
            export = next(iter(exports))
            budget = Budget(asked.requests or export.create.reconcile.requests)
            found.append(_compared(world, pinned, _Target(world, held, export, window, budget), asked))
    return found


def _target(export: PinnedExport) -> str:
    return export.stream.target


def _compared(world: World, pinned: Pinned, target: "_Target", asked: Asked) -> Comparison:
    try:
        target.carry_out()
    finally:
        target.line.close()
    comparison = Comparison(
        organization_id=pinned.organization_id,
        integration=pinned.name,
        target=target.stream.target,
        first=asked.first,
        last=asked.last,
        way=target.way,
        at=world.clock.now(),
        sent=target.sent,
        amount=target.amount,
        unread=target.unread,
        foreign=target.foreign,
        requests=target.budget.used,
        differences=tuple(target.differences),
        problem=target.problem,
        hint=target.hint,
        night=asked.night,
    )
    with world.points.around("keep_comparison"):
        world.comparisons.keep_comparison(comparison, world.actor)
    return comparison


@dataclass(slots=True)
class _Target:
    """One target's documents of a window, on their way to a comparison."""

    world: World
    held: Held
    export: PinnedExport
    window: Window
    budget: Budget
    line: Line = field(init=False)
    way: Way = "asked"
    sent: int = 0
    amount: Decimal = Decimal(0)
    unread: int = 0
    foreign: int = 0
    differences: list[Difference] = field(default_factory=list)
    problem: str = ""
    hint: str = ""
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.line = Line(self.held, self.export)

    @property
    def stream(self) -> Stream:
        """The target, by the first of its categories."""
        return self.export.stream

    def carry_out(self) -> None:
        """Compare each of ours with what is shown, or is found when it is asked for; then what is there beyond them."""
        # Taken before the list is read: what goes meanwhile is no business of this comparison.
        before = self.world.clock.now() - timedelta(seconds=seconds(self.export.create.visibility_delay))
        inventory = self._inventory()
        there = inventory.documents() if inventory else {}
        if inventory is None and not self._can_ask:
            self.way = "blind"
        after, lost = 0, list[Ours]()
        while page := self.world.comparisons.ours(
            self.stream.organization_id, self.stream.target, self.window, before, after
        ):
            after = page[-1].row.id
            for ours in page:
                self._count(ours)
                if inventory is not None and ours.row.reference in there:
                    self.differences += self._shown(ours, there[ours.row.reference], inventory)
                else:
                    lost.append(ours)
        self._ask_for(lost, listed=inventory is not None)
        if inventory is not None:
            self._beyond(inventory)

    def _shown(self, ours: Ours, there: Sequence[Item], inventory: Inventory) -> list[Difference]:
        single = self.export.mapping.scope.document.lines.max == 1
        return shown(ours, there, inventory, balanced=self._balanced, single=single)

    def _count(self, ours: Ours) -> None:
        self.sent += 1
        self.amount += ours.row.amount or Decimal(0)
        self._seen.add(ours.row.reference)

    def _inventory(self) -> Inventory | None:
        """What stands there; None where no list is declared, or it could not be read to its end."""
        if not self.export.create.reconcile.places:
            return None
        adapter = self.line.adapter
        assert isinstance(adapter, Lister), "only types of such a protocol declare places: their model says so"
        wide = Window(self.window.first - MARGIN, self.window.last, self.window.zone)
        with adapter.within(self.budget):
            found = adapter.list_window(wide)
        if isinstance(found, LookupFailed):
            self.problem = f"what stands there could not be listed: {words_of(found)}"
            self.hint = "each document was asked for instead; what is there and not ours was not looked for"
            return None
        self.way = "listed"
        return found

    def _ask_for(self, lost: Sequence[Ours], *, listed: bool) -> None:
        """Ask for what no list has shown. Missing is what is not found under its reference either."""
        if not lost:
            return
        if not self._can_ask:
            self.unread += len(lost)
            self.problem = self.problem or "the outside system cannot be asked what it holds"
            self.hint = self.hint or "compare by hand: reconciler statement shows what was sent"
            return
        answered = ask(self.line, self.export, [each.row for each in lost], self.budget)
        self._judge(lost, answered, listed=listed)
        if answered.unread:
            self.unread += len(answered.unread)
            self.problem = f"{len(answered.unread)} of {self.sent} documents could not be compared: {answered.problem}"
            self.hint = "ask for fewer days at once (--from, --to), or allow more requests (--requests)"

    def _judge(self, lost: Sequence[Ours], answered: Answered, *, listed: bool) -> None:
        for ours in lost:
            if ours.row.reference in answered.unread:
                continue
            found = answered.found.get(ours.row.reference)
            if found is None:
                self.differences.append(difference("missing", ours))
            elif found.amount and ours.row.amount is not None and Decimal(found.amount) != ours.row.amount_there:
                self.differences.append(difference("amount", ours, Decimal(found.amount)))
        hidden = sum(each.row.reference in answered.found for each in lost)
        if listed and hidden:
            # The list is not whole, whatever it says: what it holds beyond ours proves nothing about the rest.
            self.problem = self.problem or f"the list does not show {hidden} documents that are there"

    def _beyond(self, inventory: Inventory) -> None:
        """What is there, and the ledger does not say that it was sent. Another organisation's is only counted."""
        there = {name: items for name, items in inventory.documents().items() if name not in self._seen}
        names = sorted(there)
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            known = self.world.comparisons.known(self.stream.organization_id, self.stream.target, some)
            for name in some:
                found = known.get(name)
                if found is not None and not found.mine:
                    self.foreign += 1
                elif found is None or found.state not in PASSING:
                    self.differences.append(self._stranger(name, there[name], inventory, found))

    def _stranger(self, name: str, items: Sequence[Item], inventory: Inventory, known: Known | None) -> Difference:
        theirs = amount_of(items, balanced=self._balanced) if inventory.amounts else None
        days = (self.window.first, self.window.last)
        if known is None:
            return Difference("unknown_here", name, *days, number=items[0].number, theirs=theirs)
        return Difference(
            kind="unknown_here",
            reference=name,
            first=self.window.first,
            last=self.window.last,
            category=known.category,
            record_id=known.record_id,
            number=known.number,
            ours=known.amount,
            theirs=theirs,
            detail=known.state,
        )

    @property
    def _balanced(self) -> bool:
        return self.export.mapping.scope.document.balanced is not None

    @property
    def _can_ask(self) -> bool:
        return self.export.create.idempotency != "D" and self.export.create.can_be_asked
