"""What runs that only observe would have sent: apart from the ledger, of the newest run of an integration only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.database.leases import renew
from reconciler.plans.resource import digest
from reconciler.runs.export import Stream
from reconciler.runs.outcome import Lease
from reconciler.runs.shadow import ShadowDocument


class ShadowTable:
    """The Shadows port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget_shadows(self, lease: Lease, organization_id: str, integration: str, now: datetime) -> None:
        """See the port."""
        query = "delete from reconciler.shadow_documents where organization_id = %s and integration = %s"
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            connection.execute(query, [organization_id, integration])

    def keep_shadows(
        self, lease: Lease, stream: Stream, run: UUID, found: Sequence[ShadowDocument], mapping: str, now: datetime
    ) -> None:
        """See the port."""
        common = {"run": run, "organization_id": stream.organization_id, "category": stream.category, "now": now}
        common |= {"integration": stream.integration, "target": stream.target, "mapping": mapping}
        rows = [common | _row(each) for each in found]
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            with connection.cursor() as cursor:
                cursor.executemany(_DOCUMENT, rows)
                cursor.executemany(_PAYLOAD, rows)


def _row(each: ShadowDocument) -> dict[str, Any]:
    return {
        "record": each.record_id,
        "verdict": each.verdict,
        "amount": each.amount,
        "record_digest": each.record_digest,
        "payload_digest": "" if each.payload is None else digest(each.payload),
        "field": each.field,
        "origin": each.origin,
        "subject": each.subject,
        "payload": None if each.payload is None else Jsonb(each.payload),
        "message": each.message,
    }


_DOCUMENT = """
    insert into reconciler.shadow_documents (run_id, organization_id, integration, target, category, record_id, verdict,
        amount, record_digest, mapping_digest, payload_digest, field, origin, created_at)
    values (%(run)s, %(organization_id)s, %(integration)s, %(target)s, %(category)s, %(record)s, %(verdict)s,
        %(amount)s, %(record_digest)s, %(mapping)s, %(payload_digest)s, %(field)s, %(origin)s, %(now)s)"""
_PAYLOAD = """
    insert into reconciler.shadow_payloads (run_id, category, record_id, organization_id, subject, payload, message,
        created_at)
    values (%(run)s, %(category)s, %(record)s, %(organization_id)s, %(subject)s, %(payload)s, %(message)s, %(now)s)"""
