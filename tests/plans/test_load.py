"""How often schedules call the outside systems: the shortest gap, the busiest month, and manual ones not at all."""

from datetime import date

import pytest

from reconciler.plans.load import runs_of_busiest_month, shortest_gap
from reconciler.schedules.expression import parse, preset

TODAY = date(2026, 3, 1)
NIGHTLY = "schedules/xledger.yaml"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("*/15 * * * *", 15),
        ("0,50 * * * *", 10),
        ("0 8,20 * * *", 720),
        ("30 3 * * *", 1440),
        ("0 0,23 * * *", 60),
        ("0 0,23 * * 1", 23 * 60),
        ("0 6 * * 1", 7 * 1440),
        ("0 6 29 2 *", 366 * 1440),
    ],
)
def test_the_shortest_gap_is_that_between_two_real_runs(text, minutes):
    assert shortest_gap(parse(text), TODAY) == minutes


@pytest.mark.parametrize(
    ("text", "runs"),
    [("30 3 * * *", 31), ("*/15 * * * *", 31 * 96), ("0 6 * * 1-5", 23), ("0 6 31 * *", 1), ("0 6 29 2 *", 0)],
)
def test_the_busiest_month_has_the_most_runs(text, runs):
    assert runs_of_busiest_month(parse(text), TODAY) == runs


def test_the_last_day_comes_once_a_month():
    assert runs_of_busiest_month(preset("monthly", "06:00", "last"), TODAY) == 1


def test_a_manual_schedule_is_no_object_and_says_so_in_the_plan_of_what_it_replaces(wanted):
    before = wanted({})
    manual = wanted({NIGHTLY: ('cron: "30 3 * * 1-5"', "every: manual")})
    assert ("SyncSchedule", "xledger") in before.resources
    assert ("SyncSchedule", "xledger") not in manual.resources


def test_a_window_moves_the_applied_schedule_to_the_minute_of_the_organisation(wanted):
    spread = wanted({NIGHTLY: ('cron: "30 3 * * 1-5"', 'cron: "30 3 * * 1-5"\n  spread: 30m')})
    body = spread.resources["SyncSchedule", "xledger"].body
    minute, hour, *days = body["cron"].split()
    assert (hour, days) == ("3", ["*", "*", "1-5"])
    assert 30 <= int(minute) <= 59
    assert set(body) == {"integration", "cron", "last_day", "zone"}
