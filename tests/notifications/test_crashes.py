"""Killed anywhere, a change is told: at least once, and under one number."""

import signal

import pytest
from parts.installation import WHERE


@pytest.mark.parametrize(("point", "times"), [("after:notice", 1), ("after:take_notice", 1), ("after:tell", 2)])
def test_a_process_that_is_killed_while_it_tells_loses_nothing(house, fork, point: str, times: int) -> None:
    house.ran("failed", "the credential is refused")
    code, output = fork("notify", WHERE[0], crash_at=point)
    assert code == -signal.SIGKILL, output
    house.notify(minutes=1)
    house.notify(minutes=5)
    assert house.notify(minutes=1) == []
    assert len(house.hook.got) == times
    assert len({headers["X-Reconciler-Id"] for headers, _ in house.hook.got}) == 1
    assert house.at.sql("select stage from reconciler.notifications") == [("told",)]
