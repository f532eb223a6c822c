"""The export ledger: the protocol of design.md 5, one transaction per step.

Each step checks and renews the run's lease, and changes a row only while its `attempt` is the caller's: whoever was
fenced out changes nothing and leaves an audit entry.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.leases import SECONDS, renew
from reconciler.database.settling import settle_absent, settle_found
from reconciler.plans.resource import digest
from reconciler.runs.export import Claim, Frozen, Open, Recorded, Stream, Turned, Wanted, reference
from reconciler.runs.outcome import Found, Lease, NotApplied, Rejected, Sent, Unknown

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
                next_attempt_at = case when frozen then null else %(now)s end, changed_at = %(now)s
            where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
                and state = 'sending' and (lease_until <= %(now)s
                    or run_id in (select id from reconciler.runs where state <> 'running'))"""
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            return connection.execute(query, _key(stream) | {"now": now}).rowcount

    def claim(
        self, lease: Lease, stream: Stream, run: UUID, wanted: Sequence[Wanted], revision: str, now: datetime, year: int
    ) -> list[Claim]:
        """See the port. Epoch 1: a later epoch is opened by a forced re-export only."""
        claims: list[Claim] = []
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            # A second attempt keeps its number and burns one, so that the high-water mark moves with it: a database
            # restored to before it would otherwise not be found out, and would send it again.
            again = any(each.known for each in wanted)
            first = _reserve(connection, stream, year, sum(not each.known for each in wanted) + again)
            for each in wanted:
                values = _key(stream) | {
                    "record": each.record_id,
                    "integration": stream.integration,
                    "reference": reference(stream, each.record_id, 1),
                    "number": first,
                    "run": run,
                    "until": now + timedelta(seconds=SECONDS),
                    "revision": revision,
                    "now": now,
                }
                row = connection.execute(_RECLAIM if each.known else _CLAIM, values).fetchone()
                first += not each.known
                if row is not None:
                    claims.append(Claim(record_id=each.record_id, **row))
        return claims

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
        ours: set[int] = set()
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            for each in frozen:
                values = _mine(each.claim) | {
                    "payload_digest": digest(each.payload),
                    "mapping": mapping,
                    "record_digest": each.record_digest,
                    "amount": each.amount,
                    "now": now,
                }
                if _changed(connection, _FREEZE, values, stream, now):
                    ours.add(each.claim.id)
                    _keep(connection, stream, each.claim, each.subject, Jsonb(dict(each.payload)), "", now)
            for refused in turned:
                values = _mine(refused.claim) | {
                    "mapping": mapping,
                    "record_digest": refused.record_digest,
                    "field": refused.field,
                    "origin": refused.origin,
                    "now": now,
                }
                if _changed(connection, _TURN, values, stream, now):
                    ours.add(refused.claim.id)
                    _keep(connection, stream, refused.claim, refused.subject, None, refused.message, now)
        return frozenset(ours)

    def record(self, lease: Lease, stream: Stream, outcomes: Sequence[Recorded], now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            for each in outcomes:
                values = _mine(each.claim) | _result(each) | {"origin": each.origin, "retry": each.retry_at, "now": now}
                if _changed(connection, _RECORD, values, stream, now):
                    connection.execute(_MESSAGE, _mine(each.claim) | {"message": values["message"]})

    def open(self, stream: Stream, states: Sequence[str], limit: int) -> list[Open]:
        """See the port."""
        # A run that died left its lease on the row: nothing was sent after that. A recorded outcome ends it at once.
        query = """
            select e.*, coalesce(e.lease_until, e.changed_at) as sent_before,
                coalesce(jsonb_array_length(p.payload -> 'lines'), 0) as lines
            from reconciler.exports e
            left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
            where e.organization_id = %(organization_id)s and e.target = %(target)s and e.category = %(category)s
                and e.state = any(%(states)s)
            order by e.changed_at, e.id limit %(limit)s"""
        with self._database.reading() as connection:
            found = connection.execute(query, _key(stream) | {"states": list(states), "limit": limit}).fetchall()
        return [
            Open(
                **{key: row[key] for key in ("id", "category", "record_id", "attempt", "reference", "number", "state")},
                amount=row["amount"],
                target_ids=tuple(row["target_ids"]),
                sent_before=row["sent_before"],
                first_absent_at=row["first_absent_at"],
                lines=row["lines"],
            )
            for row in found
        ]

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
            connection.execute(_FREE, values)
            connection.execute(_WITHHOLD, values)

    def highest(self, stream: Stream) -> int:
        """See the port."""
        query = """
            select max(year::bigint * %s + last) as highest from reconciler.export_numbers
            where organization_id = %s and target = %s"""
        with self._database.reading() as connection:
            row = connection.execute(query, [NUMBERS_A_YEAR, stream.organization_id, stream.target]).fetchone()
        return (row["highest"] if row else None) or 0


_CLAIM = """
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number, state,
        run_id, lease_until, revision, claimed_at, changed_at)
    values (%(organization_id)s, %(target)s, %(category)s, %(record)s, %(integration)s, %(reference)s, %(number)s,
        'sending', %(run)s, %(until)s, %(revision)s, %(now)s, %(now)s)
    on conflict (organization_id, target, category, record_id, epoch) do nothing
    returning id, attempt, reference, number, lease_until as until"""
_RECLAIM = """
    update reconciler.exports
    set state = 'sending', attempt = attempt + 1, run_id = %(run)s, lease_until = %(until)s, frozen = false,
        revision = %(revision)s, integration = %(integration)s, first_absent_at = null, next_attempt_at = null,
        code = '', field = '', origin = '', claimed_at = %(now)s, changed_at = %(now)s
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
        and record_id = %(record)s and state in ('not_applied', 'rejected')
        and epoch = (select max(epoch) from reconciler.exports e where e.organization_id = %(organization_id)s
            and e.target = %(target)s and e.category = %(category)s and e.record_id = %(record)s)
    returning id, attempt, reference, number, lease_until as until"""
_FREEZE = """
    update reconciler.exports
    set frozen = true, payload_digest = %(payload_digest)s, mapping_digest = %(mapping)s,
        record_digest = %(record_digest)s, amount = %(amount)s, changed_at = %(now)s
    where id = %(id)s and attempt = %(attempt)s and state = 'sending'"""
_TURN = """
    update reconciler.exports
    set state = 'rejected', code = 'mapping', field = %(field)s, origin = %(origin)s, mapping_digest = %(mapping)s,
        record_digest = %(record_digest)s, lease_until = null, changed_at = %(now)s
    where id = %(id)s and attempt = %(attempt)s and state = 'sending'"""
_RECORD = """
    update reconciler.exports
    set state = %(state)s, target_ids = %(target_ids)s, code = %(code)s, field = %(field)s, origin = %(origin)s,
        lease_until = null, next_attempt_at = %(retry)s, changed_at = %(now)s,
        sent_at = case when %(state)s = 'sent' then %(now)s else sent_at end
    where id = %(id)s and attempt = %(attempt)s and state = 'sending'"""
_MESSAGE = """
    update reconciler.export_payloads set message = %(message)s
    where export_id = %(id)s and attempt = %(attempt)s"""
_FREE = """
    update reconciler.withheld w set until = %(now)s
    where organization_id = %(organization_id)s and integration = %(integration)s and category = %(category)s
        and until is null and not exists (
            select from unnest(%(records)s::text[], %(reasons)s::text[]) as held (record_id, reason)
            where held.record_id = w.record_id and held.reason = w.reason)"""
_WITHHOLD = """
    insert into reconciler.withheld (organization_id, integration, category, record_id, reason, since)
    select %(organization_id)s, %(integration)s, %(category)s, held.record_id, held.reason, %(now)s
    from unnest(%(records)s::text[], %(reasons)s::text[]) as held (record_id, reason)
    on conflict (organization_id, integration, category, record_id) where until is null do nothing"""


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


def _key(stream: Stream) -> dict[str, object]:
    return {"organization_id": stream.organization_id, "target": stream.target, "category": stream.category}


def _mine(claim: Claim) -> dict[str, object]:
    return {"id": claim.id, "attempt": claim.attempt}


def _result(recorded: Recorded) -> dict[str, object]:
    found: dict[str, object] = {"target_ids": Jsonb([]), "code": "", "field": "", "message": ""}
    match recorded.outcome:
        case Sent(target_ids):
            return found | {"state": "sent", "target_ids": Jsonb(list(target_ids))}
        case Rejected(message, code, field, _):
            return found | {"state": "rejected", "code": code, "field": field, "message": message}
        case NotApplied(message, code):
            return found | {"state": "not_applied", "code": code, "message": message}
        case Unknown(message, code):
            return found | {"state": "unknown", "code": code, "message": message}


def _changed(connection: Connection, query: str, values: dict[str, object], stream: Stream, now: datetime) -> bool:
    """Whether the row was still ours. If not, nothing changes and the audit trail says so."""
    if connection.execute(query, values).rowcount == 1:
        return True
    detail = {"export": values["id"], "attempt": values["attempt"]}
    write_audit(connection, now, "engine", stream.organization_id, "fenced-out", stream.integration, detail)
    return False


def _keep(
    connection: Connection,
    stream: Stream,
    claim: Claim,
    subject: str,
    payload: Jsonb | None,
    message: str,
    now: datetime,
) -> None:
    connection.execute(
        "insert into reconciler.export_payloads"
        " (export_id, attempt, organization_id, subject, payload, message, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [claim.id, claim.attempt, stream.organization_id, subject, payload, message, now],
    )
