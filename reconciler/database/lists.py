"""Snapshots of reference lists: one row per organisation, place and list; the codes of one are a JSON object."""

from collections.abc import Collection
from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.runs.listed import Listed, Shelf, Snapshot

_SNAPSHOT = """
    select size, read_at from reconciler.reference_lists
    where organization_id = %(organization_id)s and place = %(place)s and name = %(name)s and read_at is not null"""
_KNOWN = """
    select asked.code from reconciler.reference_lists, unnest(%(codes)s::text[]) as asked (code)
    where organization_id = %(organization_id)s and place = %(place)s and name = %(name)s and codes ? asked.code"""
_START = """
    insert into reconciler.reference_lists as list (organization_id, place, name, tried_at)
    values (%(organization_id)s, %(place)s, %(name)s, %(now)s)
    on conflict (organization_id, place, name) do update set tried_at = %(now)s where list.tried_at <= %(before)s"""
_KEEP_LIST = """
    update reconciler.reference_lists set codes = %(codes)s, read_at = %(now)s, size = %(size)s
    where organization_id = %(organization_id)s and place = %(place)s and name = %(name)s"""
_KEEP_CODES = """
    update reconciler.reference_lists
    set codes = codes || %(codes)s, size = (select count(*) from jsonb_object_keys(codes || %(codes)s))
    where organization_id = %(organization_id)s and place = %(place)s and name = %(name)s"""


class ListTable:
    """The ReferenceLists port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def snapshot(self, shelf: Shelf) -> Snapshot | None:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(_SNAPSHOT, _key(shelf)).fetchone()
        return Snapshot(row["size"], row["read_at"]) if row else None

    def known(self, shelf: Shelf, codes: Collection[str]) -> frozenset[str]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(_KNOWN, _key(shelf) | {"codes": list(codes)}).fetchall()
        return frozenset(row["code"] for row in rows)

    def start_reading(self, shelf: Shelf, now: datetime, again_s: int) -> bool:
        """See the port."""
        values = _key(shelf) | {"now": now, "before": now - timedelta(seconds=again_s)}
        with self._database.transaction() as connection:
            return connection.execute(_START, values).rowcount == 1

    def keep_list(self, shelf: Shelf, listed: Listed, now: datetime) -> None:
        """See the port."""
        values = {"codes": Jsonb(dict(listed.codes)), "size": len(listed.codes), "now": now}
        with self._database.transaction() as connection:
            connection.execute(_KEEP_LIST, _key(shelf) | values)

    def keep_codes(self, shelf: Shelf, listed: Listed) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(_KEEP_CODES, _key(shelf) | {"codes": Jsonb(dict(listed.codes))})


def _key(shelf: Shelf) -> dict[str, object]:
    return {"organization_id": shelf.organization_id, "place": shelf.place, "name": shelf.name}
