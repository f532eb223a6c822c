"""A connection of ours after something went wrong in it: as good as before, and never in another's transaction."""

import pytest

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
