"""Allowances: one pace, one month's count and one closing for all who ask, whoever they are and whatever the time."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.adapters.edge import WHOLE_S
from reconciler.adapters.pace import PATIENCE_S
from reconciler.database.allowances import LONGEST_UNDER_WAY_S, MOST_BEGUN, AllowanceRow, allowance_name, window
from reconciler.database.connection import Database
from reconciler.errors import Bug
from reconciler.runs.allowance import Allowed, Asking
from reconciler.runs.breaker import LEAST

OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FREE = Allowed(zone=OSLO)


class Steps:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def on(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> Steps:
    return Steps()


@pytest.fixture
def allowance(database_url: str, clock: Steps) -> Callable[..., AllowanceRow]:
    """The allowance of a name, by a connection of its own."""

    def made(allowed: Allowed = FREE, name: str = "https://a.example x") -> AllowanceRow:
        return AllowanceRow(Database(database_url), name, allowed, clock.now)

    return made


def densest(begun: Sequence[datetime], seconds: float) -> int:
    """The most that begin within any such window."""
    return max(sum(at <= other < at + timedelta(seconds=seconds) for other in begun) for at in begun)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=1, max_size=13),
    st.integers(1, 8),
    st.integers(1, 10),
    st.uuids(),
)
def test_no_window_ever_holds_more_than_the_pace(
    allowance: Callable[..., AllowanceRow], clock: Steps, asked: list[tuple[float, int]], requests: int, seconds: int,
    name: object,
) -> None:  # fmt: skip
    with ExitStack() as kept:
        both = [allowance(Allowed(requests, seconds, zone=OSLO), str(name)) for _ in range(2)]
        for each in both:
            kept.callback(each.database.close)
        used, begun = both[0].look("write").used, []
        for number, (pause, turns) in enumerate(asked):
            clock.on(seconds=pause)
            turn = both[number % 2].turn("write", 1000, turns=turns)
            assert 1 <= turn.taken <= turns
            begun += [clock.on(seconds=turn.wait_s)] * turn.taken
        assert densest(begun, seconds) <= requests
        assert both[0].look("write").used == used + len(begun)


def test_many_at_once_on_the_databases_own_clock_share_one_pace(database_url: str) -> None:
    allowed, together = Allowed(10, 1, zone=OSLO), threading.Barrier(8)

    def ask(_: int) -> list[float]:
        row = AllowanceRow(Database(database_url), "one", allowed)
        together.wait(30)
        waits = [row.turn("read", 1000).wait_s for _ in range(5)]
        row.database.close()
        return waits

    with ThreadPoolExecutor(8) as pool:
        waits = sorted(wait for waits in pool.map(ask, range(8)) for wait in waits)
    with psycopg.connect(database_url) as connection:
        begun, reads = connection.execute("select begun, reads from reconciler.allowances").fetchone()
    assert reads == 40
    assert len(begun) == 10
    assert waits[-1] > 2  # four windows of ten: the last ones wait for three of them, less what they took to ask


@pytest.mark.parametrize(("requests", "seconds"), [(20, 5), (10, 1), (6000, 300), (1, 1), (101, 60), (1_000_000, 1)])
def test_the_window_that_is_kept_is_short_and_never_more_generous(requests: int, seconds: int) -> None:
    most, span_s = window(Allowed(requests, seconds))
    assert 1 <= most <= MOST_BEGUN
    fits = -(-seconds // span_s) * most  # so many windows touch the declared one, each with its most
    assert fits <= requests


def test_whoever_would_wait_too_long_takes_no_turn(allowance: Callable[..., AllowanceRow], clock: Steps) -> None:
    row = allowance(Allowed(1, 10, quota=100, zone=OSLO))
    assert row.turn("write", 5).standing == "granted"
    busy = row.turn("write", 5)
    assert (busy.standing, busy.wait_s, busy.used) == ("busy", 11.0, 1)
    assert row.turn("write", 11).wait_s == 11.0


def test_of_several_turns_those_are_taken_that_begin_at_once_and_the_month_has(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    assert allowance(name="free").turn("read", 0, turns=70).taken == 70
    paced = allowance(Allowed(20, 5, zone=OSLO), "paced")
    assert [paced.turn("write", 9, turns=each).taken for each in (15, 15)] == [15, 5]
    rest = paced.turn("write", 9, turns=10)
    assert (rest.taken, rest.wait_s) == (10, 5.5)
    spent = allowance(Allowed(quota=10, reserve=3, zone=OSLO), "spent")
    assert [spent.turn("write", 0, turns=5).taken for _ in range(3)] == [5, 2, 0]
    assert [spent.turn("read", 0, turns=5).taken for _ in range(2)] == [3, 0]
    assert spent.turn("test", 0, turns=5).taken == 5


def test_no_more_are_under_way_than_may_be_and_whoever_ends_makes_room(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    one, other = (allowance(Allowed(concurrency=2, zone=OSLO)) for _ in range(2))
    first, second = one.turn("write", 5), other.turn("read", 5)
    assert (first.standing, second.standing) == ("granted", "granted")
    assert one.turn("write", 5).standing == "crowded"
    assert one.turn("write", 5, enter=False).standing == "granted"  # a part of a request is none
    assert first.place
    other.leave(first.place)  # both began in the same instant: one of them makes room, and no more
    assert one.turn("write", 5).standing == "granted"
    assert other.turn("write", 5).standing == "crowded"
    other.leave(clock.at)  # who never had a place leaves none
    assert other.turn("write", 5).standing == "crowded"
    assert one.look("write").standing == "granted"


def test_the_place_of_a_process_that_died_is_free_when_no_request_lasts_that_long(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    row = allowance(Allowed(concurrency=1, zone=OSLO))
    row.turn("write", 5)
    clock.on(seconds=LONGEST_UNDER_WAY_S - 1)
    assert row.turn("write", 5).standing == "crowded"
    clock.on(seconds=1)
    assert row.turn("write", 5).standing == "granted"
    assert LONGEST_UNDER_WAY_S > WHOLE_S + PATIENCE_S


def test_told_to_wait_all_wait(allowance: Callable[..., AllowanceRow], clock: Steps) -> None:
    here, there = allowance(), allowance()
    assert here.turn("write", 9).wait_s == 0
    here.pause(5)
    here.pause(2)  # a shorter one takes nothing back
    assert there.turn("read", 9).wait_s == 5
    clock.on(seconds=5)
    assert there.turn("read", 9).wait_s == 0


def test_another_credential_and_another_system_are_not_concerned(allowance: Callable[..., AllowanceRow]) -> None:
    allowance().turn("write", 0)
    allowance().pause(100)
    allowance().close(None, 1000, "spent")
    assert allowance(name="https://a.example y").turn("write", 0).standing == "granted"


def test_a_month_is_used_up_for_sending_first_then_for_questions_and_never_for_tests(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    row = allowance(Allowed(quota=5, reserve=2, zone=OSLO))
    asked: list[Asking] = ["write", "test", "write"]
    assert [row.turn(each, 0).standing for each in asked] == ["granted"] * 3
    spent = row.turn("write", 0)
    assert (spent.standing, spent.used, spent.until) == ("spent", 3, datetime(2026, 4, 1, tzinfo=OSLO))
    assert [row.turn("read", 0).standing for _ in range(3)] == ["granted", "granted", "spent"]
    assert row.turn("test", 0).standing == "granted"
    clock.at = datetime(2026, 3, 31, 23, 59, 59, tzinfo=OSLO)
    assert row.turn("read", 0).standing == "spent"
    clock.on(seconds=1)
    assert row.turn("write", 0).standing == "granted"
    assert row.look("write").used == 1


def test_of_many_who_ask_for_the_last_request_one_gets_it(allowance: Callable[..., AllowanceRow]) -> None:
    rows = [allowance(Allowed(quota=7, reserve=2, zone=OSLO)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda row: row.turn("write", 0).standing, rows))
    assert sorted(found) == ["granted"] * 5 + ["spent"] * 3


def test_closed_it_is_closed_for_all_but_a_test_until_then(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    here, there = allowance(), allowance()
    here.turn("read", 0)
    until = clock.at + timedelta(hours=3)
    assert here.close(until, 5, "no credits") == until
    found = there.turn("read", 100)
    assert (found.standing, found.until, found.reason) == ("closed", until, "no credits")
    assert there.turn("test", 0).standing == "granted"
    clock.at = until
    assert there.turn("write", 0).standing == "granted"


@pytest.mark.parametrize(("until", "opens"), [
    (None, timedelta(seconds=1200)),
    (START - timedelta(days=400), timedelta(seconds=60)),
    (START + timedelta(days=4000), timedelta(days=32)),
])  # fmt: skip
def test_no_answer_closes_it_for_ever_or_for_nothing(
    allowance: Callable[..., AllowanceRow], until: datetime | None, opens: timedelta
) -> None:
    row = allowance()
    row.turn("read", 0)
    assert row.close(until, 1200, "x" * 5000) == START + opens
    assert len(row.look("read").reason) == 300


def test_a_test_that_passes_opens_all_that_was_closed(allowance: Callable[..., AllowanceRow]) -> None:
    row = allowance()
    row.turn("write", 0)
    row.close(None, 1000, "spent")
    row.pause(100)
    for _ in range(LEAST):
        row.count("write", 0, "no answer")
    row.lift()
    assert row.turn("write", 0).standing == "granted"


def test_clocks_that_were_wrong_hold_nobody_up(allowance: Callable[..., AllowanceRow], clock: Steps) -> None:
    row = allowance(Allowed(2, 5, zone=OSLO))
    clock.on(days=300)
    for _ in range(4):
        row.turn("write", 100)
    row.pause(60)
    for _ in range(LEAST):
        row.count("write", 0, "no answer")
    clock.at = START
    assert row.turn("write", 100).wait_s == 0
    assert row.look("write").standing == "granted"


def test_a_breaker_opens_for_all_one_probes_and_the_first_good_answer_closes_it(
    allowance: Callable[..., AllowanceRow], clock: Steps
) -> None:
    here, there = allowance(), allowance()
    here.turn("write", 0)
    for _ in range(LEAST):
        here.count("write", 0, "no answer")
    shut = there.turn("write", 0)
    assert (shut.standing, shut.until, shut.reason) == ("shut", START + timedelta(minutes=1), "no answer")
    assert not there.begin_probe("write")
    assert there.turn("read", 0).standing == "granted"
    clock.on(minutes=1)
    assert there.look("write").due
    assert there.begin_probe("write")
    assert here.look("write").standing == "shut"
    assert not here.begin_probe("write")
    assert there.end_probe("write", None).standing == "granted"
    assert there.look("write").due
    there.passed("write")
    assert not here.look("write").due


def test_of_many_who_see_that_a_probe_is_due_one_makes_it(allowance: Callable[..., AllowanceRow], clock: Steps) -> None:
    rows = [allowance() for _ in range(8)]
    for _ in range(LEAST):
        rows[0].count("write", 0, "no answer")
    clock.on(minutes=1)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda row: row.begin_probe("write"), rows)) == 1


def test_an_allowance_keeps_its_name_when_its_credential_is_rotated_and_in_other_hands(database_url: str) -> None:
    insert = (
        "insert into reconciler.credentials (organization_id, name, version, state, fingerprint, created_by,"
        " created_at, tested_at) values (%s, %s, %s, 'revoked', %s, 'kari', %s, %s)"
    )
    one, two = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2))
    with psycopg.connect(database_url) as connection:
        for row in [
            (two, "typo", 1, "first", START - timedelta(days=9), None),  # pasted in the wrong place, and refused there
            (one, "books", 1, "first", START, START),
            (two, "copy", 1, "first", START + timedelta(days=1), START),
            (one, "books", 2, "second", START + timedelta(days=2), START),
            (two, "copy", 2, "second", START + timedelta(days=3), START),
        ]:
            connection.execute(insert, row)
    database = Database(database_url)
    names = {allowance_name(database, "https://a.example", each) for each in ("first", "second")}
    assert names == {f"https://a.example {one}/books"}
    assert allowance_name(database, "https://a.example", "unknown") == "https://a.example unknown"


def test_a_turn_is_never_part_of_another_transaction(allowance: Callable[..., AllowanceRow]) -> None:
    row = allowance()
    with pytest.raises(Bug, match="inside a transaction"), row.database.transaction():
        row.turn("write", 0)
