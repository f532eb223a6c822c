"""Forced re-exports that wait for a second person, on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from psycopg.types.json import Jsonb

from reconciler.database.audit import write_decisions
from reconciler.database.connection import Connection, Database
from reconciler.database.operation_statements import ASK_SECOND, CLOSE_REQUEST, REQUESTS
from reconciler.database.operations import open_epochs
from reconciler.database.reversals import open_reversals
from reconciler.errors import OperationRefused
from reconciler.runs.operating import ResendRequest
from reconciler.runs.operations import LedgerRow, Moved, Note
from reconciler.specs.sentences import say


class ResendTable:
    """The Resends port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, organization_id: str) -> list[ResendRequest]:
        """See the port."""
        with self._database.reading() as connection:
            found = connection.execute(REQUESTS, {"organization": organization_id}).fetchall()
        return [ResendRequest(rows=dict(row.pop("exports")), **row) for row in found]

    def ask_second(self, note: Note, rows: Sequence[LedgerRow], now: datetime, *, reverse: bool = False) -> int:
        """See the port."""
        values = {
            "organization": note.organization_id,
            "exports": Jsonb([[row.id, row.attempt] for row in rows]),
            "documents": len(rows),
            "amount": sum((row.amount or Decimal(0) for row in rows), Decimal(0)),
            "reason": note.reason,
            "actor": note.actor,
            "now": now,
            "reverse": reverse,
        }
        with self._database.transaction() as connection:
            made = connection.execute(ASK_SECOND, values).fetchone()
            assert made is not None
            number: int = made["id"]
            detail = {"request": number, "reason": note.reason}
            entries = [(row.reference, detail | {"export": row.id, "record": row.record_id}) for row in rows]
            write_decisions(connection, note, entries, now)
        return number

    def approve(
        self, note: Note, request: ResendRequest, moved: Sequence[Moved], year: int, now: datetime
    ) -> list[LedgerRow]:
        """See the port. The trail names both: who asked, with the reason, and who agreed."""
        with self._database.transaction() as connection:
            _close(connection, note, request, "approved", now)
            reason = f"{request.reason} (asked by {request.asked_by}, request {request.id})"
            opened = open_reversals if request.reverse else open_epochs
            return opened(connection, replace(note, reason=reason), moved, year, now)

    def refuse(self, note: Note, request: ResendRequest, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            _close(connection, note, request, "refused", now)
            detail = {"request": request.id, "reason": note.reason, "exports": list(request.rows)}
            write_decisions(connection, note, [(f"resend/{request.id}", detail)], now)


def _close(connection: Connection, note: Note, request: ResendRequest, state: str, now: datetime) -> None:
    values = {"organization": note.organization_id, "actor": note.actor, "request": request.id}
    if connection.execute(CLOSE_REQUEST, values | {"state": state, "now": now}).fetchone() is None:
        raise OperationRefused(
            say("the request {id} waits no longer", id=request.id), "reconciler exports approve lists those that do"
        )
