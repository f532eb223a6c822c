"""The snapshot of a target's table: kept when a credential is tested, and read anew by a run where it is old.

It never stands in the way: a run whose table cannot be read sends, and is told by the outside system itself.
"""

from typing import TYPE_CHECKING

from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.runs.columned import AGAIN
from reconciler.runs.listed import Shelf
from reconciler.runs.outcome import Verdict

if TYPE_CHECKING:
    from reconciler.engine.held import Line


def shelf(pinned: Pinned, export: PinnedExport) -> Shelf:
    """Where the snapshot for an export's kind of document is kept."""
    return Shelf(pinned.organization_id, pinned.place, export.mapping.scope.mapping.document)


def refresh(world: World, pinned: Pinned, export: PinnedExport, line: "Line") -> None:
    """Read the table anew where the snapshot is old, once in a while, by one process."""
    if not export.mapping.scope.document.columns:
        return
    where, now = shelf(pinned, export), world.clock.now()
    if world.columns.snapshot(where).young(now):
        return
    with world.points.around("start_reading"):
        mine = world.columns.start_reading(where, now, int(AGAIN.total_seconds()))
    if mine:
        keep(world, where, line.adapter.columns())


def keep_tested(world: World, pinned: Pinned, verdict: Verdict) -> None:
    """What a connection test, which is about the first export, has read of its table; or why it could not."""
    export = pinned.exports[0]
    if export.mapping.scope.document.columns:
        keep(world, shelf(pinned, export), verdict)


def keep(world: World, where: Shelf, verdict: Verdict) -> None:
    """Write down what was read; else why it was not, and the older snapshot stays."""
    now = world.clock.now()
    if verdict.columns is not None:
        with world.points.around("keep_columns"):
            world.columns.keep_columns(where, verdict.columns, now)
    else:
        problem = verdict.message or "the columns could not be read"
        with world.points.around("keep_problem"):
            world.columns.keep_problem(where, problem, now)
