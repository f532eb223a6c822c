"""Leases: one holder at a time, a fence that only grows, and no writing after a lease is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable, renew
from reconciler.errors import Busy
from reconciler.runs.outcome import Lease

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_lease_that_is_held_is_busy_until_the_very_moment_that_it_ends(database_url: str) -> None:
    leases = LeaseTable(Database(database_url))
    first = leases.take("a/b", "one", NOW, 300)
    with pytest.raises(Busy, match=r"a sync of a/b is running: one \(until 2026-03-02 08:05:00"):
        leases.take("a/b", "two", later(299), 300)
    second = leases.take("a/b", "two", later(300), 300)
    assert (first.fence, second.fence) == (1, 2)
    assert leases.take("a/c", "three", NOW, 300).fence == 1


def test_who_lost_a_lease_cannot_renew_it_nor_give_back_the_new_one(database_url: str) -> None:
    database = Database(database_url)
    leases = LeaseTable(database)
    first = leases.take("a/b", "one", NOW, 300)
    leases.take("a/b", "two", later(400), 300)
    with pytest.raises(Busy, match="lost the lease"), database.transaction() as connection:
        renew(connection, first, later(401))
    leases.give_back(first)
    with pytest.raises(Busy, match="two"):
        leases.take("a/b", "three", later(402), 300)


def test_an_expired_lease_is_lost_even_where_nobody_took_it(database_url: str) -> None:
    database = Database(database_url)
    lease = LeaseTable(database).take("a/b", "one", NOW, 300)
    with database.transaction() as connection:
        renew(connection, lease, later(299))  # and so it runs until 599
    with database.transaction() as connection:
        renew(connection, lease, later(598))
    with pytest.raises(Busy), database.transaction() as connection:
        renew(connection, lease, later(898))


def test_of_many_who_take_at_once_one_gets_it(database_url: str) -> None:
    def take(number: int) -> Lease | None:
        database = Database(database_url)
        try:
            return LeaseTable(database).take("a/b", str(number), NOW, 300)
        except Busy:
            return None
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))
    assert len([lease for lease in taken if lease]) == 1
