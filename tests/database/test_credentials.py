"""The states of credentials: one pending, one in use, and flips that nobody sees half done."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from reconciler.database.connection import Database
from reconciler.database.credentials import CredentialTable, trail
from reconciler.errors import Blocked, Busy, CredentialRefused, ReconcilerError
from reconciler.runs.credential import Place, Version, by_number

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HERE, THERE = Place("simulator:t:1", "http://127.0.0.1:1"), Place("simulator:t:1", "http://127.0.0.1:2")


@dataclass(slots=True)
class Table:
    """The table, with a connection of its own."""

    database: Database

    @property
    def table(self) -> CredentialTable:
        return CredentialTable(self.database)

    def begin(self, minutes: int = 0, actor: str = "kari") -> Version:
        number, _ = self.table.reserve(ORG, "books", "local", actor, NOW + timedelta(minutes=minutes))
        return self.version(number)

    def set(self, place: Place = HERE) -> Version:
        version = self.begin()
        self.table.stored(version, str(version.version), "f", "h", None)
        self.promote(version, place)
        return self.version(version.version)

    def promote(self, version: Version, place: Place = HERE) -> None:
        self.table.promote(version, place, "kari", NOW)

    def version(self, number: int) -> Version:
        return next(each for each in self.table.versions(ORG) if each.version == number)

    def states(self) -> dict[int, str]:
        return {each.version: each.state for each in self.table.versions(ORG)}


@pytest.fixture
def connect(database_url: str) -> Iterator[Callable[[], Table]]:
    databases: list[Database] = []

    def connected() -> Table:
        databases.append(Database(database_url))
        return Table(databases[-1])

    yield connected
    for each in databases:
        each.close()


@pytest.fixture
def table(connect: Callable[[], Table]) -> Table:
    return connect()


def test_of_many_who_begin_at_once_one_may_and_the_others_are_told_who(connect: Callable[[], Table]) -> None:
    tables, ready = [connect() for _ in range(8)], Barrier(8)

    def begin(number: int) -> str:
        ready.wait(10)
        try:
            return f"began {tables[number].begin(actor=f'person {number}').version}"
        except Busy as busy:
            return busy.message

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(begin, range(8)))
    winner = said.index("began 1")
    assert said.count("began 1") == 1
    assert {each for each in said if each != "began 1"} == {
        f"the credential 'books' is being set by person {winner} since 08:00:00 UTC"
    }


def test_a_pending_version_is_given_up_after_ten_minutes_and_not_before(table: Table) -> None:
    table.begin()
    with pytest.raises(Busy):
        table.begin(9)
    assert table.begin(10).version == 2
    assert table.states() == {2: "pending", 1: "revoked"}


@pytest.mark.parametrize("known", [True, False])
def test_whoever_takes_over_is_told_where_the_abandoned_value_may_lie_until_it_is_destroyed(
    table: Table, known: bool
) -> None:
    abandoned = table.begin()
    if known:
        table.table.stored(abandoned, "place 7", "f", "h", None)
    _, left = table.table.reserve(ORG, "books", "local", "kari", NOW + timedelta(minutes=11))
    assert [(each.version, each.locator) for each in left] == [(1, "place 7" if known else by_number(1))]
    table.table.discard(table.version(2), "kari", "its test failed", NOW)
    _, left = table.table.reserve(ORG, "books", "local", "kari", NOW + timedelta(minutes=12))
    assert {each.version for each in left} == {1, 2}  # nobody has destroyed them yet
    for each in left:
        table.table.revoke(each, "kari", "", NOW)
    assert not [each for each in table.table.versions(ORG) if each.left_behind]


def test_whoever_was_taken_over_can_neither_store_nor_flip(table: Table) -> None:
    slow = table.begin()
    fast = table.begin(11)
    for attempt in (lambda: table.table.stored(slow, "1", "f", "h", None), lambda: table.promote(slow)):
        with pytest.raises(Blocked, match="changed by somebody else meanwhile"):
            attempt()
    table.promote(fast)
    assert table.states() == {2: "current", 1: "revoked"}


def test_a_flip_steps_everything_down_by_one(table: Table) -> None:
    for _ in range(3):
        table.set()
    assert table.states() == {3: "current", 2: "previous", 1: "revoked"}
    assert [each.version for each in table.table.versions(ORG) if each.left_behind] == [1]
    assert table.version(2).retire_at == NOW + timedelta(hours=2)


def test_a_slow_test_of_the_one_in_use_never_undoes_a_rotation(table: Table) -> None:
    seen = table.set()
    table.set()
    with pytest.raises(Blocked, match="changed by somebody else meanwhile"):
        table.promote(seen, THERE)
    assert table.states() == {2: "current", 1: "previous"}
    assert table.version(2).place == HERE


def test_a_new_place_for_the_one_in_use_leaves_the_previous_one_alone(table: Table) -> None:
    table.set()
    current = table.set()
    table.promote(current, THERE)
    assert table.states() == {2: "current", 1: "previous"}
    assert (table.version(2).place, table.version(1).place) == (THERE, HERE)


def test_a_version_is_not_ended_from_a_state_that_it_has_left(table: Table) -> None:
    table.set()
    table.set()
    previous = table.version(1)
    table.promote(previous)  # restored by somebody else
    with pytest.raises(Blocked):
        table.table.discard(previous, "kari", "no longer needed", NOW)
    assert table.states() == {1: "current", 2: "previous"}


def test_a_reader_sees_exactly_one_in_use_all_the_time(connect: Callable[[], Table]) -> None:
    writer, reader, done = connect(), connect(), Event()
    writer.set()

    def look() -> set[int]:
        seen: set[int] = set()
        while not done.is_set():
            states = list(reader.states().values())
            seen.add(states.count("current"))
            assert states.count("previous") <= 1
        return seen

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(look)
        for _ in range(40):
            writer.set()
        done.set()
        assert found.result(20) == {1}


def test_a_restore_and_a_rotation_that_meet_end_with_one_in_use_and_no_strange_error(
    connect: Callable[[], Table],
) -> None:
    one, other = connect(), connect()
    one.set()
    one.set()
    for _ in range(25):
        pending = one.begin()
        previous = next(each for each in one.table.versions(ORG) if each.state == "previous")
        ready = Barrier(2)

        def flip(table: Table, version: Version, ready: Barrier = ready) -> str:
            ready.wait(10)
            try:
                table.promote(version)
            except ReconcilerError as error:
                return type(error).__name__
            return "flipped"

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(flip, (one, other), (pending, previous)))
        assert set(said) <= {"flipped", "Blocked"}
        states = list(one.states().values())
        assert (states.count("current"), states.count("previous"), states.count("pending")) == (1, 1, 0)


def test_where_none_is_in_use_the_message_says_what_became_of_the_last(table: Table) -> None:
    with pytest.raises(CredentialRefused, match=r"there is no tested credential 'books'$"):
        table.table.current(ORG, "books", HERE)
    current = table.set()
    table.table.discard(current, "kari", "it was in a mail", NOW)
    with pytest.raises(CredentialRefused, match=r"version 1 was revoked \(it was in a mail\)"):
        table.table.current(ORG, "books", HERE)


@pytest.mark.parametrize("other", [THERE, replace(HERE, target="simulator:t:2")], ids=["origin", "target"])
def test_a_version_is_refused_for_another_place(table: Table, other: Place) -> None:
    version = table.set()
    with pytest.raises(CredentialRefused, match="was tested against"):
        table.table.current(ORG, "books", other)
    table.promote(version, other)
    assert table.table.current(ORG, "books", other).version == 1


def test_the_audit_trail_holds_every_use_and_change_with_its_reason(table: Table) -> None:
    version = table.set()
    table.table.used(version, "cron", "credential-used", NOW)
    table.table.tested(version, "kari", "credential", NOW)
    table.table.discard(version, "kari", "it was in a mail", NOW)
    table.table.revoke(version, "kari", "", NOW)
    found = [(each["action"].removeprefix("credential-"), each["actor"], each["reason"]) for each in trail(
        table.database, ORG)]  # fmt: skip
    assert found == [
        ("destroyed", "kari", ""),
        ("revoked", "kari", "it was in a mail"),
        ("tested", "kari", "failed: credential"),
        ("used", "cron", ""),
        ("current", "kari", f"tested against {HERE}"),
        ("pending", "kari", ""),
    ]
