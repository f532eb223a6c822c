"""Documents and withheld records page by page, as people look through them. Read, never written; no payload is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reconciler.database.connection import Database
from reconciler.database.operation_statements import CHOSEN, COLUMNS, STANDING
from reconciler.database.operations import ALL, DIGITS, chosen, ledger_row
from reconciler.runs.operations import Choice, LedgerRow

LOOKED = 2000
"""Documents that are counted for a page, the newest first."""
UNDECIDED = frozenset({"unknown", "not_applied", "held", "rejected"})
"""As the column of that name, see migration 0009."""


@dataclass(frozen=True, slots=True)
class WithheldRecord:
    """A record that a rule holds back now."""

    category: str
    record_id: str
    reason: str
    since: datetime


class DocumentPages:
    """What of one integration's documents is shown at once. Every question reads its own rows only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, choice: Choice, limit: int, beyond: int = 0) -> list[LedgerRow]:
        """The newest documents of `choice.integration` that are meant, those before the id `beyond` where it is given.

        Newest by when they were first claimed; `choice` means documents as `Operations.rows` does.
        """
        undecided = bool(choice.states) and set(choice.states) <= UNDECIDED
        values = chosen(choice) | {"limit": limit, "beyond": beyond or ALL, "undecided": undecided}
        with self._database.reading() as connection:
            return [ledger_row(row) for row in connection.execute(PAGE, values).fetchall()]

    def tally(self, choice: Choice) -> tuple[list[tuple[str, int, Decimal]], bool]:
        """Standing, documents and the sum of their amounts: of the newest LOOKED that are meant, and of older ones that
        are not decided; and whether these are all.
        """
        values = chosen(choice) | {"looked": LOOKED}
        with self._database.reading() as connection:
            rows = connection.execute(TALLY, values).fetchall()
        totals = [(row["standing"], row["documents"], row["amount"]) for row in rows]
        return totals, all(row["looked"] < LOOKED for row in rows)

    def named(self, organization_id: str, text: str, limit: int) -> list[int]:
        """The ids of all documents of a record, reference or number of this text."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
        values = {"organization": organization_id, "text": text, "number": number, "limit": limit}
        with self._database.reading() as connection:
            return [row["id"] for row in connection.execute(NAMED, values).fetchall()]


class WithheldPages:
    """The records of one integration that rules hold back now."""

    def __init__(self, database: Database, organization_id: str, integration: str) -> None:
        self._database = database
        self._whose = {"organization": organization_id, "integration": integration}

    def page(self, reason: str, limit: int, beyond: tuple[str, str]) -> list[WithheldRecord]:
        """By category and record, those after the pair `beyond`; of one reason where it is given."""
        values = self._whose | {"reason": reason, "limit": limit, "category": beyond[0], "record": beyond[1]}
        with self._database.reading() as connection:
            return [WithheldRecord(**row) for row in connection.execute(_WITHHELD, values).fetchall()]

    def reasons(self, limit: int) -> Sequence[tuple[str, int]]:
        """Each reason and its records, the most frequent first."""
        with self._database.reading() as connection:
            found = connection.execute(_REASONS, self._whose | {"limit": limit}).fetchall()
        return [(row["reason"], row["records"]) for row in found]


PAGE = f"""
    select {COLUMNS}, coalesce(p.message, '') as message
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where {CHOSEN} and e.integration = %(integration)s and e.id < %(beyond)s and (not %(undecided)s or e.undecided)
    order by e.id desc limit %(limit)s"""  # noqa: S608 - made of parts of our own
_LOOKED = f"""
    select e.id, {STANDING} as standing, e.amount from reconciler.exports e
    where {CHOSEN} and e.integration = %(integration)s"""  # noqa: S608 - made of parts of our own
# Two looks, each by an index of its own: what is settled grows with the years, and what is not does not.
TALLY = f"""
    with newest as materialized ({_LOOKED} order by e.id desc limit %(looked)s),
        undecided as materialized ({_LOOKED} and e.undecided limit %(looked)s)
    select standing, count(*) as documents, coalesce(sum(amount), 0) as amount,
        (select count(*) from newest) as looked
    from (select * from newest union select * from undecided) found group by 1 order by 1"""  # noqa: S608 - as above
# One by one: each has an index, and all of them together none.
NAMED = """
    (select id from reconciler.exports where organization_id = %(organization)s and record_id = %(text)s
        limit %(limit)s)
    union (select id from reconciler.exports where organization_id = %(organization)s and reference = %(text)s
        limit %(limit)s)
    union (select id from reconciler.exports where organization_id = %(organization)s and number = %(number)s::bigint
        limit %(limit)s)
    order by id limit %(limit)s"""
_WITHHELD = """
    select category, record_id, reason, since from reconciler.withheld
    where organization_id = %(organization)s and integration = %(integration)s and until is null
        and (category, record_id) > (%(category)s, %(record)s) and %(reason)s in ('', reason)
    order by category, record_id limit %(limit)s"""
_REASONS = """
    select reason, count(*) as records from reconciler.withheld
    where organization_id = %(organization)s and integration = %(integration)s and until is null
    group by reason order by records desc, reason limit %(limit)s"""
