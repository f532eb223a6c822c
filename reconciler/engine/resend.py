"""Forced re-export: documents that are there go once more, as a new epoch with a reference and a number of its own.

The old document stays where it is, and its row too. So it takes a role, a reason, a yes to exactly this many, and above
a threshold a second person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconciler.engine.operations import Desk, Wish, moved_by
from reconciler.engine.reversing import check_reversible
from reconciler.errors import Blocked, OperationRefused, UsageError
from reconciler.runs.operating import ResendRequest
from reconciler.runs.operations import Choice, LedgerRow, Moved, Note
from reconciler.specs.sentences import joined, money_in, say

ROLES = ("accountant", "admin")
MOST = 1000
"""Documents of one re-export: each is looked at before."""


@dataclass(frozen=True, slots=True)
class Resent:
    """What came of it: the new rows, or the number of the request that waits for a second person."""

    rows: tuple[LedgerRow, ...] = ()
    request: int = 0


@dataclass(frozen=True, slots=True)
class Consent:
    """The yes of whoever asks, to so many documents; and up to how many one person may send once more alone.

    `reverse`: what is there is taken back first.
    """

    confirmed: int
    alone: int
    reverse: bool = False


def resend(desk: Desk, rows: Sequence[LedgerRow], reason: str, consent: Consent) -> Resent:
    """Open a new epoch for each, or its reversal, or ask for a second person.

    Raises UsageError, Blocked where whoever asks has no role for it, OperationRefused where one of the documents may
    not be sent once more, or where the yes is missing.
    """
    note = _note(desk, "resend", reason)
    moved = [_checked(desk, row, reverse=consent.reverse) for row in rows]
    amount = sum((row.amount or Decimal(0) for row in rows), Decimal(0))
    if not 0 < len(rows) <= MOST:
        raise UsageError(
            say("{count} documents cannot be sent once more at once", count=len(rows)), f"choose 1 to {MOST}"
        )
    if consent.confirmed != len(rows):
        there = "after a reversal of each" if consent.reverse else "what is there now stays there"
        message = say(
            "this would send {count} documents, {money}, once more: {there}",
            count=len(rows),
            money=money_in(amount),
            there=there,
        )
        raise OperationRefused(message, f"if this is meant, add --confirm {len(rows)}")
    now = desk.office.clock.now()
    if len(rows) > consent.alone:
        with desk.office.points.around("ask_second"):
            return Resent(request=desk.office.resends.ask_second(note, rows, now, reverse=consent.reverse))
    if consent.reverse:
        with desk.office.points.around("open_reversals"):
            return Resent(tuple(desk.office.reversals.open_reversals(note, moved, _year(desk), now)))
    with desk.office.points.around("open_epochs"):
        return Resent(tuple(desk.office.operations.open_epochs(note, moved, _year(desk), now)))


def approve(desk: Desk, number: int) -> Resent:
    """Agree to somebody else's request. Raises as `resend`, and where it is one's own or its documents have moved."""
    note = _note(desk, "approve")
    request = waiting(desk, number)
    if request.asked_by.casefold() == note.actor.casefold():
        message = say("{asked_by} has asked for this, and cannot be the second person too", asked_by=request.asked_by)
        raise OperationRefused(message, f"somebody else who is {' or '.join(ROLES)} has to agree")
    rows = desk.office.operations.rows(Choice(note.organization_id, ids=tuple(request.rows)))
    if {row.id: row.attempt for row in rows} != dict(request.rows):
        hint = f"reconciler exports approve {desk.organization} {number} --refuse, then ask again"
        raise OperationRefused("some of its documents have moved since it was asked", hint)
    moved = [_checked(desk, row, reverse=request.reverse) for row in rows]
    with desk.office.points.around("approve"):
        made = desk.office.resends.approve(note, request, moved, _year(desk), desk.office.clock.now())
    return Resent(tuple(made))


def refuse(desk: Desk, number: int) -> ResendRequest:
    """Let a request wait no longer: whoever has the role may, the one who asked too."""
    note = _note(desk, "refuse")
    request = waiting(desk, number)
    with desk.office.points.around("refuse"):
        desk.office.resends.refuse(note, request, desk.office.clock.now())
    return request


def waiting(desk: Desk, number: int) -> ResendRequest:
    """The request of that number. Raises UsageError where none waits."""
    found = {each.id: each for each in desk.office.resends.waiting(desk.organization_id)}
    if number not in found:
        hint = f"waiting: {', '.join(map(str, found))}" if found else "nothing waits for a second person"
        raise UsageError(
            say("no request {number} of {organization} waits", number=number, organization=desk.organization), hint
        )
    return found[number]


def _note(desk: Desk, operation: str, reason: str | None = None) -> Note:
    """Who does it: one of the organisation's people, with the role."""
    actor, people = desk.office.actor, desk.people().people
    roles = {role for each in people if each.account.casefold() == actor.casefold() for role in each.roles}
    if not roles & set(ROLES):
        named = [each.account for each in people if set(each.roles) & set(ROLES)]
        hint = f"ask one of them: {', '.join(named)}" if named else "give somebody the role in organization.yaml"
        raise Blocked(
            say(
                "'{actor}' is neither {names} of {organization}",
                actor=actor,
                names=joined(ROLES, " nor "),
                organization=desk.organization,
            ),
            hint,
        )
    if reason is not None and not reason.strip():
        raise UsageError("sending documents once more needs a reason", "--reason, in a sentence: it is kept for ever")
    return desk.note(operation, reason or "")


def _checked(desk: Desk, row: LedgerRow, *, reverse: bool) -> Moved:
    """The row, where it may be sent once more and would be, and can be reversed. Raises OperationRefused."""
    moved = moved_by(desk, row, Wish("resend"))
    found = desk.export_of(row)
    assert found is not None, "moved_by has looked"
    _, export = found
    explained = desk.office.records.explain(export.stream, export.selection, export.category, row.record_id)
    missed = ["the app does not have it any more"] if explained is None else explained[1]
    rules = {each.reason: each.reason for each in (*export.selection.scope, *export.selection.readiness)}
    if missed:
        raise OperationRefused(
            say("{title} would not go: {missed}", title=row.title, missed=rules.get(missed[0], missed[0])),
            "nothing was changed; leave it out",
        )
    if reverse:
        check_reversible(desk, row)
    return moved


def _year(desk: Desk) -> int:
    """The year of new numbers: the organisation's own."""
    return desk.office.clock.now().astimezone(desk.pinned()[0].zone).year
