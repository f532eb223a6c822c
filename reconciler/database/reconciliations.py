"""Comparisons of the ledger with its targets: what they read of it, and where they are kept. See `runs.comparison`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.runs.comparison import SENT, Comparison, Difference, Known, Ours
from reconciler.runs.export import Open
from reconciler.runs.inventory import Window
from reconciler.runs.views import OpenDifference
from reconciler.specs.personal import impersonal

AT_ONCE = 500
_OURS = """
    select e.id, e.category, e.record_id, e.attempt, e.reference, e.number, e.state, e.amount, e.target_ids, e.batch,
        e.purpose, e.sent_at, p.payload -> 'lines' as lines
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where e.organization_id = %(organization)s and e.target = %(target)s and e.state = any(%(states)s)
        and e.sent_at >= %(begins)s and e.sent_at < %(ends)s and e.sent_at <= %(before)s and e.id > %(after)s
    order by e.id limit %(limit)s"""
_KNOWN = """
    select distinct on (reference) reference, organization_id = %(organization)s::uuid as mine, category, record_id,
        number, state, amount, sent_at
    from reconciler.exports
    where organization_id in (select id from reconciler.organizations) and target = %(target)s
        and reference = any(%(references)s)
    order by reference, mine desc, id desc"""
_KEEP = """
    insert into reconciler.reconciliations (organization_id, integration, target, first_day, last_day, night, way,
        complete, sent, amount, unread, others, requests, problem, actor, at)
    values (%(organization_id)s, %(integration)s, %(target)s, %(first)s, %(last)s, %(night)s, %(way)s,
        %(complete)s, %(sent)s, %(amount)s, %(unread)s, %(foreign)s, %(requests)s, %(problem)s, %(actor)s, %(at)s)
    on conflict (organization_id, integration, target, night) do nothing returning id"""
_LINES = """
    insert into reconciler.reconciliation_lines (reconciliation_id, organization_id, kind, reference, first_day,
        last_day, category, record_id, number, ours, theirs, detail)
    select %(id)s, %(organization)s, * from unnest(%(kind)s::text[], %(reference)s::text[], %(first)s::date[],
        %(last)s::date[], %(category)s::text[], %(record_id)s::text[], %(number)s::bigint[], %(ours)s::numeric[],
        %(theirs)s::numeric[], %(detail)s::text[])"""
# A difference is over once a later comparison has covered its days and tells it no more; what is there and not ours can
# only be judged by one that saw a list. A later telling of the same difference stands for the earlier ones.
_OPEN = """
    from (select distinct on (r.integration, r.target, l.kind, l.reference) r.integration, r.target, r.at, l.*
        from reconciler.reconciliation_lines l join reconciler.reconciliations r on r.id = l.reconciliation_id
        where r.organization_id = %(organization)s and l.organization_id = %(organization)s
            and %(integration)s in ('', r.integration) and not exists (
            select from reconciler.reconciliations later
            where later.organization_id = r.organization_id and later.target = r.target and later.id > r.id
                and later.complete and (later.way = 'listed' or l.kind <> 'unknown_here')
                and later.first_day <= l.first_day and later.last_day >= l.last_day)
        order by r.integration, r.target, l.kind, l.reference, r.id desc) open"""
_GRAVEST = "array_position(array['twice', 'missing', 'unknown_here', 'amount', 'content'], kind)"
_COLUMNS = "kind, reference, first_day, last_day, category, record_id, number, ours, theirs, detail"


class ComparisonTable:
    """The Comparisons port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ours(self, organization_id: str, target: str, window: Window, before: datetime, after: int) -> list[Ours]:
        """See the port."""
        values = {"organization": organization_id, "target": target, "states": list(SENT), "after": after}
        values |= {"begins": window.begins, "ends": window.ends, "before": before, "limit": AT_ONCE}
        with self._database.reading() as connection:
            return [_ours(row, window) for row in connection.execute(_OURS, values).fetchall()]

    def known(self, organization_id: str, target: str, references: Sequence[str]) -> Mapping[str, Known]:
        """See the port. Of what is another organisation's nothing is told but that it is."""
        values = {"organization": organization_id, "target": target, "references": list(references)}
        with self._database.reading() as connection:
            rows = connection.execute(_KNOWN, values).fetchall()
        return {row.pop("reference"): Known(**row) if row["mine"] else _SOMEBODY for row in rows}

    def keep_comparison(self, comparison: Comparison, actor: str) -> bool:
        """See the port."""
        values = {**asdict(comparison), "complete": comparison.complete, "actor": actor}
        values["problem"] = impersonal(comparison.problem)
        values = {name: value for name, value in values.items() if name != "differences"}
        with self._database.transaction() as connection:
            row = connection.execute(_KEEP, values).fetchone()
            if row is None:
                return False
            if comparison.differences:
                columns = _columns(comparison.differences)
                connection.execute(_LINES, columns | {"id": row["id"], "organization": comparison.organization_id})
            detail = {"target": comparison.target, "from": str(comparison.first), "to": str(comparison.last)}
            detail |= {"way": comparison.way, "differences": str(len(comparison.differences))}
            organization, name = comparison.organization_id, comparison.integration
            write_audit(connection, comparison.at, actor, organization, "exports-compared", name, detail)
        return True

    def compared(self, organization_id: str, integration: str, night: date) -> frozenset[str]:
        """See the port."""
        query = (
            "select target from reconciler.reconciliations"
            " where organization_id = %s and integration = %s and night = %s"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization_id, integration, night]).fetchall()
        return frozenset(row["target"] for row in rows)


def open_differences(
    connection: Connection, organization_id: str, integration: str, limit: int
) -> list[OpenDifference]:
    """The first differences of an integration that nobody has done away with, the gravest first."""
    values = {"organization": organization_id, "integration": integration, "limit": limit}
    query = f"select target, at, {_COLUMNS} {_OPEN} order by {_GRAVEST}, category, number limit %(limit)s"
    return [
        OpenDifference(_difference(row), row["target"], row["at"])
        for row in connection.execute(query, values).fetchall()
    ]


def count_differences(connection: Connection, organization_id: str, integration: str) -> int:
    """How many there are."""
    values = {"organization": organization_id, "integration": integration}
    row = connection.execute(f"select count(*) as differences {_OPEN}", values).fetchone()
    return int(row["differences"]) if row else 0


def count_open(connection: Connection, organization_id: str) -> dict[str, int]:
    """How many there are of each integration of an organisation that has any."""
    values = {"organization": organization_id, "integration": ""}
    query = f"select integration, count(*) as differences {_OPEN} group by integration"
    return {row["integration"]: row["differences"] for row in connection.execute(query, values).fetchall()}


_SOMEBODY = Known(mine=False, category="", record_id="", number=0, state="", amount=None)


def _ours(row: Mapping[str, Any], window: Window) -> Ours:
    same = ("id", "category", "record_id", "attempt", "reference", "number", "state", "amount", "batch", "purpose")
    lines = row["lines"] or []
    opened = Open(
        **{name: row[name] for name in same},
        target_ids=tuple(row["target_ids"]),
        sent_before=row["sent_at"],
        first_absent_at=None,
        lines=len(lines),
    )
    fields = tuple(line.get("fields", {}) for line in lines) if row["lines"] is not None else None
    return Ours(opened, row["sent_at"].astimezone(window.zone).date(), fields)


def _columns(differences: Sequence[Difference]) -> dict[str, list[Any]]:
    names = ("kind", "reference", "first", "last", "category", "record_id", "number", "ours", "theirs", "detail")
    return {name: [_storable(getattr(each, name)) for each in differences] for name in names}


def _storable(value: Any) -> Any:
    """An amount of a size that a column can hold; what is larger is no money."""
    return None if isinstance(value, Decimal) and value.adjusted() > 15 else value


def _difference(row: Mapping[str, Any]) -> Difference:
    same = ("kind", "reference", "category", "record_id", "number", "ours", "theirs", "detail")
    return Difference(**{name: row[name] for name in same}, first=row["first_day"], last=row["last_day"])
