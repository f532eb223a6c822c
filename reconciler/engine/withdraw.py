"""A document that was refused there after it was accepted, and that a person has removed there: proved to be gone, it
goes again as a new epoch.

Nothing is believed: everywhere it can live is asked twice, a visibility window apart, while no sync of the integration
can run.
"""

from uuid import uuid4

from reconciler.engine.held import Line, hold
from reconciler.engine.operations import Desk, Wish, moved_by
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.errors import Blocked, OperationRefused
from reconciler.runs.export import Open
from reconciler.runs.operations import LedgerRow, Moved, Note
from reconciler.runs.outcome import LookupFailed, RequestRefused
from reconciler.specs.scalars import seconds

LEASE_S = 300
LONGEST_S = 200
"""A visibility window that is longer outlives the lease: then nobody waits for it."""
MANY = 10_000


def withdraw(world: World, desk: Desk, row: LedgerRow, reason: str) -> LedgerRow:
    """The row of the new epoch. Raises OperationRefused where it is still there, Blocked where nobody can be asked."""
    note = desk.note("withdraw", reason)
    moved = moved_by(desk, row, Wish("withdraw"))
    found = desk.export_of(row)
    assert found is not None, "moved_by has looked"
    pinned, export = found
    _check_can_ask(row, export)
    with world.points.around("take"):
        lease = world.leases.take(pinned.lease, str(uuid4()), world.clock.now(), LEASE_S)
    try:
        line = Line(hold(world, pinned), export)
        try:
            _prove_gone(world, row, line)
        finally:
            line.close()
        return _opened(desk, moved, note)
    finally:
        with world.points.around("give_back"):
            world.leases.give_back(lease)


def _opened(desk: Desk, moved: Moved, note: Note) -> LedgerRow:
    now = desk.office.clock.now()
    year = now.astimezone(desk.pinned()[0].zone).year
    with desk.office.points.around("open_epochs"):
        return desk.office.operations.open_epochs(note, [moved], year, now)[0]


def _check_can_ask(row: LedgerRow, export: PinnedExport) -> None:
    window = seconds(export.create.visibility_delay)
    if not export.create.can_be_asked or window > LONGEST_S:
        message = f"nobody can be asked at once whether {row.title} is gone"
        raise OperationRefused(message, "correct it there, and answer --fixed-there")


def _prove_gone(world: World, row: LedgerRow, line: Line) -> None:
    """Raises OperationRefused where a look finds it, Blocked where one cannot be made."""
    asked = [each for each in world.ledger.open(line.export.stream, [row.state], MANY) if each.id == row.id]
    if not asked:
        raise OperationRefused(f"{row.title} was changed meanwhile", "look at it again: reconciler exports show")
    _check_gone(row, line, asked)
    world.clock.wait(seconds(line.export.create.visibility_delay))
    _check_gone(row, line, asked)


def _check_gone(row: LedgerRow, line: Line, asked: list[Open]) -> None:
    findings = line.adapter.look_up(asked)
    if isinstance(findings, LookupFailed):
        answer = findings.answer
        message = answer.rejection.message if isinstance(answer, RequestRefused) else getattr(answer, "message", "")
        raise Blocked(f"it could not be asked whether {row.title} is gone: {message}", "nothing was changed; try later")
    if (hit := findings.found.get(row.reference)) is not None:
        ids = f" as {', '.join(hit.target_ids[:5])}" if hit.target_ids else ""
        message = f"{row.title} is still there{ids}"
        raise OperationRefused(message, "remove it there first, then say so again; or answer --fixed-there")
