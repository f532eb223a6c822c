"""Documents whose record is another by now than what was sent: shown as changed, and never sent again by itself."""

from collections import defaultdict
from collections.abc import Iterable

from reconciler.engine.operations import Desk
from reconciler.engine.pinned import record_digest
from reconciler.runs.operations import LedgerRow

THERE = ("sent", "accepted", "never_posted", "posted", "drifted")
"""Where a document is at its target."""


def changed(desk: Desk, rows: Iterable[LedgerRow]) -> frozenset[int]:
    """The ids of those rows whose record has changed since, in what matters to its document, or is gone.

    What no applied integration sends any more is compared with nothing, and what holds a national identity number only
    with whether there is a record.
    """
    groups: dict[tuple[str, str], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        if row.standing in THERE and not row.superseded and row.record_digest:
            groups[row.target, row.category].append(row)
    return frozenset(number for group in groups.values() for number in _changed(desk, group))


def _changed(desk: Desk, rows: list[LedgerRow]) -> Iterable[int]:
    found = desk.export_of(rows[0])
    if found is None:
        return
    _, export = found
    records = desk.office.records.of_ids(export.stream, export.category, [row.record_id for row in rows])
    for row in rows:
        record = records.get(row.record_id)
        # Without the installation's keys a digest with keyed hashes in it cannot be made again.
        if record is None or (not export.hidden and record_digest(record, export.used) != row.record_digest):
            yield row.id
