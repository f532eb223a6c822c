"""Suspensions in one table. Each change is audited; nobody reads why something stands still in git."""

from datetime import datetime

from reconciler.database.audit import write_audit
from reconciler.database.connection import Database
from reconciler.runs.suspension import Cause, Suspension


class SuspensionTable:
    """The Suspensions port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def suspensions(self, organization_id: str, integration: str) -> list[Suspension]:
        """See the port."""
        query = """
            select cause, reason, author, since, until, version from reconciler.suspensions
            where organization_id = %s and integration = %s order by cause = 'person' desc"""
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization_id, integration]).fetchall()
        return [Suspension(**row) for row in rows]

    def suspend(self, organization_id: str, integration: str, suspension: Suspension) -> None:
        """See the port."""
        query = """
            insert into reconciler.suspensions
                (organization_id, integration, cause, reason, author, since, until, version)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (organization_id, integration, cause) do update set reason = excluded.reason,
                author = excluded.author, since = excluded.since, until = excluded.until, version = excluded.version"""
        each = suspension
        values = [each.cause, each.reason, each.author, each.since, each.until, each.version]
        detail = {"cause": each.cause, "until": each.until.isoformat() if each.until else None}
        if each.cause == "person":
            detail["reason"] = each.reason  # the outside system's own words stay out of the audit trail
        with self._database.transaction() as connection:
            connection.execute(query, [organization_id, integration, *values])
            write_audit(connection, each.since, each.author, organization_id, "suspended", integration, detail)

    def resume(
        self, organization_id: str, integration: str, causes: tuple[Cause, ...], actor: str, now: datetime
    ) -> list[Suspension]:
        """See the port."""
        query = """
            delete from reconciler.suspensions
            where organization_id = %s and integration = %s and cause = any(%s)
            returning cause, reason, author, since, until, version"""
        with self._database.transaction() as connection:
            rows = connection.execute(query, [organization_id, integration, list(causes)]).fetchall()
            for row in rows:
                write_audit(connection, now, actor, organization_id, "resumed", integration, {"cause": row["cause"]})
        return [Suspension(**row) for row in rows]
