"""What we say was sent, held against what stands there: a value with every difference, record by record.

Nothing is sent or changed by it. A difference is something for a person to look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from reconciler.runs.export import Open
from reconciler.runs.inventory import Inventory, Item, Window

Kind = Literal["missing", "twice", "amount", "unknown_here", "content"]
KINDS: Mapping[Kind, str] = {
    "twice": "stands there twice",
    "missing": "was sent, and is not there",
    "unknown_here": "is there, and the ledger does not say that it was sent",
    "amount": "stands there with another amount",
    "content": "stands there with other content",
}
"""What each kind of difference means, the gravest for the accounts first."""
Way = Literal["listed", "asked", "blind"]
"""listed: the outside system showed what it holds; asked: it was asked for each reference; blind: nobody can be."""
SENT = ("sent", "accepted", "posted", "drifted")
"""States in which a document ought to be there."""
PASSING = (*SENT, "rejected_late", "sending")
"""States in which it may be there without anybody having to look."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A document of ours that was sent on `day`, local: what can be asked for it, and its frozen lines.

    `lines` are the fields of each; None where the content was deleted since.
    """

    row: Open
    day: date
    lines: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of a reference that somebody showed us; `mine` is False for another organisation's."""

    mine: bool
    category: str
    record_id: str
    number: int
    state: str
    amount: Decimal | None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One document. `detail` names fields that differ, or the ledger's state of it; never what a field holds.

    `first` and `last` are the days that a later comparison has to cover to say that it is no more.
    """

    kind: Kind
    reference: str
    first: date
    last: date
    category: str = ""
    record_id: str = ""
    number: int | None = None
    ours: Decimal | None = None
    theirs: Decimal | None = None
    detail: str = ""

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "kind": self.kind,
            "meaning": KINDS[self.kind],
            "category": self.category,
            "record": self.record_id,
            "number": self.number,
            "reference": self.reference,
            "day": self.first.isoformat() if self.first == self.last else None,
            "ours": None if self.ours is None else str(self.ours),
            "theirs": None if self.theirs is None else str(self.theirs),
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """One target's documents of a window, compared at `at`.

    `sent` and `amount` are ours; `unread` those of them of which nothing was learned, for the reason in `problem`;
    `foreign` documents there with a reference like ours that belongs to somebody else. `night` is the local day whose
    nightly comparison this is.
    """

    organization_id: str
    integration: str
    target: str
    first: date
    last: date
    way: Way
    at: datetime
    sent: int
    amount: Decimal
    unread: int
    foreign: int
    requests: int
    differences: tuple[Difference, ...]
    problem: str = ""
    hint: str = ""
    night: date | None = None

    @property
    def complete(self) -> bool:
        """Whether each of our documents was compared."""
        return self.unread == 0 and self.way != "blind"

    def count(self, kind: Kind) -> int:
        """How many differences are of a kind."""
        return sum(each.kind == kind for each in self.differences)

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "integration": self.integration,
            "target": self.target,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "way": self.way,
            "at": self.at.isoformat(),
            "sent": self.sent,
            "amount": str(self.amount),
            "compared": self.sent - self.unread,
            "unread": self.unread,
            "foreign": self.foreign,
            "requests": self.requests,
            "complete": self.complete,
            "problem": self.problem,
            "hint": self.hint,
            "differences": [each.data() for each in self.differences],
        }


class Comparisons(Protocol):
    """The ledger as a comparison reads it, and where comparisons are kept, for ever."""

    def ours(self, organization_id: str, target: str, window: Window, before: datetime, after: int) -> list[Ours]:
        """The next documents behind the row `after` that ought to be there, sent in the window and before a moment."""

    def known(self, organization_id: str, target: str, references: Sequence[str]) -> Mapping[str, Known]:
        """What the ledger says of references at one target, whichever organisation's they are."""

    def keep_comparison(self, comparison: Comparison, actor: str) -> bool:
        """Write it down. False where another one of the same night was faster: then nothing is written."""

    def compared(self, organization_id: str, integration: str, night: date) -> frozenset[str]:
        """The targets whose comparison of that night is written down."""


def shown(ours: Ours, there: Sequence[Item], inventory: Inventory, *, balanced: bool, single: bool) -> list[Difference]:
    """How a document of ours differs from the lines that stand there under its reference.

    `single`: documents of this kind have one line, also where what was sent is not kept here.
    """
    found: list[Difference] = []
    lines = 1 if single else len(ours.lines or ())
    theirs = amount_of(there, balanced=balanced) if inventory.amounts else None
    if lines and len(there) >= 2 * lines:
        words = f"{len(there)} lines there, {lines} were sent"
        return [difference("twice", ours, theirs, words)]
    if inventory.amounts and ours.row.amount is not None:
        if theirs is None:
            found.append(difference("amount", ours))
        elif theirs != ours.row.amount_there:
            found.append(difference("amount", ours, theirs))
    if names := changed(ours, there):
        found.append(difference("content", ours, theirs, ", ".join(names)))
    return found


def difference(kind: Kind, ours: Ours, theirs: Decimal | None = None, detail: str = "") -> Difference:
    """A difference about a document of ours."""
    row = ours.row
    known = (row.category, row.record_id, row.number, row.amount)
    return Difference(kind, row.reference, ours.day, ours.day, *known, theirs, detail)


def amount_of(there: Sequence[Item], *, balanced: bool) -> Decimal | None:
    """What lines sum to, as the ledger counts it: those of a balanced document its positive ones. None if unread."""
    found = [each.amount for each in there if each.amount is not None]
    if len(found) < len(there):
        return None
    return sum([each for each in found if each > 0] if balanced and len(found) > 1 else found, Decimal(0))


def changed(ours: Ours, there: Sequence[Item]) -> list[str]:
    """The fields whose values over all lines are others there; only those that the type says can be read, and that
    the ledger does not keep sealed.
    """
    if ours.lines is None:
        return []
    sealed = {name for line in ours.lines for name, value in line.items() if isinstance(value, Mapping)}
    names = sorted({name for each in there for name in each.fields} - sealed)
    return [
        name
        for name in names
        if sorted(_plain(line.get(name)) for line in ours.lines) != sorted(_plain(each.fields[name]) for each in there)
    ]


def _plain(value: Any) -> str:
    """A value as it is compared: nothing is an empty text, and a number is its value."""
    text = "" if value is None else " ".join(str(value).split())
    try:
        return format(Decimal(text).normalize(), "f") if text and not text.isalpha() else text
    except ArithmeticError:
        return text
