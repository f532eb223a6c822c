"""The Operations port on PostgreSQL: what people decide about documents. Each change is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.audit import write_decisions
from reconciler.database.connection import Connection, Database
from reconciler.database.ledger import NUMBERS_A_YEAR
from reconciler.database.operation_statements import (
    DECIDED,
    LOCK,
    MOVE,
    OPEN_EPOCH,
    RESERVE,
    ROWS,
    SUPERSEDE,
    TALLY,
)
from reconciler.errors import OperationRefused
from reconciler.runs.export import Stream, reference
from reconciler.runs.operations import Choice, Decided, LedgerRow, Moved, Note
from reconciler.specs.personal import impersonal
from reconciler.specs.sentences import say

ALL = 1 << 62
DIGITS = 18
"""Of a number: more do not fit its column."""


class DecisionTable:
    """The rows of the ledger, as people look for them and move them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, choice: Choice, limit: int = 0, after: int = 0) -> list[LedgerRow]:
        """See the port."""
        values = chosen(choice) | {"limit": limit or ALL, "after": after}
        with self._database.reading() as connection:
            return [ledger_row(row) for row in connection.execute(ROWS, values).fetchall()]

    def tally(self, choice: Choice) -> list[tuple[str, int, Decimal]]:
        """See the port."""
        with self._database.reading() as connection:
            found = connection.execute(TALLY, chosen(choice)).fetchall()
        return [(row["standing"], row["documents"], row["amount"]) for row in found]

    def integrations(self, organization_id: str) -> list[str]:
        """See the port."""
        query = "select name from public.organization_integrations where organization_id = %s order by name"
        with self._database.reading() as connection:
            return [row["name"] for row in connection.execute(query, [organization_id]).fetchall()]

    def organization(self, organization_id: str) -> Mapping[str, Any]:
        """See the port."""
        query = "select body from reconciler.organizations where id = %s"
        with self._database.reading() as connection:
            row = connection.execute(query, [organization_id]).fetchone()
        assert row is not None, "its id was just read"
        found: Mapping[str, Any] = row["body"]
        return found

    def decided(self, organization_id: str, references: Sequence[str]) -> list[Decided]:
        """See the port."""
        values = {"organization": organization_id, "references": list(references)}
        with self._database.reading() as connection:
            found = connection.execute(DECIDED, values).fetchall()
        return [Decided(**row | {"reason": row["reason"] or ""}) for row in found]

    def write_down(self, note: Note, rows: Sequence[LedgerRow], now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            same = [Moved(row, row.state, row.code) for row in rows]
            write_decisions(connection, note, [(each.row.reference, _detail(note, each)) for each in same], now)

    def decide(self, note: Note, moved: Sequence[Moved], now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            move(connection, MOVE, note, moved, now)
            write_decisions(connection, note, [(each.row.reference, _detail(note, each)) for each in moved], now)

    def open_epochs(self, note: Note, moved: Sequence[Moved], year: int, now: datetime) -> list[LedgerRow]:
        """See the port."""
        with self._database.transaction() as connection:
            return open_epochs(connection, note, moved, year, now)


def move(connection: Connection, statement: str, note: Note, moved: Sequence[Moved], now: datetime) -> None:
    """Carry out MOVE or LOCK for all rows. Raises OperationRefused where one has moved meanwhile."""
    values: dict[str, object] = {
        "id": [each.row.id for each in moved],
        "attempt": [each.row.attempt for each in moved],
        "from_state": [each.row.state for each in moved],
        "from_code": [each.row.code for each in moved],
        "state": [each.state for each in moved],
        "code": [each.code for each in moved],
        "target_ids": [Jsonb(list(each.target_ids)) for each in moved],
        "organization": note.organization_id,
        "now": now,
    }
    found = {row["id"] for row in connection.execute(statement, values).fetchall()}
    if missing := [each.row for each in moved if each.row.id not in found]:
        message = say("{title} was changed meanwhile, by somebody else or by a running sync", title=missing[0].title)
        raise OperationRefused(message, "nothing was changed; look at it again: reconciler exports show")


def open_epochs(
    connection: Connection, note: Note, moved: Sequence[Moved], year: int, now: datetime
) -> list[LedgerRow]:
    """See the port. The rows stay locked, so that of two who come at once one finds them superseded."""
    stays = all((each.state, each.code) == (each.row.state, each.row.code) for each in moved)
    move(connection, LOCK if stays else MOVE, note, moved, now)
    made: list[LedgerRow] = []
    for target in sorted({each.row.target for each in moved}):
        rows = [each.row for each in moved if each.row.target == target]
        values = {
            "id": [row.id for row in rows],
            "reference": [next_reference(note.organization_id, row) for row in rows],
            "number": reserved(connection, note.organization_id, target, year, len(rows)),
            "code": "resent" if stays else "withdrawn",
            "now": now,
        }
        made += [ledger_row(row) for row in connection.execute(OPEN_EPOCH, values).fetchall()]
        connection.execute(SUPERSEDE, values)
    write_opened(connection, note, moved, made, now)
    return made


def reserved(connection: Connection, organization_id: str, target: str, year: int, count: int) -> list[int]:
    """So many numbers that nobody else gets, in the transaction that uses them."""
    common = {"organization": organization_id, "target": target, "year": year, "count": count}
    last = connection.execute(RESERVE, common).fetchone()
    assert last is not None
    first = year * NUMBERS_A_YEAR + last["last"] - count + 1
    return list(range(first, first + count))


def write_opened(
    connection: Connection, note: Note, moved: Sequence[Moved], made: Sequence[LedgerRow], now: datetime
) -> None:
    """Who opened which rows beside which, under the references of both."""
    later = {(row.target, row.category, row.record_id): row for row in made}
    entries = []
    for each in moved:
        new = later[each.row.target, each.row.category, each.row.record_id]
        more = {"new_reference": new.reference, "new_number": new.number, "new_epoch": new.epoch}
        more |= {"purpose": new.purpose} if new.purpose != "document" else {}
        entries.append((each.row.reference, _detail(note, each) | more))
        entries.append((new.reference, _detail(note, each) | more))
    write_decisions(connection, note, entries, now)


def next_reference(organization_id: str, row: LedgerRow) -> str:
    """The reference of a row's next epoch."""
    return reference(Stream(organization_id, row.integration, row.target, row.category), row.record_id, row.epoch + 1)


def ledger_row(row: Mapping[str, Any]) -> LedgerRow:
    """A row as `COLUMNS` give it."""
    # Messages are cleaned when they are stored; those of older versions were not.
    return LedgerRow(**{**row, "target_ids": tuple(row["target_ids"]), "message": impersonal(row["message"])})


def _detail(note: Note, each: Moved) -> dict[str, object]:
    row = each.row
    return {
        "export": row.id,
        "target": row.target,
        "category": row.category,
        "record": row.record_id,
        "number": row.number,
        "epoch": row.epoch,
        "attempt": row.attempt,
        "from": row.state,
        "to": each.state,
        "reason": note.reason,
    }


def chosen(choice: Choice) -> dict[str, object]:
    """The values of `operation_statements.CHOSEN`."""
    return {
        "organization": choice.organization_id,
        "wanted": list(choice.wanted),
        "numbers": [int(each) for each in choice.wanted if each.isascii() and each.isdigit() and len(each) <= DIGITS],
        "ids": list(choice.ids),
        "integration": choice.integration,
        "category": choice.category,
        "states": list(choice.states),
        "since": choice.since,
        "until": choice.until,
        "newest": choice.newest,
        "reversing": choice.reversing,
    }
