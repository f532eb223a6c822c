"""Before the first document goes to a target: does it hold documents of ours already, which this ledger does not know?

A database that was made anew, with its marks, would send everything once more. Which documents there would be ours
follows from the records' keys: what belongs to another organisation, or to another installation, is none of ours.
"""

from collections.abc import Sequence

from reconciler.engine.adopting import can_be_adopted, every_candidate, opened
from reconciler.engine.asking import ask, at_once
from reconciler.engine.held import Held, Line
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.errors import Blocked, LedgerBehind
from reconciler.runs.inventory import Budget, Inventory, Lister, Window
from reconciler.runs.outcome import LookupFailed

SAMPLE = 20
"""Records that are asked for where nothing can be listed: the oldest ones, which would have gone first."""


def check_strangers(world: World, pinned: Pinned, held: Held) -> None:
    """Raises LedgerBehind where a target of which the ledger knows nothing holds a document of a record of ours.

    Raises Blocked where it can be asked and does not answer: unread is not absent. Asks nothing where nothing waits.
    """
    fresh: dict[str, list[PinnedExport]] = {}
    for export in pinned.exports:
        if not world.ledger.highest(export.stream) and can_be_adopted(export) and _waits(world, export):
            fresh.setdefault(export.stream.target, []).append(export)
    for target, exports in fresh.items():
        line = Line(held, exports[0])
        try:
            found = _there(world, exports, line)
        finally:
            line.close()
        if found:
            where = f"{pinned.organization_name} {pinned.name}"
            hint = f"see what it holds, and let the ledger know it: reconciler exports adopt {where}"
            raise LedgerBehind(f"{target} holds {found}, of a record that this ledger has never sent", hint)


def _waits(world: World, export: PinnedExport) -> bool:
    return world.records.total(export.stream, export.selection, export.category, world.clock.now())[0] > 0


def _there(world: World, exports: Sequence[PinnedExport], line: Line) -> str:
    """The reference of a record of ours that stands there; empty where there is none."""
    budget = Budget(exports[0].create.reconcile.requests)
    inventory = _inventory(world, exports, line, budget)
    if inventory is None:
        return next((found for export in exports if (found := _asked(world, export, line, budget))), "")
    shown = inventory.documents()
    pages = (page for export in exports for page in every_candidate(world, export)) if shown else iter(())
    return next((each.reference for page in pages for each in page if each.reference in shown), "")


def _asked(world: World, export: PinnedExport, line: Line, budget: Budget) -> str:
    """The same, by asking for the oldest records."""
    limit, now = min(SAMPLE, at_once(export.create, budget.left)), world.clock.now()
    waiting = world.records.waiting(export.stream, export.selection, export.category, now, limit)
    oldest = {wanted.record_id for wanted, _ in waiting}
    some = [each for page in every_candidate(world, export) for each in page if each.record_id in oldest]
    answered = ask(line, export, [opened(each, now) for each in some], budget)
    if answered.problem:
        message = f"{export.stream.target} could not be asked whether it holds documents of ours: {answered.problem}"
        raise Blocked(message, "nothing was sent; the next sync asks again")
    return next((each.reference for each in some if each.reference in answered.found), "")


def _inventory(world: World, exports: Sequence[PinnedExport], line: Line, budget: Budget) -> Inventory | None:
    """Everything there; None where it cannot be listed."""
    if not exports[0].create.reconcile.places:
        return None
    adapter, zone = line.adapter, exports[0].mapping.scope.zone
    assert isinstance(adapter, Lister), "only types of such a protocol declare places: their model says so"
    today = world.clock.now().astimezone(zone).date()
    with adapter.within(budget):
        found = adapter.list_window(Window(min(each.since for each in exports), today, zone))
    return None if isinstance(found, LookupFailed) else found
