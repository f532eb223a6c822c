"""Which documents of some records are at the target: asked by whoever has to correct them."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from reconciler.database.connection import Connection
from reconciler.runs.export import Stream
from reconciler.runs.report import Earlier

_SENT = """
    select reference, number, amount, coalesce(sent_at, changed_at) as at from reconciler.exports
    where organization_id = %(organization)s and target = %(target)s and category = %(category)s
        and record_id = any(%(records)s::text[]) and state in ('sent', 'accepted', 'posted')
    order by at, number"""


def sent(connection: Connection, stream: Stream, records: Sequence[str], zone: ZoneInfo) -> list[Earlier]:
    """The documents of these records that went and were not refused, oldest first, with their local days."""
    values = {"organization": stream.organization_id, "target": stream.target, "category": stream.category}
    rows = connection.execute(_SENT, {**values, "records": list(records)}).fetchall()
    return [
        Earlier(each["reference"], each["number"], each["at"].astimezone(zone).date(), each["amount"]) for each in rows
    ]
