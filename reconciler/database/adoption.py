"""The ledger filled again from what an outside system says. See `runs.adoption`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL, Composed
from psycopg.types.json import Jsonb

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.leases import renew
from reconciler.database.ledger import NUMBERS_A_YEAR
from reconciler.database.ledger_rows import as_columns
from reconciler.database.records import READER
from reconciler.database.statement import Statement, every
from reconciler.runs.adoption import ADOPTED, BLIND, FREE, OPEN, Candidate, Finding
from reconciler.runs.export import Stream, reference
from reconciler.runs.outcome import Lease
from reconciler.runs.reversal import DOCUMENT, REVERSAL
from reconciler.selections.criteria import Selection
from reconciler.specs.models.category import DataCategory

_ASKED = """
    select record_id, epoch, purpose, found and state <> 'held' as there from reconciler.adoption_findings
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s
        and record_id = any(%(records)s)"""
_KEEP = """
    insert into reconciler.adoption_findings (organization_id, target, category, record_id, epoch, purpose,
        reference, found, state, target_ids, amount, number, asked_at)
    select %(organization_id)s, %(target)s, %(category)s, record_id, epoch, purpose, reference, found, state,
        target_ids, amount, number, %(now)s
    from unnest(%(record_id)s::text[], %(epoch)s::int[], %(purpose)s::text[], %(reference)s::text[],
        %(found)s::boolean[], %(state)s::text[], %(target_ids)b::jsonb[], %(amount)s::numeric[], %(number)s::bigint[])
        as new (record_id, epoch, purpose, reference, found, state, target_ids, amount, number)
    on conflict do nothing"""
_TALLY = """
    select count(*) filter (where found and state <> 'held') as found,
        coalesce(sum(amount) filter (where found and state <> 'held'), 0) as amount,
        count(*) filter (where found and state = 'held') as questions
    from reconciler.adoption_findings
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s"""
_RAISE = """
    insert into reconciler.export_numbers as counter (organization_id, target, year, last)
    values (%(organization_id)s, %(target)s, %(year)s, %(last)s)
    on conflict (organization_id, target, year) do update set last = greatest(counter.last, excluded.last)
    returning last"""
# A number that the outside system shows is taken where nobody here has it; the others get new ones behind the mark.
_ADOPT = """
    with wanted as (
        select f.*, f.number is not null and f.number between 2000 * %(a_year)s and %(mark)s
            and count(*) over (partition by f.number) = 1 and not exists (
                select from reconciler.exports e where e.organization_id = f.organization_id and e.target = f.target
                    and e.number = f.number) as keeps
        from reconciler.adoption_findings f
        where f.organization_id = %(organization_id)s and f.target = %(target)s and f.category = %(category)s
            and f.found
    ), numbered as (
        select w.*, case when keeps then w.number
            else %(first)s + row_number() over (partition by keeps order by record_id, epoch, purpose) - 1 end as given
        from wanted w
    )
    insert into reconciler.exports as e (organization_id, target, category, record_id, epoch, purpose, integration,
        reference, number, state, revision, target_ids, amount, code, claimed_at, sent_at, changed_at)
    select organization_id, target, category, record_id, epoch, purpose, %(integration)s, reference, given, state,
        %(revision)s, target_ids, amount,
        case state when 'held' then %(blind)s when 'drifted' then 'amount-differs' else %(adopted)s end, %(now)s,
        case when state <> 'held' then %(now)s::timestamptz end, %(now)s
    from numbered order by given
    on conflict (organization_id, target, category, record_id, epoch, purpose) do update
        set state = excluded.state, code = excluded.code, target_ids = excluded.target_ids, field = '', origin = '',
            amount = coalesce(excluded.amount, e.amount), sent_at = excluded.sent_at, next_attempt_at = null,
            first_absent_at = null, changed_at = excluded.changed_at
        where e.state = any(%(free)s)
    returning id"""
# Of each record the last one is the one that counts, as after a resend: a document, its reversal, the next epoch.
_LINK = """
    update reconciler.exports old set superseded_by = new.id
    from reconciler.exports new
    where new.organization_id = %(organization_id)s and new.target = %(target)s and new.category = %(category)s
        and old.organization_id = new.organization_id and old.target = new.target and old.category = new.category
        and old.record_id = new.record_id and old.superseded_by is null and """
_LINKS = (
    f"{_LINK} old.purpose = 'document' and new.purpose = 'reversal' and old.epoch = new.epoch",
    f"{_LINK} new.purpose = 'document' and old.epoch = new.epoch - 1",
)
"""In this order."""
_FORGET = """
    delete from reconciler.adoption_findings
    where organization_id = %(organization_id)s and target = %(target)s and category = %(category)s"""


class AdoptionTable:
    """The Adoptions port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self, organization_id: str, target: str) -> bool:
        """See the port."""
        query = "select asked_at from reconciler.targets_asked where organization_id = %s and target = %s"
        with self._database.reading() as connection:
            return connection.execute(query, [organization_id, target]).fetchone() is not None

    def keep_asked(self, organization_id: str, target: str, now: datetime) -> None:
        """See the port."""
        query = "insert into reconciler.targets_asked values (%s, %s, %s) on conflict do nothing"
        with self._database.transaction() as connection:
            connection.execute(query, [organization_id, target, now])

    def candidates(
        self, stream: Stream, selection: Selection, category: DataCategory, after: str, limit: int
    ) -> tuple[list[Candidate], str]:
        """See the port. Read as the role that can only read."""
        made = Statement(stream, category)
        key = made.column(category.key)
        conditions: list[Composed] = [made.mine(), *made.tests(selection.scope)]
        if after:
            conditions.append(SQL("{} > {}").format(key, made.value(after)))
        query = SQL(
            "select {key}::text as record_id, {amount} as amount, k.epoch, k.state, k.purpose {source}"
            " left join lateral (select e.epoch, e.state, e.purpose from reconciler.exports e where {joined}"
            " order by e.epoch desc limit 1) k"
            " on true where {wanted} order by {key} limit {limit}"
        ).format(
            key=key,
            amount=made.column(category.amount) if category.amount else SQL("null"),
            source=made.source,
            joined=made.joined(),
            wanted=every(conditions),
            limit=made.value(limit),
        )
        with self._database.reading(READER) as connection:
            rows = connection.execute(query, made.parameters).fetchall()
        found = [_candidate(stream, row) for row in rows if row["state"] not in OPEN]
        return found, rows[-1]["record_id"] if len(rows) == limit else ""

    def findings(self, stream: Stream, records: Sequence[str]) -> Mapping[tuple[str, int, str], bool]:
        """See the port."""
        values = _key(stream) | {"records": list(records)}
        with self._database.reading() as connection:
            rows = connection.execute(_ASKED, values).fetchall()
        return {(row["record_id"], row["epoch"], row["purpose"]): row["there"] for row in rows}

    def keep_findings(self, stream: Stream, findings: Sequence[Finding], now: datetime) -> None:
        """See the port."""
        if findings:
            with self._database.transaction() as connection:
                connection.execute(_KEEP, as_columns([_row(each) for each in findings]) | _key(stream) | {"now": now})

    def tally(self, stream: Stream) -> tuple[int, Decimal, int]:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(_TALLY, _key(stream)).fetchone()
        assert row is not None
        return row["found"], row["amount"], row["questions"]

    def adopt(self, lease: Lease, stream: Stream, mark: int, revision: str, now: datetime, actor: str) -> int:
        """See the port."""
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            row = connection.execute(_TALLY, _key(stream)).fetchone()
            assert row is not None
            values = _key(stream) | {"integration": stream.integration, "revision": revision, "now": now, "mark": mark}
            values |= {"first": _numbers(connection, stream, mark, now.year, row["found"] + row["questions"])}
            values |= {"adopted": ADOPTED, "blind": BLIND, "free": list(FREE), "a_year": NUMBERS_A_YEAR}
            written = connection.execute(_ADOPT, values).rowcount
            for link in _LINKS:
                connection.execute(link, _key(stream))
            connection.execute(_FORGET, _key(stream))
            detail = {"target": stream.target, "category": stream.category, "mark": mark, "written": written}
            detail |= {"found": row["found"], "questions": row["questions"]}
            write_audit(connection, now, actor, stream.organization_id, "exports-adopted", stream.integration, detail)
        return written


def _numbers(connection: Connection, stream: Stream, mark: int, year: int, count: int) -> int:
    """The first of `count` numbers beyond the mark and beyond what was given out."""
    year, last = max((year, 0), divmod(mark, NUMBERS_A_YEAR))
    row = connection.execute(_RAISE, _key(stream) | {"year": year, "last": last}).fetchone()
    assert row is not None
    connection.execute(_RAISE, _key(stream) | {"year": year, "last": row["last"] + count})
    return int(year * NUMBERS_A_YEAR + row["last"] + 1)


def _candidate(stream: Stream, row: dict[str, Any]) -> Candidate:
    state, epoch, purpose = row["state"] or "", row["epoch"] or 1, row["purpose"] or DOCUMENT
    if state and state not in FREE:
        epoch, purpose = (epoch, REVERSAL) if purpose == DOCUMENT else (epoch + 1, DOCUMENT)
    amount = row["amount"] if isinstance(row["amount"], Decimal) and row["amount"].is_finite() else None
    named = reference(stream, row["record_id"], epoch, purpose)
    return Candidate(stream.category, row["record_id"], epoch, named, state, amount, purpose)


def _row(finding: Finding) -> dict[str, object]:
    candidate, found = finding.candidate, finding.found
    there = Decimal(found.amount) if found and found.amount else None
    # Another amount than the record's is a correction, or a document that stands there twice: a person has to look.
    other = there is not None and candidate.amount is not None and there != candidate.amount
    amount = there if candidate.amount is None else candidate.amount
    return {
        "record_id": candidate.record_id,
        "epoch": candidate.epoch,
        "purpose": candidate.purpose,
        "reference": candidate.reference,
        "found": found is not None,
        "state": "drifted" if other else found.proves if found else "",
        "target_ids": Jsonb(list(found.target_ids) if found else []),
        "amount": -amount if amount is not None and candidate.purpose == REVERSAL else amount,
        "number": finding.number,
    }


def _key(stream: Stream) -> dict[str, Any]:
    return {"organization_id": stream.organization_id, "target": stream.target, "category": stream.category}
