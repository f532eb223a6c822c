"""Documents of an integration that need somebody: those that failed, and those that stand otherwise there."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from reconciler.runs.views import ExportRow, IntegrationView, OpenDifference


class Count(BaseModel):
    """Documents in one state."""

    state: str
    documents: int
    amount: Decimal


class Failed(BaseModel):
    """A document that needs somebody."""

    record: str
    reference: str
    category: str
    number: int
    state: str
    amount: Decimal | None
    message: str = Field(description="The outside system's own words; empty where it said nothing.")
    field: str
    origin: str = Field(description="The line of the mapping that made the field: `file:line:column`.")
    changed_at: datetime


class Differing(BaseModel):
    """A document that stands otherwise in the outside system, as the last comparison found it."""

    kind: str = Field(description="twice, missing, unknown_here, amount or content.")
    record: str
    reference: str
    number: int | None
    ours: Decimal | None
    theirs: Decimal | None
    day: date
    detail: str
    seen_at: datetime


def counts(view: "IntegrationView") -> list[Count]:
    """Documents that went astray by state, over all categories."""
    found: dict[str, Count] = {}
    for each in view.ledger:
        known = found.setdefault(each.state, Count(state=each.state, documents=0, amount=Decimal(0)))
        known.documents += each.documents
        known.amount += each.amount
    return [found[state] for state in sorted(found)]


def failed(row: "ExportRow") -> Failed:
    """A row of the ledger as pages show it."""
    return Failed(
        record=row.record_id,
        reference=row.reference,
        category=row.category,
        number=row.number,
        state=row.state,
        amount=row.amount,
        message=row.message,
        field=row.field,
        origin=row.origin,
        changed_at=row.changed_at,
    )


def differing(found: "OpenDifference") -> Differing:
    """A difference as pages show it."""
    each = found.difference
    return Differing(
        kind=each.kind,
        record=each.record_id,
        reference=each.reference,
        number=each.number,
        ours=each.ours,
        theirs=each.theirs,
        day=each.first,
        detail=each.detail,
        seen_at=found.at,
    )
