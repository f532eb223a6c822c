"""How long a document waits before it is tried again."""

from datetime import timedelta

import pytest

from reconciler.runs.backoff import FIRST, LONGEST, most, pause


def test_the_longest_wait_doubles_with_each_try_up_to_an_hour() -> None:
    assert [most(attempt) / FIRST for attempt in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert {most(attempt) for attempt in (8, 20, 1_000_000)} == {LONGEST}


@pytest.mark.parametrize("attempt", [1, 5, 40])
def test_waits_are_spread_over_all_that_they_may_be(attempt: int) -> None:
    parts = [pause(f"RCN-{number}", attempt) / most(attempt) for number in range(1000)]
    assert all(0 <= part < 1 for part in parts)
    for tenth in range(10):
        assert 60 < sum(tenth / 10 <= part < (tenth + 1) / 10 for part in parts) < 140


def test_a_records_wait_is_the_same_wherever_it_is_asked_and_another_after_each_try() -> None:
    assert pause("RCN-A", 3) == pause("RCN-A", 3)
    assert len({pause("RCN-A", attempt) for attempt in range(10, 20)}) == 10
    assert pause("RCN-A", 3) >= timedelta(0)
