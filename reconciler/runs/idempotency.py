"""What may be done about a document whose fate is unknown: decided here and nowhere else, by the idempotency class.

Sources: design.md 5 and research/exports.md 2.6. A is made under our key and never overwritten, so a repeat does no
harm; B is remembered under a key for a while; C can only be asked for; D is blind. Whatever a repeat does not prove
leaves the document unknown: what happened to the first request stays open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.runs.export import Open, batch_of
from reconciler.runs.outcome import EXISTS, Held, NotApplied, Outcome, Rejected, Unknown
from reconciler.specs.models.operations import Create
from reconciler.specs.scalars import seconds

ANSWERS = 3
"""So many unclear answers to repeats prove that another one says the same: a stored failure is replayed (2.6)."""
LATE = timedelta(minutes=5)
"""How long after it was decided a request may begin at the most: its claim's life."""
NOT_REPEATED = "not-repeated"
"""The code of a repeat that did not happen."""
SILENT = (NOT_REPEATED, "no-answer", "run-lost", "http-502", "http-503", "http-504")
"""Codes of an unknown row to which nobody has answered, or only who stands before it: no sign of a stored failure."""
HELD_FOR: Mapping[str, str] = {
    "blind": "the outside system cannot be asked, and takes a repeat for another document",
    "key-replays": "repeats under the same key get the same unclear answer, and nothing else can be asked",
    "key-over": "the outside system has forgotten our key by now, and nothing else can be asked",
    "key-changed": "mapping or type have changed, so the same request cannot be made again, and nothing can be asked",
    "adopted-blind": "the ledger was older than what was sent, and nobody can be asked whether this one had gone",
    "key-parted": "of the request only a part is open, so it cannot be repeated whole, and nothing can be asked",
}
"""Why a document is held, by its code, in words for whoever keeps the accounts."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What the class of one export allows at `now`. `mapping` is the digest of what requests are made by today."""

    create: Create
    mapping: str
    now: datetime
    whole: frozenset[int] = frozenset()
    """Rows whose request is unknown as a whole, see `whole_requests`."""

    def asks_at_once(self, row: Open) -> bool:
        """Whether finding it may be asked before the request's life is over. Not finding it proves nothing then."""
        return self._can_ask and (self.create.idempotency == "A" or row.code == EXISTS)

    def _is_there(self, row: Open) -> bool:
        """Whether something is there under our key, and only has to be looked at."""
        return self._can_ask and row.code == EXISTS

    def repeats(self, row: Open) -> bool:
        """Whether the frozen request may be sent once more, now."""
        return not self._no_repeat(row) and (row.next_attempt_at is None or row.next_attempt_at <= self.now)

    def concludes(self, row: Open) -> bool:
        """Whether two absences prove that it is not there."""
        waits = self.create.idempotency == "B" and not self._no_repeat(row)
        return self._can_ask and not waits and self._is_over(row)

    def holds(self, row: Open) -> str:
        """The code of HELD_FOR where nothing but a person can say what became of it; else empty."""
        return "" if self._can_ask else self._no_repeat(row)

    def next_step(self, row: Open) -> str:
        """What is done next about an unknown row, in words."""
        return "asked for" if self._no_repeat(row) or self._is_there(row) else "sent once more under the same key"

    def next_step_at(self, row: Open) -> datetime:
        """From when on that may be."""
        if self._is_there(row):
            return self.now
        if self._no_repeat(row):
            return row.sent_before + self._request_life
        return max(row.next_attempt_at or self.now, self.now)

    def again_at(self, row: Open) -> datetime | None:
        """When a row that is proved absent may go again; None is at once. A stored answer is replayed until then."""
        return row.began_at + self._key_life if self.create.idempotency == "B" and row.began_at else None

    def _no_repeat(self, row: Open) -> str:
        """Why its request is not sent again, or will never be; empty where it may be."""
        kind = self.create.idempotency
        if kind not in ("A", "B"):
            return "blind"
        if row.mapping != self.mapping:
            return "key-changed"  # it may have gone without a key, or with another body
        if row.answered >= ANSWERS:
            return "key-replays"
        if kind == "A":
            # Once a repeat was answered to no avail, two looks say more than another one.
            return "key-replays" if row.answered and self._is_over(row) else ""
        if row.began_at is None or self.now >= row.began_at + self._key_life - self._request_life - LATE:
            return "key-over"
        return "" if row.id in self.whole else "key-parted"

    def _is_over(self, row: Open) -> bool:
        """Whether no request for it can arrive any more."""
        return row.sent_before + self._request_life <= self.now

    @property
    def _can_ask(self) -> bool:
        return self.create.idempotency != "D" and self.create.can_be_asked

    @property
    def _request_life(self) -> timedelta:
        return timedelta(seconds=seconds(self.create.request_life))

    @property
    def _key_life(self) -> timedelta:
        return timedelta(seconds=seconds(self.create.key_life) if self.create.key_life else 0)


def whole_requests(rows: Sequence[Open]) -> dict[str, list[Open]]:
    """The requests of which every document is among `rows`, by number: only these can be repeated as one."""
    found: dict[str, list[Open]] = {}
    for each in sorted(rows, key=lambda each: each.number):
        found.setdefault(each.batch, []).append(each)
    return {name: group for name, group in found.items() if batch_of([each.reference for each in group]) == name}


def freezes_each_request(create: Create) -> bool:
    """Whether each request is frozen right before it is sent, and not all of a claim at once.

    A dead run's frozen documents may all have gone: of a blind class each of them would be a question to a person.
    """
    return create.idempotency == "D"


def of_first_try(create: Create, outcome: Outcome) -> Outcome:
    """What the answer to a first request means: where nobody can be asked, what is unknown is a person's question."""
    return Held(outcome.message, "blind") if create.idempotency == "D" and isinstance(outcome, Unknown) else outcome


def of_repeat(create: Create, outcome: Outcome, *, told_of_each: bool) -> Outcome:
    """What the answer to a repeat means for the document.

    An answer that tells of each document is that of the one request that ever was under its key: it counts as it is. A
    refusal of all may be of the repeat alone, for some check before they look; and so it is under class A.
    """
    if told_of_each and create.idempotency == "B":
        return outcome
    match outcome:
        case Rejected(message, code):
            return Unknown(message, code or "refused-again")
        case NotApplied(message):
            return Unknown(message, NOT_REPEATED)
        case _:
            return outcome
