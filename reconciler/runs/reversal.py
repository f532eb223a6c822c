"""Taking a document back: another one of its own, with the amounts negated, and only then the record goes once more.

Pure: what is reversed, what a reversal looks like, what stands in its way, and when it is proved. See
docs/decisions/0036-reverse-and-repost.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from reconciler.runs.export import Claim, Stream
from reconciler.runs.operations import LedgerRow, Moved, Note
from reconciler.runs.outcome import Lease
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.operations import Create

Purpose = Literal["document", "reversal"]
DOCUMENT: Purpose = "document"
REVERSAL: Purpose = "reversal"
REVERSED = "reversed"
"""The code of a row that waits to go once more, after the document before it was taken back."""
SENT = frozenset({"sent", "accepted", "posted"})


@dataclass(frozen=True, slots=True)
class First:
    """The document that is taken back. `payload` is what was sent, None where the ledger does not hold it any more."""

    id: int
    reference: str
    number: int
    amount: Decimal | None
    payload: Mapping[str, Any] | None


def proved(create: Create) -> frozenset[str]:
    """The states in which a document stands in the books for certain.

    Where the outside system posts later, and can refuse until then, being taken in is not enough: a reversal that is
    refused after its document has gone once more would leave the amount there twice.
    """
    return frozenset({"posted"}) if any(each.proves == "posted" for each in create.lookups) else SENT


def obstacle(first: First, document: DocumentType, closed_through: date | None) -> str:
    """Why a document cannot be taken back, in words that follow its title; empty where it can."""
    reversal = document.reversal
    if reversal is None:
        return f"is a {document.label.en.lower()}, and its type does not say how one is reversed"
    if first.payload is None or first.amount is None:
        return "cannot be reversed: the ledger does not hold any more what was sent"
    values = [value for line in first.payload["lines"] for value in line["fields"].values()]
    if any(isinstance(each, Mapping) for each in values):
        return "cannot be reversed: a part of what was sent is sealed away"
    for line in first.payload["lines"]:
        try:
            day = date.fromisoformat(str(line["fields"].get(reversal.date)))
        except ValueError:
            return f"cannot be reversed: its {reversal.date} cannot be read as a day"
        if closed_through is not None and day <= closed_through:
            return f"is dated {day}, and the books are closed through {closed_through}"
    return ""


def reversed_payload(first: First, claim: Claim, document: DocumentType) -> dict[str, Any]:
    """What was sent, as its reversal. Call it where there is no `obstacle` only."""
    reversal = document.reversal
    assert reversal is not None, "obstacle has looked"
    assert first.payload is not None, "obstacle has looked"
    number = reversal.number or document.create.number
    same = {name for name, field in document.fields.items() if field.same_as in reversal.negate}
    theirs = {"reference": first.reference, "number": str(first.number)}
    made = {name: theirs[what] for name, what in reversal.names.items()}
    lines = []
    for line in first.payload["lines"]:
        fields = dict(line["fields"])
        fields |= {name: negated(fields[name]) for name in {*reversal.negate, *same} if name in fields}
        fields[document.create.reference] = claim.reference
        if number is not None and number in fields:
            fields[number] = claim.number if isinstance(fields[number], int) else str(claim.number)
        lines.append({**line, "fields": fields | made})
    return {**first.payload, "lines": lines}


def negated(value: Any) -> Any:
    """A number with the other sign, written as it was: `12.50` is `-12.50`. Zero has none."""
    if isinstance(value, str):
        if not Decimal(value):
            return value
        return value[1:] if value.startswith("-") else f"-{value.removeprefix('+')}"
    return -value


class Reversals(Protocol):
    """The ledger as far as documents are taken back."""

    def firsts(self, organization_id: str, rows: Sequence[int]) -> Mapping[int, First]:
        """What was sent, by the row of a document, or by the row of its reversal.

        Raises Blocked where somebody has changed it in the database.
        """

    def open_reversals(self, note: Note, moved: Sequence[Moved], year: int, now: datetime) -> list[LedgerRow]:
        """Open the reversal of each document beside it, due at once, with a reference and a number of its own.

        Raises OperationRefused where a row has moved meanwhile, or has a reversal.
        """

    def repost(
        self, lease: Lease, stream: Stream, states: frozenset[str], year: int, now: datetime
    ) -> list[tuple[int, int]]:
        """Open the next epoch of every document whose reversal is in one of `states`: numbers of reversal and repost.

        The only way in which a document goes once more after its reversal.
        """
