"""The pace of an outside system is kept: never more requests in the window than it declares."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.pace import Pacer
from reconciler.specs.models.integration_type import Pace

START = datetime(2026, 3, 2, 7, tzinfo=UTC)


class Steps:
    """A clock that moves only when it is told to, or when somebody waits."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.at += timedelta(seconds=seconds)


@given(st.lists(st.floats(0, 3), max_size=60), st.integers(1, 8), st.integers(1, 10))
def test_no_window_ever_holds_more_than_the_pace(pauses: list[float], requests: int, seconds: int) -> None:
    clock = Steps()
    pacer = Pacer(Pace(requests=requests, seconds=seconds), clock)
    begun = []
    for pause in pauses:
        clock.at += timedelta(seconds=pause)
        pacer.turn()
        begun.append(clock.at)
    for earlier, later in zip(begun, begun[requests:], strict=False):
        assert later - earlier >= timedelta(seconds=seconds) - timedelta(microseconds=1)


@pytest.mark.parametrize(("pause", "waited"), [(0.0, 5.0), (0.5, 4.5), (5.0, 0.0)])
def test_nobody_waits_longer_than_needed(pause: float, waited: float) -> None:
    clock = Steps()
    pacer = Pacer(Pace(requests=2, seconds=5), clock)
    pacer.turn()
    pacer.turn()
    clock.at += timedelta(seconds=pause)
    before = clock.at
    pacer.turn()
    assert (clock.at - before).total_seconds() == pytest.approx(waited)
