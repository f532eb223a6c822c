"""What a deed about documents would do, before it is done: which documents, how many, and what they sum to."""

from decimal import Decimal
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.engine.resend import MOST
from reconciler.portal.answers.documents import DocumentRow, asked, shown
from reconciler.portal.choosing import Chosen, meant, names, seen_of
from reconciler.portal.visiting import Name, Sees
from reconciler.runs.operations import Operation

FIRST = 10
"""Documents that are shown of many."""


class Question(Chosen):
    """Which deed, about which documents."""

    deed: Operation = Field("retry", description="What is to be done about them.")


class Confirming(BaseModel):
    """What would happen. The deed is told the same documents, and `count`, which it checks."""

    integration: str
    deed: Operation
    count: int
    amount: Decimal
    left_out: int = Field(description="Documents that were named, and of which the deed is not allowed as they stand.")
    first: list[DocumentRow]
    targets: list[str]
    row: list[int] = Field(description="The documents, where they were named.")
    records: list[str] = Field(description="Their records, where the documents were named.")
    every: bool
    fields: list[tuple[str, str]] = Field(description="The filter, where all that it shows are meant.")
    alone: int = Field(description="Documents that one person may send once more alone.")
    most: int = Field(description="Documents that can be sent once more at once.")


def confirm_documents(visit: Sees, integration: Name, wanted: Annotated[Question, Query()]) -> Confirming:
    """Which documents a deed would move, and nothing is done yet."""
    desk, pinned = seen_of(visit, integration)
    rows = meant(desk, visit, integration, wanted, wanted.deed)
    known = names([pinned], visit.language)
    return Confirming(
        integration=integration,
        deed=wanted.deed,
        count=len(rows),
        amount=sum((row.amount or Decimal(0) for row in rows), Decimal(0)),
        left_out=0 if wanted.every else len(set(wanted.row)) - len(rows),
        first=[shown(desk, visit, row, known) for row in rows[:FIRST]],
        targets=sorted({known.target(row.target) for row in rows}),
        row=[] if wanted.every else [row.id for row in rows],
        records=[] if wanted.every else list(dict.fromkeys(row.record_id for row in rows)),
        every=wanted.every,
        fields=list(asked(wanted)) if wanted.every else [],
        alone=visit.parts.house.settings.second_person,
        most=MOST,
    )
