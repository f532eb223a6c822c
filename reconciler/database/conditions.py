"""Conditions in their tables: written by the controller behind its shard's fence, read by whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.database.leases import check_fence
from reconciler.runs.condition import MOST_FINDINGS, Asked, Condition, Reason
from reconciler.runs.outcome import Lease
from reconciler.specs.languages import Language

KEPT = 200
"""Rows of history for each organisation."""
FORGET = timedelta(days=7)
"""After this, a request that was handled is forgotten."""


class ConditionTable:
    """The Conditions port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conditions(self) -> dict[str, Condition]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(f"select {_COLUMNS} from reconciler.conditions").fetchall()  # noqa: S608
        return {row["organization"]: _condition(row) for row in rows}

    def condition(self, organization: str) -> Condition | None:
        """That of one organisation, where it was looked at."""
        query = f"select {_COLUMNS} from reconciler.conditions where organization = %s"  # noqa: S608 - ours
        with self._database.reading() as connection:
            row = connection.execute(query, [organization]).fetchone()
        return _condition(row) if row else None

    def keep_condition(self, condition: Condition, lease: Lease | None, now: datetime) -> None:
        """See the port."""
        values = asdict(condition) | {"repairs": list(condition.repairs)}
        values |= {"findings": list(condition.findings[:MOST_FINDINGS]), "now": now, "kept": KEPT}
        with self._database.transaction() as connection:
            check_fence(connection, lease, now)
            connection.execute(_PUT, values)
            if connection.execute(_REMEMBER, values).fetchone() is not None:
                connection.execute(_TRIM, values)

    def verified(self, organizations: Sequence[str], lease: Lease, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            check_fence(connection, lease, now)
            query = "update reconciler.conditions set verified_at = %s where organization = any(%s)"
            connection.execute(query, [now, list(organizations)])

    def forget_condition(self, organization: str, lease: Lease, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            check_fence(connection, lease, now)
            connection.execute("delete from reconciler.conditions where organization = %s", [organization])

    def history(self, organization: str, limit: int) -> list[Condition]:
        """See the port."""
        query = """
            select organization, reason, message, hint, at as since, attempted, applied, findings
            from reconciler.condition_history where organization = %s order by id desc limit %s"""
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization, limit]).fetchall()
        return [_condition(row) for row in rows]

    def note_commit(
        self, organization: str, revision: str, reason: Reason, findings: Sequence[str], now: datetime
    ) -> None:
        """See the port."""
        values = {
            "organization": organization,
            "attempted": revision,
            "reason": reason,
            "message": findings[0] if findings else "",
            "findings": list(findings[:MOST_FINDINGS]),
            "now": now,
            "kept": KEPT,
        }
        with self._database.transaction() as connection:
            connection.execute(_NOTE, values)
            connection.execute(_TRIM, values)

    def marks(self, only: str = "") -> dict[str, str]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(_MARKS, {"only": only or None}).fetchall()
        return {str(row["id"]): row["mark"] for row in rows}

    def was_applied(self, organization_id: str, digests: Mapping[str, str]) -> bool:
        """See the port."""
        query = "select from reconciler.applied_revisions where organization_id = %s and resources = %s limit 1"
        with self._database.reading() as connection:
            return connection.execute(query, [organization_id, Jsonb(dict(digests))]).fetchone() is not None

    def languages(self) -> dict[str, Language]:
        """See the port."""
        query = "select name, body ->> 'language' as language from reconciler.organizations"
        with self._database.reading() as connection:
            rows = connection.execute(query).fetchall()
        return {row["name"]: "en" if row["language"] == "en" else "nb" for row in rows}

    def ask_reconcile(self, organization: str, by: str, now: datetime) -> int:
        """See the port."""
        query = """
            insert into reconciler.reconcile_requests (organization, requested_by, requested_at)
            values (%s, %s, %s) returning id"""
        with self._database.transaction() as connection:
            row = connection.execute(query, [organization, by, now]).fetchone()
        assert row is not None
        found: int = row["id"]
        return found

    def asked(self, ids: Sequence[int] = ()) -> list[Asked]:
        """See the port."""
        where = "id = any(%s)" if ids else "handled_at is null"
        query = f"""
            select id, organization, requested_by as by, requested_at as at, handled_at
            from reconciler.reconcile_requests where {where} order by id limit 1000"""  # noqa: S608 - ours
        with self._database.reading() as connection:
            rows = connection.execute(query, [list(ids)] if ids else []).fetchall()
        return [Asked(**row) for row in rows]

    def last_asked(self) -> int:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute("select max(id) as id from reconciler.reconcile_requests").fetchone()
        return row["id"] or 0 if row is not None else 0

    def handle_asked(self, ids: Sequence[int], now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.reconcile_requests set handled_at = %s where id = any(%s)", [now, list(ids)]
            )
            connection.execute("delete from reconciler.reconcile_requests where handled_at < %s", [now - FORGET])


def _condition(row: Mapping[str, Any]) -> Condition:
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Condition(**found)


_NAMES = [each.name for each in fields(Condition)]
_COLUMNS = ", ".join(_NAMES)
_PUT = f"""
    insert into reconciler.conditions ({_COLUMNS}) values ({", ".join(f"%({name})s" for name in _NAMES)})
    on conflict (organization) do update set
        {", ".join(f"{name} = excluded.{name}" for name in _NAMES if name != "organization")}"""  # noqa: S608 - ours
_REMEMBER = """
    insert into reconciler.condition_history
        (organization, reason, message, hint, attempted, applied, findings, at)
    select %(organization)s, %(reason)s, %(message)s, %(hint)s, %(attempted)s, %(applied)s, %(findings)s, %(now)s
    where not exists (
        select from (select * from reconciler.condition_history
            where organization = %(organization)s and not superseded order by id desc limit 1) last
        where (last.reason, last.message, last.attempted, last.applied)
            = (%(reason)s, %(message)s, %(attempted)s, %(applied)s))
    returning id"""
_NOTE = """
    insert into reconciler.condition_history (organization, reason, message, attempted, findings, superseded, at)
    select %(organization)s, %(reason)s, %(message)s, %(attempted)s, %(findings)s, true, %(now)s
    where not exists (select from reconciler.condition_history
        where (organization, attempted) = (%(organization)s, %(attempted)s) and findings <> '{}')
    on conflict (organization, attempted) where superseded do nothing"""
_TRIM = """
    delete from reconciler.condition_history where organization = %(organization)s and id <= (
        select id from reconciler.condition_history where organization = %(organization)s
        order by id desc offset %(kept)s limit 1)"""
_CONFIGURED = {
    "public.organization_integrations": "organization_id",
    "public.feature_flags": "organization_id",
    "reconciler.schedules": "organization_id",
    "reconciler.exclusions": "organization_id",
    "reconciler.reports": "organization_id",
    "reconciler.organizations": "id",
}
_EACH = [
    f"select {column} as id, '{table} ' || hashtextextended(t::text, 0) as found from {table} t"  # noqa: S608 - ours
    f" where %(only)s::uuid is null or {column} = %(only)s::uuid"
    for table, column in _CONFIGURED.items()
]
_MARKS = f"""
    select id, md5(string_agg(found, ' ' order by found)) as mark
    from ({" union all ".join(_EACH)}) every group by id"""  # noqa: S608 - names are ours
