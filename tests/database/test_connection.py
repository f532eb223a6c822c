"""A connection of ours after something went wrong in it: as good as before, and never in another's transaction."""

from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest
from parts import lending
from parts.databases import disconnect

from reconciler.database.connection import Database
from reconciler.errors import Bug


def test_a_reading_that_never_began_leaves_nothing_behind(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(Bug, match="nobody"), database.reading("nobody"):
        pass
    with database.reading() as connection:
        assert connection.execute("show transaction_isolation").fetchone() == {
            "transaction_isolation": "repeatable read"
        }


def test_what_fails_in_a_reading_is_told_and_the_next_one_begins_anew(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(LookupError), database.reading():
        raise LookupError
    with pytest.raises(Bug, match="division by zero"), database.reading() as connection:
        connection.execute("select 1 / 0")
    with database.reading() as connection:
        assert connection.execute("select 7 as seven").fetchone() == {"seven": 7}


def test_a_reading_is_never_part_of_another_transaction(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(Bug, match="inside a transaction"), database.transaction(), database.reading():
        pass


def _number(line: psycopg.Connection) -> int:
    return line.execute("select pg_backend_pid()").fetchone()[0]


def test_what_these_tests_lend_comes_back_as_new(database_url: str) -> None:
    with closing(lending.lend(database_url, **lending.ALIKE)) as line:
        first = _number(line)
        line.execute("set statement_timeout = 7000")
        line.execute("select pg_advisory_lock(7)")
        line.execute("create temporary table notes ()")
    with closing(lending.lend(database_url, **lending.ALIKE)) as line:
        assert _number(line) == first
        assert line.execute("show statement_timeout").fetchone() == ("0",)
        assert line.execute("select to_regclass('notes')").fetchone() == (None,)
        assert line.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)


def test_what_comes_back_in_a_transaction_or_was_ended_there_is_not_lent_again(database_url: str) -> None:
    with closing(lending.lend(database_url, **lending.ALIKE)) as line:
        first = _number(line)
        line.execute("begin")
    with closing(lending.lend(database_url, **lending.ALIKE)) as line:
        second = _number(line)
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [second])
    with closing(lending.lend(database_url, **lending.ALIKE)) as line:
        assert len({first, second, _number(line)}) == 3


def test_what_is_lent_while_its_database_goes_is_closed_without_asking_anybody(
    database_url: str, administration: psycopg.Connection
) -> None:
    line = lending.lend(database_url, **lending.ALIKE)
    disconnect(administration, urlsplit(database_url).path.removeprefix("/"))
    assert line.address == ""  # it is closed as one that was never lent
    line.close()
    assert line.closed
