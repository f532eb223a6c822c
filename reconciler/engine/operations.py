"""What a person decides about documents: looked up in the table, checked against the outside world, and carried out.

`runs.operations` says what is allowed from where; here is what else must hold, and the one transaction of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from reconciler.engine.office import Office
from reconciler.engine.pinned import Pinned, PinnedExport, pin
from reconciler.errors import Blocked, OperationRefused, UsageError
from reconciler.runs.ledger_words import meaning
from reconciler.runs.operations import Choice, LedgerRow, Moved, Note, Operation, move_of, ways_in_words
from reconciler.runs.reversal import REVERSAL
from reconciler.specs.models.organization import Organization
from reconciler.specs.scalars import seconds
from reconciler.specs.secrets import is_personal, is_secret
from reconciler.specs.sentences import say

SHORTEST, LONGEST = 10, 500
"""Characters of a reason."""
LONGEST_ID = 200
"""Characters of an id that an outside system gave."""


@dataclass(slots=True)
class Desk:
    """One organisation's documents, and who sits before them. Raises UsageError where it is not applied."""

    office: Office
    organization: str
    _pinned: list[Pinned] = field(default_factory=list)
    ready: Callable[[str, str], Pinned] | None = None
    """How an integration is made ready, where whoever asks knows better than to make it anew."""

    @property
    def organization_id(self) -> str:
        return self.office.applied.organization_id(self.organization)

    def pinned(self) -> list[Pinned]:
        """Its integrations, ready; those of another installation's database are refused."""
        if not self._pinned:
            names = self.office.operations.integrations(self.organization_id)
            self._pinned = [self._pin(name) for name in names]
        return self._pinned

    def _pin(self, name: str) -> Pinned:
        if self.ready is not None:
            return self.ready(self.organization, name)
        try:
            return pin(self.office.applied.applied(self.organization, name), self.office.clock.now())
        except ValidationError as error:
            message = say(
                "the row of {organization} {name} is not as it was applied", organization=self.organization, name=name
            )
            raise Blocked(message, "reconciler plan shows it, and reconciler apply mends it") from error

    def exports(self) -> Iterator[tuple[Pinned, PinnedExport]]:
        """Every category of every integration."""
        for pinned in self.pinned():
            for export in pinned.exports:
                yield pinned, export

    def export_of(self, row: LedgerRow) -> tuple[Pinned, PinnedExport] | None:
        """Who sends a row's category to its target, whatever the integration is called by now."""
        for pinned, export in self.exports():
            if (export.stream.target, export.stream.category) == (row.target, row.category):
                return pinned, export
        return None

    def people(self) -> Organization:
        """The organisation as applied, with or without integrations."""
        return Organization.model_validate(self.office.operations.organization(self.organization_id))

    def note(self, operation: str, reason: str = "") -> Note:
        """Who does it and why. Raises UsageError where the reason cannot be kept."""
        reason = reason.strip()
        if reason:
            check_reason(reason)
        return Note(self.organization_id, self.office.actor, operation, reason)

    def chosen(self, choice: Choice) -> list[LedgerRow]:
        """The rows that are meant. Raises UsageError where one that was named is not there."""
        rows = self.office.operations.rows(choice)
        for wanted in choice.wanted:
            found = [row for row in rows if wanted in (row.record_id, row.reference, str(row.number))]
            if not found:
                message = say(
                    "{organization} has no document of '{wanted}'", organization=self.organization, wanted=wanted
                )
                raise UsageError(message, f"nothing of it was ever sent: reconciler why {self.organization} {wanted}")
            if len(found) > 1:
                names = ", ".join(sorted({f"--integration {row.integration}" for row in found}))
                names += "; " + ", ".join(sorted({f"--category {row.category}" for row in found}))
                raise UsageError(
                    say("'{wanted}' is {count} documents", wanted=wanted, count=len(found)), f"say which one: {names}"
                )
        return rows


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, why, and under which id he found it there."""

    operation: Operation
    reason: str = ""
    target_id: str = ""


def decide(desk: Desk, rows: Sequence[LedgerRow], wish: Wish) -> list[Moved]:
    """Carry out what a person says about these rows: all, or none where one may not be moved so.

    Raises OperationRefused, and UsageError where reason or id cannot be kept.
    """
    note = desk.note(wish.operation, wish.reason)
    check_id(wish.target_id, len(rows))
    moved = [moved_by(desk, row, wish) for row in rows]
    if moved:
        with desk.office.points.around("decide"):
            desk.office.operations.decide(note, moved, desk.office.clock.now())
    return moved


def moved_by(desk: Desk, row: LedgerRow, wish: Wish) -> Moved:
    """Where the row goes. Raises OperationRefused where it must not."""
    move = move_of(wish.operation, row.standing)
    if move is None:
        raise OperationRefused(
            say("{title} {meaning}", title=row.title, meaning=meaning(row.standing)), ways_in_words(row.standing)
        )
    if row.purpose == REVERSAL and wish.operation in ("withdraw", "resend"):
        raise OperationRefused(say("{title} takes a document back", title=row.title), _after_reversal(row))
    code = move.code_of(row)
    goes = move.state == "not_applied" or wish.operation in ("withdraw", "resend")
    if goes and (refusal := _not_again(desk, row, wish.operation)):
        raise OperationRefused(*refusal)
    ids = (wish.target_id,) if wish.target_id else ()
    if wish.operation == "resend":
        return Moved(row, row.state, row.code)
    return Moved(row, move.state, code, ids)


def _not_again(desk: Desk, row: LedgerRow, operation: Operation) -> tuple[str, str] | None:
    """Why a row must not go again, or would not; and what to do instead."""
    found = desk.export_of(row)
    if found is None:
        message = say(
            "no applied integration sends {category} to {target} any more", category=row.category, target=row.target
        )
        return message, f"{row.title} cannot go there; give it up, or apply an integration that does"
    pinned, export = found
    now = desk.office.clock.now()
    if operation == "not-received":
        life = timedelta(seconds=seconds(export.create.request_life))
        if row.standing == "held" and row.sent_before + life > now:
            at = _local(row.sent_before + life, pinned)
            return f"{row.title} may still arrive until {at}: it is too early to say that it did not", "look after that"
    if operation == "retry" and row.code == "proved-absent" and row.next_attempt_at and row.next_attempt_at > now:
        at = _local(row.next_attempt_at, pinned)
        message = say(
            "{title} goes again by itself after {at}: until then its key is remembered there", title=row.title, at=at
        )
        return message, "nothing has to be done; sooner the same key would only bring the same answer"
    return None


def _after_reversal(row: LedgerRow) -> str:
    """What becomes of a reversal instead of going once more: no document gets a second one."""
    if row.standing == "rejected_late":
        return "correct it there, then: reconciler exports answer --fixed-there"
    return "once it is settled there, the next sync sends the document once more"


def check_reason(reason: str) -> None:
    """Raises UsageError where a reason says too little, is no sentence of one line, or names a person or a secret."""
    if not SHORTEST <= len(reason) <= LONGEST or not reason.isprintable():
        raise UsageError(
            say("a reason has {shortest} to {longest} characters, on one line", shortest=SHORTEST, longest=LONGEST),
            "say why, in a sentence",
        )
    if is_personal(reason) or is_secret(reason):
        raise UsageError("the reason names a person or a credential", "the audit trail holds neither: use opaque ids")


def check_id(target_id: str, count: int) -> None:
    """Raises UsageError where an id cannot be one document's."""
    if target_id and count != 1:
        raise UsageError(say("one id cannot be that of {count} documents", count=count), "answer them one by one")
    if len(target_id) > LONGEST_ID or not target_id.isprintable():
        raise UsageError(
            say("an id has at most {longest_id} characters, on one line", longest_id=LONGEST_ID),
            "give it as it is shown there",
        )


def _local(at: datetime, pinned: Pinned) -> str:
    return f"{at.astimezone(pinned.zone):%Y-%m-%d %H:%M %Z}"
