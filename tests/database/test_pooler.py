"""The pooler that the suite runs through has teeth: what a session keeps is gone with the transaction."""

from collections.abc import Callable

import psycopg
import pytest
from parts.databases import database

from reconciler.database.migrate import migrate

pytestmark = pytest.mark.parametrize("url_for", ["pooled"], indirect=True)


def test_two_transactions_in_a_row_share_no_connection_and_nothing_that_a_session_keeps(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True, prepare_threshold=None) as connection:
        first, second = (connection.execute("select pg_backend_pid()").fetchone() for _ in range(2))
        assert first != second
        connection.execute("set work_mem = '77MB'")
        assert connection.execute("show work_mem").fetchone() != ("77MB",)
    with (
        psycopg.connect(database_url, autocommit=True, prepare_threshold=0) as connection,
        pytest.raises(psycopg.errors.InvalidSqlStatementName),
    ):
        list(map(connection.execute, ["select 'a statement with a name'"] * 2))


def test_a_new_database_is_migrated_through_it(
    administration: psycopg.Connection, url_for: Callable[[str], str]
) -> None:
    with database(administration, "fresh", "template0") as name:
        migrate(url_for(name))
        migrate(url_for(name))
        with psycopg.connect(url_for(name)) as connection:
            assert connection.execute("select count(*) from reconciler.exports").fetchone() == (0,)
