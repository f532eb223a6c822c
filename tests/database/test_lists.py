"""Snapshots of reference lists: replaced whole, shared by all, read by one at a time, and nobody else's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.database.connection import Database
from reconciler.database.lists import ListTable
from reconciler.runs.listed import Listed, Shelf, Snapshot

ORG, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACCOUNTS = Shelf(ORG, "simulator:books:1", "accounts")
ELSEWHERE = [
    Shelf(OTHER, "simulator:books:1", "accounts"),
    Shelf(ORG, "simulator:books:2", "accounts"),
    Shelf(ORG, "production:books:1", "accounts"),
    Shelf(ORG, "simulator:books:1", "projects"),
]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    yield found
    found.close()


@pytest.fixture
def lists(database: Database) -> ListTable:
    return ListTable(database)


def kept(lists: ListTable, *codes: str, at: datetime = NOW) -> None:
    lists.start_reading(ACCOUNTS, at, 60)
    lists.keep_list(ACCOUNTS, Listed(dict.fromkeys(codes, "x")), at)


def test_a_list_that_was_never_read_has_no_snapshot_and_knows_nothing(lists: ListTable) -> None:
    lists.start_reading(ACCOUNTS, NOW, 60)
    assert (lists.snapshot(ACCOUNTS), lists.known(ACCOUNTS, ["7100"])) == (None, frozenset())


def test_a_snapshot_is_replaced_whole_and_belongs_to_its_place_alone(lists: ListTable) -> None:
    kept(lists, "7100", "7140")
    kept(lists, "7140", "0", "a'b", 'c"d', "%s", "$.x", "æ", at=NOW + HOUR)
    assert lists.snapshot(ACCOUNTS) == Snapshot(7, NOW + HOUR)
    asked = ["7100", "7140", "00", "0", "a'b", 'c"d', "%s", "$.x", "æ", ""]
    assert lists.known(ACCOUNTS, asked) == set(asked) - {"7100", "00", ""}
    assert [(lists.snapshot(each), lists.known(each, asked)) for each in ELSEWHERE] == [(None, frozenset())] * 4


def test_codes_that_are_added_make_it_no_younger(lists: ListTable) -> None:
    kept(lists, "7100")
    lists.keep_codes(ACCOUNTS, Listed({"7100": "again", "7101": "new"}))
    assert lists.snapshot(ACCOUNTS) == Snapshot(2, NOW)
    assert lists.known(ACCOUNTS, ["7100", "7101"]) == {"7100", "7101"}


def test_the_right_to_read_is_given_once_in_a_while_also_where_reading_fails(lists: ListTable) -> None:
    given = [lists.start_reading(ACCOUNTS, NOW + timedelta(minutes=n), 3600) for n in (0, 1, 59, 60, 61)]
    assert given == [True, False, False, True, False]
    assert all(lists.start_reading(each, NOW, 3600) for each in ELSEWHERE)


def test_of_many_who_want_to_read_at_once_one_may(database_url: str) -> None:
    def ask(_number: int) -> bool:
        database = Database(database_url)
        try:
            return ListTable(database).start_reading(ACCOUNTS, NOW, 3600)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(16))) == 1


@pytest.mark.parametrize(
    ("age", "believed"), [(timedelta(0), True), (HOUR, True), (HOUR + timedelta(seconds=1), False)]
)
def test_a_snapshot_is_believed_up_to_its_age(age: timedelta, *, believed: bool) -> None:
    assert Snapshot(1, NOW - age).believed(NOW, 3600) == believed
