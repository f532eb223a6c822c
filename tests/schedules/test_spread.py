"""A window instead of a minute: the same choice everywhere, spread evenly, and never into another day."""

from collections import Counter

import pytest

from reconciler.schedules import spread
from reconciler.schedules.expression import ExpressionInvalid, parse, preset


def test_the_minute_is_the_same_on_every_machine_and_for_ever():
    # Pinned: another hash would move the runs of every organisation at once.
    found = [spread.chosen(30, "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", name) for name in ("accounts", "portal")]
    assert found == [12, 28]


def test_a_thousand_organisations_are_spread_over_the_whole_window():
    found = Counter(spread.chosen(20, f"organization-{n}", "accounts") for n in range(1000))
    assert set(found) == set(range(20))
    assert max(found.values()) < 90


@pytest.mark.parametrize(
    ("text", "window", "later", "expected"),
    [
        ("30 3 * * 1-5", 30, 0, "30 3 * * 1-5"),
        ("30 3 * * 1-5", 30, 29, "59 3 * * 1-5"),
        ("30 3 * * 1-5", 60, 45, "15 4 * * 1-5"),
        ("0 22 1 * *", 120, 119, "59 23 1 * *"),
        ("45 6,18 * * *", 30, 20, "5 7,19 * * *"),
        ("50 * * * *", 60, 25, "15 * * * *"),
    ],
)
def test_a_schedule_is_moved_inside_its_window(text, window, later, expected):
    assert spread.shifted(parse(text), window, later).text == expected


def test_the_last_day_stays_the_last_day():
    found = spread.shifted(preset("monthly", "06:00", "last"), 60, 59)
    assert (found.text, found.last_day) == ("59 6 28-31 * *", True)


@pytest.mark.parametrize("later", [0, 29])
@pytest.mark.parametrize(
    ("text", "window", "says"),
    [
        ("*/15 * * * *", 30, "one minute per hour"),
        ("45 23 * * *", 30, "past midnight"),
        ("0 * * * *", 61, "at most 60m"),
    ],
)
def test_a_window_that_does_not_fit_is_refused_for_everybody_alike(text, window, says, later):
    with pytest.raises(ExpressionInvalid, match=says):
        spread.shifted(parse(text), window, later)


@pytest.mark.parametrize(("seconds", "minutes"), [(120, 2), (1800, 30), (7200, 120)])
def test_a_window_is_counted_in_minutes(seconds, minutes):
    assert spread.minutes(seconds) == minutes


@pytest.mark.parametrize("seconds", [1, 60, 90, 1801])
def test_a_window_of_seconds_is_refused(seconds):
    with pytest.raises(ExpressionInvalid, match="whole minutes"):
        spread.minutes(seconds)
