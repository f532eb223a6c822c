"""The breaker as a value: it opens by rate over a least number, and closes by itself through a probe and a trial."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.breaker import LEAST, LONGEST, PROBE, SHORTEST, WINDOW, Breaker, claimed, counted, probed

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
FRESH = Breaker(NOW)
SECOND = timedelta(seconds=1)


def failing(breaker: Breaker, times: int, now: datetime = NOW) -> Breaker:
    for _ in range(times):
        breaker = counted(breaker, now, 0, "no answer")
    return breaker


def test_it_opens_with_the_last_of_the_least_number_of_failures_and_not_before() -> None:
    assert not failing(FRESH, LEAST - 1).open_at(NOW)
    found = failing(FRESH, LEAST)
    assert found.open_at(NOW)
    assert (found.shut_until, found.reason) == (NOW + SHORTEST, "no answer")


def test_few_failures_among_many_answers_open_nothing() -> None:
    found = counted(FRESH, NOW, 100, None)
    assert not failing(found, 50).open_at(NOW)
    assert failing(found, 100).open_at(NOW)


def test_failures_of_an_earlier_window_do_not_count() -> None:
    found = failing(FRESH, LEAST - 1)
    assert not counted(found, NOW + WINDOW, 0, "no answer").open_at(NOW + WINDOW)
    assert counted(found, NOW + WINDOW - SECOND, 0, "no answer").open_at(NOW + WINDOW)


def test_only_one_gets_the_probe_and_after_its_death_another_one() -> None:
    found = failing(FRESH, LEAST)
    assert claimed(found, NOW) is None
    later = NOW + SHORTEST
    taken = claimed(found, later)
    assert taken is not None
    assert claimed(taken, later + SECOND) is None
    assert taken.open_at(later + SECOND)
    assert claimed(taken, later + PROBE) is not None


def test_on_trial_one_failure_opens_it_for_twice_as_long() -> None:
    later = NOW + SHORTEST
    found = probed(failing(FRESH, LEAST), later, None)
    assert not found.open_at(later)
    assert found.due_at(later)
    again = counted(found, later, 0, "no answer")
    assert again.shut_until == later + 2 * SHORTEST


def test_a_probe_that_fails_opens_it_for_twice_as_long_and_says_why() -> None:
    found = probed(failing(FRESH, LEAST), NOW + SHORTEST, "its test failed")
    assert (found.shut_until, found.reason) == (NOW + 3 * SHORTEST, "its test failed")


def test_it_never_stays_open_for_longer_than_the_longest_time_not_even_by_a_wrong_clock() -> None:
    found, now = failing(FRESH, LEAST), NOW
    for _ in range(40):
        assert found.shut_until is not None
        assert found.shut_until - now <= LONGEST
        now = found.shut_until
        found = probed(found, now, "still down")
    assert not found.open_at(now - timedelta(days=1))


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3), st.booleans()), max_size=40))
def test_what_came_before_it_opened_never_makes_it_longer(steps: list[tuple[int, int, bool]]) -> None:
    found, now = FRESH, NOW
    for seconds, fine, fails in steps:
        now += timedelta(seconds=seconds)
        was = replace(found)
        found = counted(found, now, fine, "no answer" if fails else None)
        if was.open_at(now):
            assert (found.shut_until, found.opened) == (was.shut_until, was.opened)
