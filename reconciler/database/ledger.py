"""The export ledger: the protocol of design.md 5, one transaction per step.

Each step checks and renews the run's lease, and changes a row only while its `attempt` is the caller's: whoever was
fenced out changes nothing and leaves an audit entry.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.holds import unheld
from reconciler.database.leases import SECONDS, renew
from reconciler.database.ledger_rows import (
    Columns,
    as_columns,
    fresh_columns,
    frozen_again,
    frozen_columns,
    kept_columns,
    literal,
    message_columns,
    open_row,
    result_columns,
    turned_columns,
)
from reconciler.database.ledger_statements import (
    CLAIM,
    FREE,
    FREEZE,
    HOLD,
    KEEP,
    LOOK_AGAIN,
    MESSAGE,
    OPEN,
    RECLAIM,
    RECORD,
    REPEAT,
    TO_LOOK_FOR,
    TURN,
    WITHHOLD,
    narrowed,
)
from reconciler.database.sent import sent
from reconciler.database.settling import settle_absent, settle_found
from reconciler.errors import Blocked
from reconciler.plans.resource import canonical, digest
from reconciler.runs.export import Claim, Frozen, Open, Recorded, Stream, Turned, Wanted
from reconciler.runs.following import NEVER_POSTED
from reconciler.runs.idempotency import SILENT
from reconciler.runs.outcome import Found, Lease
from reconciler.runs.report import Earlier
from reconciler.specs.sentences import say

NUMBERS_A_YEAR = 1_000_000
"""Numbers are the year and six digits: 2026000001. They fit 32 bits until the year 2147."""


class LedgerTable:
    """The Ledger port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sweep(self, lease: Lease, stream: Stream, now: datetime) -> int:
        """See the port. Not frozen means never sent: freezing is committed before the first byte, and is fenced.

        A run is gone when its rows' lease is over, and at once when its end, or its loss, is written down: then it
        holds no lease of the integration either, and what it froze may still arrive until `lease_until` and after.
        """
        query = """
            update reconciler.exports
            set state = case when frozen then 'unknown' else 'not_applied' end, code = 'run-lost',
                next_attempt_at = null, changed_at = %(now)s
            where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
                and underway and state = 'sending' and (lease_until <= %(now)s
                    or run_id in (select id from reconciler.runs where state <> 'running'))"""
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            return connection.execute(query, _key(stream) | {"now": now}).rowcount

    def claim(
        self, lease: Lease, stream: Stream, run: UUID, wanted: Sequence[Wanted], revision: str, now: datetime, year: int
    ) -> list[Claim]:
        """See the port. Epoch 1: a later epoch is opened by a forced re-export only."""
        common = _key(stream) | {"integration": stream.integration, "run": run, "revision": revision, "now": now}
        common |= {"until": now + timedelta(seconds=SECONDS)}
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            free = unheld(connection, stream, wanted, now)
            new, known = [each for each in free if not each.known], [each for each in free if each.known]
            # A second attempt keeps its number and burns one, so that the high-water mark moves with it: a database
            # restored to before it would otherwise not be found out, and would send it again.
            first = _reserve(connection, stream, year, len(new) + bool(known))
            rows = _each(connection, CLAIM, fresh_columns(stream, new, first), common)
            rows += _each(connection, RECLAIM, {"records": [each.record_id for each in known]}, common)
        found = {row["record_id"]: Claim(**row) for row in rows}
        return [found[each.record_id] for each in wanted if each.record_id in found]

    def freeze(
        self,
        lease: Lease,
        stream: Stream,
        frozen: Sequence[Frozen],
        turned: Sequence[Turned],
        mapping: str,
        now: datetime,
    ) -> frozenset[int]:
        """See the port."""
        texts = [canonical(each.payload) for each in frozen]
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            common: dict[str, object] = {"mapping": mapping, "now": now, "organization_id": stream.organization_id}
            ours = _changed(connection, FREEZE, frozen_columns(frozen, texts), common, stream)
            ours |= _changed(connection, TURN, turned_columns(turned), common, stream)
            documents = [(each, text) for each, text in zip(frozen, texts, strict=True) if each.claim.id in ours]
            kept = kept_columns(documents, [each for each in turned if each.claim.id in ours])
            _each(connection, KEEP, kept, common)
        return frozenset(ours)

    def record(
        self, lease: Lease, stream: Stream, outcomes: Sequence[Recorded], now: datetime, *, durable: bool = True
    ) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            renew(connection, lease, now, durable=durable)
            columns = result_columns(outcomes)
            ours = _changed(connection, RECORD, columns, {"now": now}, stream)
            _each(connection, MESSAGE, message_columns(columns, ours), {})

    def open(self, stream: Stream, states: Sequence[str], limit: int) -> list[Open]:
        """See the port."""
        query = f"{OPEN} {narrowed(states)} and e.state = any(%(states)s) order by e.changed_at, e.id limit %(limit)s"
        with self._database.reading() as connection:
            found = connection.execute(query, _read(stream) | {"states": list(states), "limit": limit}).fetchall()
        return [open_row(row) for row in found]

    def repeat(self, lease: Lease, stream: Stream, run: UUID, rows: Sequence[Open], now: datetime) -> list[Frozen]:
        """See the port. The time of the claim stays: it is when this content may first have been sent."""
        common: dict[str, object] = {"run": run, "now": now, "until": now + timedelta(seconds=SECONDS)}
        columns = as_columns([{"id": each.id, "attempt": each.attempt} for each in rows])
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            found = _each(connection, REPEAT, columns, common)
            for row in found:
                if digest(row["payload"]) != row["payload_digest"]:
                    hint = "compare export_payloads with a backup; nothing is sent before that"
                    raise Blocked(
                        say("the frozen document {reference} was changed in the database", reference=row["reference"]),
                        hint,
                    )
        return [frozen_again(row) for row in found]

    def hold(self, lease: Lease, stream: Stream, rows: Mapping[str, Sequence[Open]], now: datetime) -> None:
        """See the port."""
        held = [{"id": each.id, "attempt": each.attempt, "code": code} for code, some in rows.items() for each in some]
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            _changed(connection, HOLD, as_columns(held), {"now": now}, stream)

    def to_look_for(self, stream: Stream, now: datetime, first: timedelta, limit: int) -> list[Open]:
        """See the port. Those that are late the most, in proportion to their time, come first: old hold up no new."""
        values = _read(stream) | {"now": now, "first": first, "limit": limit, "over": NEVER_POSTED}
        with self._database.reading() as connection:
            return [open_row(row) for row in connection.execute(TO_LOOK_FOR, values).fetchall()]

    def look_again(self, lease: Lease, stream: Stream, due: Mapping[int, datetime | None], now: datetime) -> list[Open]:
        """See the port. What became final meanwhile is left alone."""
        values = _read(stream) | {"ids": list(due), "due": list(due.values()), "over": NEVER_POSTED}
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            over = [row["id"] for row in connection.execute(LOOK_AGAIN, values).fetchall() if row["over"]]
            query = f"{OPEN} and e.id = any(%(over)s) order by e.id"
            return [open_row(row) for row in connection.execute(query, _read(stream) | {"over": over}).fetchall()]

    def settle(
        self,
        lease: Lease,
        stream: Stream,
        asked: Sequence[Open],
        found: Mapping[str, Found],
        now: datetime,
        window_s: int,
    ) -> dict[str, int]:
        """See the port. Absence counts only when asked twice: `unknown` was never there, `sent` is there no more."""
        counts: dict[str, int] = {}
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            for each in asked:
                if (hit := found.get(each.reference)) is not None:
                    state = settle_found(connection, each, hit, now)
                else:
                    state = settle_absent(connection, each, now, window_s)
                if state:
                    counts[state] = counts.get(state, 0) + 1
        return counts

    def withhold(self, lease: Lease, stream: Stream, reasons: Mapping[str, str], now: datetime) -> None:
        """See the port. A changed reason closes the old row and opens a new one."""
        values = _key(stream) | {"integration": stream.integration, "now": now}
        values |= {"records": list(reasons), "reasons": list(reasons.values())}
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            connection.execute(FREE, values)
            connection.execute(WITHHOLD, values)

    def sent(self, stream: Stream, records: Sequence[str], zone: ZoneInfo) -> list[Earlier]:
        """See the port."""
        with self._database.reading() as connection:
            return sent(connection, stream, records, zone)

    def highest(self, stream: Stream) -> int:
        """See the port."""
        query = """
            select max(year::bigint * %s + last) as highest from reconciler.export_numbers
            where organization_id = %s and target = %s"""
        with self._database.reading() as connection:
            row = connection.execute(query, [NUMBERS_A_YEAR, stream.organization_id, stream.target]).fetchone()
        return (row["highest"] if row else None) or 0


def _reserve(connection: Connection, stream: Stream, year: int, count: int) -> int:
    """The first of `count` numbers that nobody else gets, unique per target and year."""
    row = connection.execute(
        """
        insert into reconciler.export_numbers as counter (organization_id, target, year, last)
        values (%(organization_id)s, %(target)s, %(year)s, %(count)s)
        on conflict (organization_id, target, year) do update set last = counter.last + %(count)s
        returning last""",
        _key(stream) | {"year": year, "count": count},
    ).fetchone()
    assert row is not None
    first: int = year * NUMBERS_A_YEAR + row["last"] - count + 1
    return first


def _read(stream: Stream) -> dict[str, object]:
    """What `OPEN` asks by."""
    return _key(stream) | {"silent": list(SILENT)}


def _key(stream: Stream) -> dict[str, object]:
    return {"organization_id": stream.organization_id, "target": stream.target, "category": stream.category}


def _each(connection: Connection, query: str, columns: Columns, common: Mapping[str, object]) -> list[dict[str, Any]]:
    """One statement for all rows, and what it returns; nothing is asked where there are none."""
    if not any(columns.values()):
        return []
    done = connection.execute(query, {**common, **{name: literal(each) for name, each in columns.items()}})
    return done.fetchall() if done.description else []


def _changed(
    connection: Connection, query: str, columns: Columns, common: Mapping[str, object], stream: Stream
) -> set[int]:
    """The ids of the rows that were still ours. The others do not change, and the audit trail says so."""
    ours = {row["id"] for row in _each(connection, query, columns, common)}
    for number, attempt in zip(columns.get("id", []), columns.get("attempt", []), strict=True):
        if number not in ours:
            detail, now = {"export": number, "attempt": attempt}, common["now"]
            assert isinstance(now, datetime)
            write_audit(connection, now, "engine", stream.organization_id, "fenced-out", stream.integration, detail)
    return ours
