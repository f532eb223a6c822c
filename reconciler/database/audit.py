"""The audit trail: append-only by trigger. Says who did what to which object, and holds no personal data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.connection import Connection


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
