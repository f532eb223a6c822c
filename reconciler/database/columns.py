"""Snapshots of the tables of outside systems: one row per organisation, place and kind of document."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.mappings.columns import Column
from reconciler.runs.columned import Snapshot
from reconciler.runs.listed import Shelf

_KEY = "organization_id = %(organization_id)s and place = %(place)s and document = %(document)s"
_SNAPSHOT = f"select columns, read_at, problem from reconciler.table_columns where {_KEY}"  # noqa: S608 - ours
_START = """
    insert into reconciler.table_columns as kept (organization_id, place, document, tried_at)
    values (%(organization_id)s, %(place)s, %(document)s, %(now)s)
    on conflict (organization_id, place, document) do update set tried_at = %(now)s where kept.tried_at <= %(before)s"""
_KEEP = """
    insert into reconciler.table_columns (organization_id, place, document, columns, read_at, tried_at)
    values (%(organization_id)s, %(place)s, %(document)s, %(columns)s, %(now)s, %(now)s)
    on conflict (organization_id, place, document)
    do update set columns = excluded.columns, read_at = %(now)s, tried_at = %(now)s, problem = ''"""
_FAILED = """
    insert into reconciler.table_columns (organization_id, place, document, problem, tried_at)
    values (%(organization_id)s, %(place)s, %(document)s, %(problem)s, %(now)s)
    on conflict (organization_id, place, document) do update set problem = excluded.problem, tried_at = %(now)s"""


class ColumnTable:
    """The ColumnSnapshots port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def snapshot(self, shelf: Shelf) -> Snapshot:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(_SNAPSHOT, _key(shelf)).fetchone()
        return Snapshot(_columns(row["columns"]), row["read_at"], row["problem"]) if row else Snapshot()

    def start_reading(self, shelf: Shelf, now: datetime, again_s: int) -> bool:
        """See the port."""
        values = _key(shelf) | {"now": now, "before": now - timedelta(seconds=again_s)}
        with self._database.transaction() as connection:
            return connection.execute(_START, values).rowcount == 1

    def keep_columns(self, shelf: Shelf, columns: Mapping[str, Column], now: datetime) -> None:
        """See the port."""
        written = Jsonb({name: asdict(each) for name, each in columns.items()})
        with self._database.transaction() as connection:
            connection.execute(_KEEP, _key(shelf) | {"columns": written, "now": now})

    def keep_problem(self, shelf: Shelf, problem: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(_FAILED, _key(shelf) | {"problem": problem, "now": now})


def _key(shelf: Shelf) -> dict[str, object]:
    return {"organization_id": shelf.organization_id, "place": shelf.place, "document": shelf.name}


def _columns(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Column]:
    return {name: Column(each["max_length"], each["required"], tuple(each["types"])) for name, each in found.items()}
