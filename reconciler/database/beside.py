"""What an integration's page says beside its runs: what is tried again by itself and when, and how it was compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciler.database.connection import Database
from reconciler.specs.personal import impersonal

TARGETS = 10
"""Targets of an integration whose newest comparison is shown."""


@dataclass(frozen=True, slots=True)
class Again:
    """Documents that did not arrive (`not_applied`), or of which nobody knows whether they did (`unknown`): those are
    sent again, these asked for, by runs and without anybody's doing. `earliest` is None where the next run does.
    """

    state: str
    documents: int
    earliest: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The newest comparison of a target. `night` is None where somebody asked for it; `sent` counts our documents of
    those days, `unread` those of them that could not be read there.
    """

    target: str
    night: date | None
    first: date
    last: date
    at: datetime
    sent: int
    amount: Decimal
    unread: int
    complete: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The last nightly comparison of the organisation, where it could not be made: which night, and what it said."""

    night: date
    said: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it, of one moment; comparisons the newest first."""

    again: Sequence[Again]
    compared: Sequence[Compared]
    failed: Failed | None


class BesideTable:
    """Read-only questions about one integration."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beside(self, organization_id: str, integration: str) -> Beside:
        """What is known of it."""
        where = [organization_id, integration]
        with self._database.reading() as connection:
            again = connection.execute(_AGAIN, where).fetchall()
            compared = connection.execute(_COMPARED, [*where, TARGETS]).fetchall()
            failed = connection.execute(_FAILED, [organization_id]).fetchone()
        return Beside(
            [Again(**row) for row in again], [_compared(row) for row in compared], Failed(**failed) if failed else None
        )


def _compared(row: Mapping[str, Any]) -> Compared:
    return Compared(**{**row, "problem": impersonal(row["problem"])})


_AGAIN = """
    select state, count(*) as documents, min(next_attempt_at) as earliest, max(attempt) as attempts
    from reconciler.exports
    where organization_id = %s and integration = %s and astray and state in ('not_applied', 'unknown')
        and superseded_by is null
    group by state order by state"""
_COMPARED = """
    select target, night, first_day as first, last_day as last, at, sent, amount, unread, complete, problem
    from (select distinct on (target) * from reconciler.reconciliations
        where organization_id = %s and integration = %s order by target, id desc) newest
    order by at desc limit %s"""
_FAILED = """
    select night, said from reconciler.chores where organization_id = %s and name = 'comparison' and state = 'failed'"""
