"""The demo's records in a database: the app's tables, made and filled."""

from importlib.resources import files

import psycopg
from psycopg import sql

from reconciler.demo.records import Row, records


def fill(connection: psycopg.Connection) -> dict[str, int]:
    """Make the app's tables and put the records in, in one transaction; return how many rows each table gained.

    Safe to repeat: rows that are there stay as they are, and the counts of a second call are zero. The role
    `reconciler_reader` must exist, because the schema grants it reading.
    """
    schema = files("reconciler.demo").joinpath("app_schema.sql").read_bytes()
    with connection.transaction():
        connection.execute(schema)
        return {table: _insert(connection, table, rows) for table, rows in records().items()}


def _insert(connection: psycopg.Connection, table: str, rows: list[Row]) -> int:
    columns = list(rows[0])
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier("app", table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return cursor.rowcount
