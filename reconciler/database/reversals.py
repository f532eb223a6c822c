"""The Reversals port on PostgreSQL: rows that take documents back, and the epochs that follow them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.leases import renew
from reconciler.database.operation_statements import (
    FIRSTS,
    LOCK,
    OPEN_EPOCH,
    OPEN_REVERSAL,
    PROVED_REVERSALS,
    SUPERSEDE,
    TAKEN_BACK,
)
from reconciler.database.operations import ledger_row, move, next_reference, reserved, write_opened
from reconciler.errors import Blocked, OperationRefused
from reconciler.plans.resource import digest
from reconciler.runs.export import Stream, reference
from reconciler.runs.following import NEVER_POSTED
from reconciler.runs.operations import LedgerRow, Moved, Note
from reconciler.runs.outcome import Lease
from reconciler.runs.reversal import REVERSAL, REVERSED, First
from reconciler.specs.sentences import say


class ReversalTable:
    """Documents taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def firsts(self, organization_id: str, rows: Sequence[int]) -> Mapping[int, First]:
        """See the port."""
        with self._database.reading() as connection:
            found = connection.execute(FIRSTS, {"organization": organization_id, "rows": list(rows)}).fetchall()
        return {row["asked"]: _first(row) for row in found}

    def open_reversals(self, note: Note, moved: Sequence[Moved], year: int, now: datetime) -> list[LedgerRow]:
        """See the port."""
        with self._database.transaction() as connection:
            return open_reversals(connection, note, moved, year, now)

    def repost(
        self, lease: Lease, stream: Stream, states: frozenset[str], year: int, now: datetime
    ) -> list[tuple[int, int]]:
        """See the port. The reversals stay locked while their epochs are opened: of two who come one finds none."""
        key: dict[str, Any] = {"organization_id": stream.organization_id, "target": stream.target}
        key |= {"category": stream.category, "states": list(states), "over": NEVER_POSTED}
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            rows = [ledger_row(row) for row in connection.execute(PROVED_REVERSALS, key).fetchall()]
            if not rows:
                return []
            values = {
                "id": [row.id for row in rows],
                "reference": [next_reference(stream.organization_id, row) for row in rows],
                "number": reserved(connection, stream.organization_id, stream.target, year, len(rows)),
                "code": REVERSED,
                "now": now,
            }
            made = [ledger_row(row) for row in connection.execute(OPEN_EPOCH, values).fetchall()]
            connection.execute(SUPERSEDE, values)
            _write(connection, stream, rows, made, now)
        return [(row.number, new.number) for row, new in zip(rows, made, strict=True)]


def open_reversals(
    connection: Connection, note: Note, moved: Sequence[Moved], year: int, now: datetime
) -> list[LedgerRow]:
    """See the port. The rows stay locked, so that of two who come at once one finds them superseded."""
    move(connection, LOCK, note, moved, now)
    made: list[LedgerRow] = []
    for target in sorted({each.row.target for each in moved}):
        rows = [each.row for each in moved if each.row.target == target]
        values = {
            "id": [row.id for row in rows],
            "reference": [_reference(note.organization_id, row) for row in rows],
            "number": reserved(connection, note.organization_id, target, year, len(rows)),
            "now": now,
        }
        opened = [ledger_row(row) for row in connection.execute(OPEN_REVERSAL, values).fetchall()]
        if len(opened) < len(rows):
            message = say(
                "one of {category} has a reversal already, and no document gets a second one", category=rows[0].category
            )
            raise OperationRefused(message, "nothing was changed; reconciler exports show tells which one")
        connection.execute(TAKEN_BACK, values)
        made += opened
    write_opened(connection, note, moved, made, now)
    return made


def _reference(organization_id: str, row: LedgerRow) -> str:
    stream = Stream(organization_id, row.integration, row.target, row.category)
    return reference(stream, row.record_id, row.epoch, REVERSAL)


def _write(
    connection: Connection, stream: Stream, rows: Sequence[LedgerRow], made: Sequence[LedgerRow], now: datetime
) -> None:
    for row, new in zip(rows, made, strict=True):
        detail = {"reversal": row.reference, "reference": new.reference, "number": new.number, "epoch": new.epoch}
        write_audit(connection, now, "engine", stream.organization_id, "document-reposted", new.reference, detail)


def _first(row: Mapping[str, Any]) -> First:
    """Raises Blocked where the payload is not the one that was frozen. What was sealed or taken out is not judged."""
    payload = row["payload"]
    if payload is not None and not _sealed(payload) and digest(payload) != row["payload_digest"]:
        hint = "compare export_payloads with a backup; nothing is reversed before that"
        raise Blocked(
            say("the frozen document {reference} was changed in the database", reference=row["reference"]), hint
        )
    return First(**{name: row[name] for name in ("id", "reference", "number", "amount", "payload")})


def _sealed(payload: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Mapping) for line in payload["lines"] for value in line["fields"].values())
