"""Every column that could hold something of a person is spoken of: a new one is classified before anything merges."""

import psycopg

from reconciler.database.content import named

SKIPPED = {"uuid", "integer", "bigint", "numeric", "boolean", "date", "timestamp with time zone", "daterange"}
"""Types that hold no words. An id of the app is opaque."""


def test_every_column_of_words_is_named_as_content_as_passing_or_as_free(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "select c.table_schema || '.' || c.table_name, c.column_name from information_schema.columns c"
            " join information_schema.tables t using (table_schema, table_name)"
            " where c.table_schema in ('public', 'reconciler') and t.table_type = 'BASE TABLE'"
            " and c.data_type <> all(%s) and c.udt_name <> '_timestamptz'"
            " and c.table_name not like 'alembic%%'",
            [list(SKIPPED)],
        ).fetchall()
    found = {(table, column) for table, column in rows}
    assert len(found) > 80
    assert sorted(found - named()) == []
    assert sorted(named() - found) == []
