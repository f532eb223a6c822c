"""Before the first document goes to a target: does it hold documents of ours already, which this ledger does not know?

A database that was made anew, with its marks, would send everything once more. Which documents there would be ours
follows from the records' keys: what belongs to another organisation, or to another installation, is none of ours.
"""

from collections.abc import Sequence

from reconciler.engine.adopting import can_be_adopted, every_candidate, first_of, opened
from reconciler.engine.asking import ask, at_once
from reconciler.engine.held import Held, Line
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.errors import LedgerBehind
from reconciler.runs.inventory import Budget, Inventory, Lister, Window
from reconciler.runs.outcome import LookupFailed
from reconciler.specs.sentences import say

SAMPLE = 20
"""Records that are asked for where nothing can be listed: the oldest ones, which would have gone first."""


def check_strangers(world: World, pinned: Pinned, held: Held) -> str:
    """Why it could not be asked, in words; empty where it could, or nothing waits: unread is not absent.

    Raises LedgerBehind where a target of which the ledger knows nothing holds a document of a record of ours.
    """
    for target, exports in _fresh(world, pinned).items():
        line = Line(held, exports[0])
        try:
            found, problem = _there(world, exports, line)
        finally:
            line.close()
        if problem:
            return f"{target} could not be asked whether it holds documents of ours: {problem}"
        if found:
            where = f"{pinned.organization_name} {pinned.name}"
            hint = f"see what it holds, and let the ledger know it: reconciler exports adopt {where}"
            raise LedgerBehind(
                say("{target} holds {found}, of a record that this ledger has never sent", target=target, found=found),
                hint,
            )
        with world.points.around("keep_asked"):
            world.adoptions.keep_asked(pinned.organization_id, target, world.clock.now())
    return ""


def _fresh(world: World, pinned: Pinned) -> dict[str, list[PinnedExport]]:
    """The exports by target, of targets that were never asked and to which nothing has gone, where something waits."""
    found: dict[str, list[PinnedExport]] = {}
    for export in pinned.exports:
        stream = export.stream
        known = world.ledger.highest(stream) or world.adoptions.asked(stream.organization_id, stream.target)
        if not known and can_be_adopted(export) and _waits(world, export):
            found.setdefault(stream.target, []).append(export)
    return found


def _waits(world: World, export: PinnedExport) -> bool:
    return world.records.total(export.stream, export.selection, export.category, world.clock.now())[0] > 0


def _there(world: World, exports: Sequence[PinnedExport], line: Line) -> tuple[str, str]:
    """The reference of a record of ours that stands there, or empty; and why it could not be asked, or empty."""
    budget = Budget(exports[0].create.reconcile.requests)
    inventory = _inventory(world, exports, line, budget)
    if inventory is None:
        told = (_asked(world, export, line, budget) for export in exports)
        return next((each for each in told if any(each)), ("", ""))
    shown = inventory.documents()
    pages = (page for export in exports for page in every_candidate(world, export)) if shown else iter(())
    return next((each.reference for page in pages for each in page if each.reference in shown), ""), ""


def _asked(world: World, export: PinnedExport, line: Line, budget: Budget) -> tuple[str, str]:
    """The same, by asking for the oldest records."""
    limit, now = min(SAMPLE, at_once(export.create, budget.left)), world.clock.now()
    waiting = world.records.waiting(export.stream, export.selection, export.category, now, limit)
    rows = [opened(first_of(export, wanted.record_id), now) for wanted, _ in waiting]
    answered = ask(line, export, rows, budget)
    return next((each.reference for each in rows if each.reference in answered.found), ""), answered.problem


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
