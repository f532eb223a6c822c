"""What an integration's page says beside its runs: what is tried again by itself, and how it was compared."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from reconciler.portal.fields import English
from reconciler.portal.visiting import Visit

if TYPE_CHECKING:
    from reconciler.database.beside import Again as Known


class Again(BaseModel):
    """Documents that runs try again, or ask for again, without anybody's doing."""

    state: Literal["not_applied", "unknown"] = Field(description="Sent again, or asked for again.")
    documents: int
    earliest: datetime | None = Field(description="Before then no run tries; None where the next one does.")
    attempts: int = Field(description="How often the one that was tried most was tried.")


class Compared(BaseModel):
    """The newest comparison of one target."""

    target: str
    night: date | None = Field(description="The night whose comparison it is; None where somebody asked for it.")
    first: date
    last: date
    at: datetime
    sent: int = Field(description="Our documents of these days.")
    amount: Decimal
    unread: int = Field(description="Those of them that could not be read there.")
    complete: bool
    problem: str = Field(description="Why it was not complete, in the words of whoever refused.")


class Beside(BaseModel):
    """What is tried again, and how documents were last held against what stands in the outside system."""

    again: list[Again]
    compared: list[Compared]
    failed_night: date | None = Field(description="The last night, where its comparison could not be made.")
    failed_said: English = Field(description="Why it could not.")


def beside(visit: Visit, integration: str) -> Beside:
    """All of it."""
    from reconciler.database.beside import BesideTable

    found = BesideTable(visit.parts.tables).beside(visit.organization.id, integration)
    return Beside(
        again=_again(found.again, visit.now),
        compared=[
            Compared(
                target=each.target, night=each.night, first=each.first, last=each.last, at=each.at, sent=each.sent,
                amount=each.amount, unread=each.unread, complete=each.complete, problem=each.problem,
            )
            for each in found.compared
        ],
        failed_night=found.failed.night if found.failed else None,
        failed_said=found.failed.said if found.failed else "",
    )  # fmt: skip


def _again(found: "Sequence[Known]", now: datetime) -> list[Again]:
    return [
        Again(
            state="unknown" if each.state == "unknown" else "not_applied",
            documents=each.documents,
            earliest=each.earliest if each.earliest and each.earliest > now else None,
            attempts=each.attempts,
        )
        for each in found
    ]
