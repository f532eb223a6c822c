"""The documents of an integration, the newest first: by state, category, days and text, with counts and sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.database.documents import DocumentPages
from reconciler.engine.changed import changed
from reconciler.engine.operations import Desk
from reconciler.portal.choosing import (
    LARGEST,
    NEEDING,
    STANDINGS,
    TICKED,
    Filter,
    Names,
    Standing,
    choice_of,
    names,
    seen_of,
    ways,
)
from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.runs.operations import OPERATIONS, Choice, LedgerRow, Operation

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned

SHOWN = 50
ONE_BY_ONE: tuple[Operation, ...] = ("withdraw", "hold")
LOOKED = 2000
"""Documents that are compared with the app at once, where only those are wanted whose record has changed."""


class Listing(Filter):
    """What of the documents is asked for."""

    changed: bool = Field(default=False, description="Only where the app's record is another than what went.")
    beyond: int = Field(0, ge=0, le=LARGEST, description="Only older ones than the document of this `id`.")
    limit: int = Field(SHOWN, ge=1, le=TICKED, description="So many at most.")


class DocumentRow(BaseModel):
    """One document: a record's, or the reversal of one. `message` is the outside system's own."""

    id: int
    number: int
    reference: str
    record: str = Field(description="The record's id in the app.")
    category: str
    category_label: str
    target: str
    target_label: str
    purpose: str
    epoch: int = Field(description="1, and one more each time that it is sent once more.")
    attempt: int
    state: Standing
    amount: Decimal | None = Field(description="In Norwegian kroner.")
    message: str
    code: str
    field: str = Field(description="The document's field that was refused, where that is known.")
    origin: str = Field(description="The file and line of the rule that wrote the field.")
    target_ids: list[str] = Field(description="What it is called there.")
    sent_at: datetime | None
    changed_at: datetime
    next_attempt_at: datetime | None
    superseded: bool = Field(description="Whether a later epoch stands in its place.")
    changed: bool = Field(description="Whether the record has changed in the app since it was sent.")
    ways: list[Operation] = Field(description="What whoever asks may do about it.")


class Total(BaseModel):
    """Documents that stand so, and what they sum to."""

    state: Standing
    documents: int
    amount: Decimal


class CategoryName(BaseModel):
    """A category and what people call it."""

    name: str
    label: str


class Documents(BaseModel):
    """A page of an integration's documents."""

    integration: str
    wanted: Listing
    categories: list[CategoryName]
    totals: list[Total] = Field(
        description="By state: of what the filter would show were any state meant, `changed` or not."
    )
    whole: bool = Field(description="Whether `totals` are of all; else of the newest, and of all that is undecided.")
    documents: list[DocumentRow]
    beyond: int = Field(description="Where the next page begins; 0 where this is the last one.")
    offered: list[Operation] = Field(description="What may be done about documents of this page.")
    needing: list[Standing] = Field(description="States in which a document needs somebody.")

    @property
    def states(self) -> tuple[Standing, ...]:
        """Every state that can be asked for."""
        return STANDINGS

    @property
    def offered_every(self) -> list[Operation]:
        """What may be done about all that the filter shows: those whose record changed cannot be counted beforehand."""
        return [] if self.wanted.changed else [each for each in self.offered if each not in ONE_BY_ONE]

    @property
    def filtered(self) -> bool:
        """Whether somebody chose more than a state."""
        return bool({name for name, _ in self.fields} - {"state"}) or self.wanted.changed

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """The filter as the fields of a form."""
        return asked(self.wanted)

    def query(self, **others: object) -> str:
        """The filter as the query of a link, with some of it said otherwise."""
        kept = [pair for pair in self.fields if pair[0] not in others]
        if self.wanted.changed:
            kept.append(("changed", "true"))
        if self.wanted.limit != SHOWN:
            kept.append(("limit", str(self.wanted.limit)))
        return urlencode([*kept, *others.items()], doseq=True)

    @property
    def count(self) -> int:
        """Documents that the filter shows."""
        return sum(each.documents for each in self._shown)

    @property
    def amount(self) -> Decimal:
        """What they sum to."""
        return sum((each.amount for each in self._shown), Decimal(0))

    @property
    def _shown(self) -> list[Total]:
        return [each for each in self.totals if not self.wanted.state or each.state in self.wanted.state]


def documents(visit: Sees, integration: Name, wanted: Annotated[Listing, Query()]) -> Documents:
    """The documents of an integration that a filter shows, a page of them, and how many stand how."""
    desk, pinned = seen_of(visit, integration)
    choice, known = choice_of(visit, integration, wanted), names([pinned], visit.language)
    pages = DocumentPages(visit.parts.tables)
    found, beyond = _page(desk, pages, choice, wanted)
    totals, whole = pages.tally(replace(choice, states=()))
    rows = [shown(desk, visit, row, known, other=others) for row, others in found]
    return Documents(
        integration=integration,
        wanted=wanted,
        categories=[CategoryName(name=name, label=known.category(name)) for name in _categories(pinned)],
        totals=[
            Total.model_validate({"state": state, "documents": count, "amount": amount})
            for state, count, amount in totals
        ],
        whole=whole,
        documents=rows,
        beyond=beyond,
        offered=_offered(rows),
        needing=list(NEEDING),
    )


def _page(
    desk: Desk, pages: DocumentPages, choice: Choice, wanted: Listing
) -> tuple[list[tuple[LedgerRow, bool]], int]:
    """A page, whether each record has changed, and where the next page begins.

    Where only changed ones are wanted, a page may have few, and still not be the last.
    """
    size = LOOKED if wanted.changed else wanted.limit
    rows = pages.page(choice, size + 1, wanted.beyond)
    more, rows = len(rows) > size, rows[:size]
    others = changed(desk, rows)
    found = [(row, row.id in others) for row in rows if row.id in others or not wanted.changed]
    if len(found) > wanted.limit:
        more, found = True, found[: wanted.limit]
        return found, found[-1][0].id
    return found, rows[-1].id if more else 0


def shown(desk: Desk, visit: Visit, row: LedgerRow, known: Names, *, other: bool = False) -> DocumentRow:
    """A ledger's row as pages show it; `other` where its record has changed since."""
    return DocumentRow(
        id=row.id,
        number=row.number,
        reference=row.reference,
        record=row.record_id,
        category=row.category,
        category_label=known.category(row.category),
        target=row.target,
        target_label=known.target(row.target),
        purpose=row.purpose,
        epoch=row.epoch,
        attempt=row.attempt,
        state=row.standing,
        amount=row.amount,
        message=row.message,
        code=row.code,
        field=row.field,
        origin=row.origin,
        target_ids=list(row.target_ids),
        sent_at=row.sent_at,
        changed_at=row.changed_at,
        next_attempt_at=row.next_attempt_at,
        superseded=row.superseded,
        changed=other,
        ways=ways(desk, visit, row),
    )


def _categories(pinned: "Pinned") -> list[str]:
    return sorted({each.stream.category for each in pinned.exports})


def _offered(rows: Iterable[DocumentRow]) -> list[Operation]:
    """In the order in which the table of moves has them."""
    found = {way for row in rows for way in row.ways}
    return [each for each in OPERATIONS if each in found]


def asked(wanted: Filter) -> Sequence[tuple[str, str]]:
    """A filter as the fields of a form, those left out that say nothing."""
    given: Mapping[str, object] = wanted.model_dump(mode="json", include=set(Filter.model_fields))
    pairs = [
        (name, each)
        for name, value in given.items()
        for each in (value if isinstance(value, list) else [value])
        if each not in ("", None, False)
    ]
    return [(name, "true" if each is True else str(each)) for name, each in pairs]
