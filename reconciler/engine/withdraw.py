"""A document that is staged there, or was refused there after it was accepted, and goes again as a new epoch once it is
proved to be gone.

Where its type declares how, what stands there is removed first; else a person has removed it. Nothing is believed:
everywhere it can live is asked twice, a visibility window apart, while no sync of the integration can run.
"""

from dataclasses import replace
from uuid import uuid4

from reconciler.engine.held import Line, hold
from reconciler.engine.operations import Desk, Wish, moved_by
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.errors import Blocked, OperationRefused
from reconciler.runs.export import Open
from reconciler.runs.operations import LedgerRow, Moved, Note
from reconciler.runs.outcome import Answer, Found, LookupFailed, RequestRefused, Settled, Unclear
from reconciler.runs.withdrawal import Withdrawer
from reconciler.specs.scalars import seconds
from reconciler.specs.sentences import say

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
    _check_can(row, export)
    with world.points.around("take"):
        lease = world.leases.take(pinned.lease, str(uuid4()), world.clock.now(), LEASE_S)
    try:
        line = Line(hold(world, pinned), export)
        try:
            asked = _unmoved(world, row, line)
            if export.create.withdraw is not None:
                _remove(world, desk, row, line, asked, note)
            _prove_gone(world, row, line, asked)
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


def _check_can(row: LedgerRow, export: PinnedExport) -> None:
    window = seconds(export.create.visibility_delay)
    if row.standing != "rejected_late" and export.create.withdraw is None:
        message = say("{title} is there, and its type does not say how what is staged is removed", title=row.title)
        raise OperationRefused(message, "remove it there; the lookups find out")
    if not export.create.can_be_asked or window > LONGEST_S:
        message = say("nobody can be asked at once whether {title} is gone", title=row.title)
        raise OperationRefused(message, "correct it there, and answer --fixed-there")


def _unmoved(world: World, row: LedgerRow, line: Line) -> Open:
    """The row as lookups take it. Raises OperationRefused where it has moved."""
    for each in world.ledger.open(line.export.stream, [row.state], MANY):
        if each.id == row.id:
            return each
    raise OperationRefused(
        say("{title} was changed meanwhile", title=row.title), "look at it again: reconciler exports show"
    )


def _remove(world: World, desk: Desk, row: LedgerRow, line: Line, asked: Open, note: Note) -> None:
    """Remove what stands there, under the ids that were seen there just now. What is posted is never touched.

    Raises OperationRefused where it is posted or may not be removed, Blocked where nobody knows what became of it:
    nothing has changed here then, and saying it again removes what is left.
    """
    hit = _found(row, line, asked)
    if hit is None:
        return
    if hit.proves == "posted":
        raise OperationRefused(
            say("{title} is posted there", title=row.title), "what is in the books is reversed, and never removed"
        )
    with desk.office.points.around("write_down"):
        desk.office.operations.write_down(replace(note, operation="remove"), [row], desk.office.clock.now())
    assert isinstance(line.adapter, Withdrawer), "its model says which protocols can"
    with world.points.around("withdraw"):
        answer = line.adapter.withdraw(replace(asked, target_ids=hit.target_ids or asked.target_ids))
    _check_removed(row, answer)


def _check_removed(row: LedgerRow, answer: Answer) -> None:
    if isinstance(answer, Settled):
        return
    message, again = _said(answer), "nothing was changed here; say it again, and what is left is removed"
    if isinstance(answer, RequestRefused):
        raise OperationRefused(
            say("{title} could not be removed there: {message}", title=row.title, message=message), again
        )
    if isinstance(answer, Unclear):
        raise Blocked(
            say("nobody knows whether {title} was removed there: {message}", title=row.title, message=message), again
        )
    raise Blocked(say("{title} was not removed there: {message}", title=row.title, message=message), again)


def _prove_gone(world: World, row: LedgerRow, line: Line, asked: Open) -> None:
    """Raises OperationRefused where a look finds it, Blocked where one cannot be made."""
    _check_gone(row, line, asked)
    world.clock.wait(seconds(line.export.create.visibility_delay))
    _check_gone(row, line, asked)


def _check_gone(row: LedgerRow, line: Line, asked: Open) -> None:
    if (hit := _found(row, line, asked)) is not None:
        ids = say(" as {ids}", ids=", ".join(hit.target_ids[:5])) if hit.target_ids else ""
        message = say("{title} is still there{ids}", title=row.title, ids=ids)
        raise OperationRefused(message, "remove it there first, then say so again; or answer --fixed-there")


def _found(row: LedgerRow, line: Line, asked: Open) -> Found | None:
    """What stands there of it. Raises Blocked where that cannot be asked, or cannot be understood."""
    findings = line.adapter.look_up([asked])
    if isinstance(findings, LookupFailed):
        message = _said(findings.answer)
        raise Blocked(
            say("it could not be asked whether {title} is gone: {message}", title=row.title, message=message),
            "nothing was changed; try later",
        )
    if unread := findings.unread.get(row.reference):
        raise Blocked(
            say("what is said of {title} cannot be understood: {unread}", title=row.title, unread=unread),
            "nothing was changed; look there",
        )
    return findings.found.get(row.reference)


def _said(answer: Answer) -> str:
    return answer.rejection.message if isinstance(answer, RequestRefused) else getattr(answer, "message", "")
