"""The audit trail: append-only by trigger. Says who did what to which object, and holds no personal data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.connection import Connection
from reconciler.runs.operations import Note


def write_audit(
    connection: Connection,
    at: datetime,
    actor: str,
    organization_id: str | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> int:
    """One entry, in the transaction of what it tells of; its number."""
    row = connection.execute(
        "insert into reconciler.audit (at, actor, organization_id, action, object, detail)"
        " values (%s, %s, %s, %s, %s, %s) returning id",
        [at, actor, organization_id, action, subject, Jsonb(dict(detail))],
    ).fetchone()
    assert row is not None
    return int(row["id"])


def write_decisions(
    connection: Connection, note: Note, entries: Sequence[tuple[str, Mapping[str, object]]], now: datetime
) -> None:
    """What a person decided: an entry per object, with its detail, in the transaction of what it tells of."""
    connection.execute(
        """
        insert into reconciler.audit (at, actor, organization_id, action, object, detail)
        select %(now)s, %(actor)s, %(organization)s, %(action)s, object, detail
        from unnest(%(object)s::text[], %(detail)b::jsonb[]) as entry (object, detail)""",
        {
            "now": now,
            "actor": note.actor,
            "organization": note.organization_id,
            "action": f"export-{note.operation}",
            "object": [name for name, _ in entries],
            "detail": [Jsonb(dict(detail)) for _, detail in entries],
        },
    )
