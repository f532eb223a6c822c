"""A second organisation in a test's database, and a row of it in every table: what the first one must never see."""

from uuid import UUID

import psycopg

HERS, THEIRS = UUID("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"), UUID("0dd0dd0d-0000-4000-8000-000000000002")
HER_NAME, THEIR_NAME = "blindeforbundet", "another"
THEIR_ADMIN = "anna-another"
MADE = {
    "uuid": "gen_random_uuid()", "text": "md5(random()::text)", "character varying": "md5(random()::text)",
    "jsonb": "'{}'", "boolean": "false", "bigint": "(random() * 1e9)::int", "integer": "(random() * 1e9)::int",
    "numeric": "1", "date": "current_date", "timestamp with time zone": "now()",
    "bytea": "sha256(gen_random_uuid()::text::bytea)", "ARRAY": "'{}'",
    "daterange": "daterange(current_date, current_date + 1)",
}  # fmt: skip
"""A value of each type of column."""
OWNED = """
    select n.nspname || '.' || c.relname, a.attname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and c.relrowsecurity and not a.attisdropped
        and (a.attname = 'organization_id' or (a.attname = 'organization' and n.nspname = 'reconciler'))
    order by 1, a.attname
"""
COLUMNS = """
    select column_name, data_type from information_schema.columns
    where table_schema || '.' || table_name = %s and is_generated = 'NEVER' and is_nullable = 'NO'
        and column_name <> %s and identity_generation is null
"""


def add_organization(connection: psycopg.Connection) -> None:
    """The same as the first, under another id and name, with an admin of its own."""
    people = f'[{{"account": "{THEIR_ADMIN}", "roles": ["admin"]}}]'
    connection.execute(
        "insert into reconciler.organizations (id, name, body, origins, version, revision, applied_at)"
        " select %s, %s, jsonb_set(body, '{people}', %s), origins, version, revision, applied_at"
        " from reconciler.organizations where name = %s",
        [THEIRS, THEIR_NAME, people, HER_NAME],
    )


def owned_tables(connection: psycopg.Connection) -> dict[str, str]:
    """Every table that says whose a row is, and the column that says it."""
    return dict(connection.execute(OWNED).fetchall())


def fill(connection: psycopg.Connection) -> None:
    """A row of each of the two in every such table, whatever it means. The database is good for nothing else then."""
    connection.execute("set session_replication_role = replica")
    for table, column in owned_tables(connection).items():
        for (name,) in connection.execute(
            "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'", [table]
        ).fetchall():
            connection.execute(f'alter table {table} drop constraint "{name}"')
        for whose in (HERS, THEIRS) if column == "organization_id" else (HER_NAME, THEIR_NAME):
            connection.execute(*_row(connection, table, column, whose))


def _row(connection: psycopg.Connection, table: str, column: str, whose: object) -> tuple[str, list[object]]:
    needed = connection.execute(COLUMNS, [table, column]).fetchall()
    names = ", ".join([column, *(name for name, _ in needed)])
    values = ", ".join(["%s", *(MADE[kind] for _, kind in needed)])
    return f"insert into {table} ({names}) values ({values})", [whose]
