"""How moments read, and how long a schedule may be silent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from reconciler.engine.timetable import longest_silence_s, next_run
from reconciler.runs.moments import ago, ahead, local, weekday
from reconciler.runs.views import ScheduleRow
from reconciler.specs.money import money

SATURDAY = datetime(2026, 3, 7, 9, tzinfo=UTC)
HOUR = 3600


def schedule(cron: str, *, last_day: bool = False) -> ScheduleRow:
    return ScheduleRow("s", "i", cron, last_day, "Europe/Oslo", SATURDAY)


@pytest.mark.parametrize(
    ("cron", "hours"),
    [
        ("30 3 * * 1-5", 72),
        ("30 3 * * *", 24),
        ("0 * * * *", 1),
        ("*/5 8-16 * * 1-5", 72),
        ("30 3 * * 1", 168),
        ("30 3 1 * *", 31 * 24),
        ("30 3 1 1 *", 366 * 24),
    ],
)
def test_the_longest_silence_of_a_schedule_counts_the_weekend(cron: str, hours: int):
    assert longest_silence_s(schedule(cron), SATURDAY) == pytest.approx(hours * HOUR, abs=HOUR)


def test_the_last_day_of_a_month_is_a_month_away_and_not_a_day():
    assert longest_silence_s(schedule("30 3 28-31 * *", last_day=True), SATURDAY) >= 30 * 24 * HOUR - HOUR


def test_the_next_run_is_in_the_schedules_zone():
    found = next_run(schedule("30 3 * * 1-5"), SATURDAY)
    assert found is not None
    assert found.at == datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
    assert next_run(None, SATURDAY) is None


@pytest.mark.parametrize(
    ("span", "past", "future"),
    [
        (timedelta(seconds=20), "just now", "now"),
        (timedelta(minutes=3), "3 min ago", "in 3 min"),
        (timedelta(minutes=59), "59 min ago", "in 59 min"),
        (timedelta(hours=47), "47 h ago", "in 47 h"),
        (timedelta(days=2), "2 days ago", "in 2 days"),
    ],
)
def test_distances_are_rounded_down(span: timedelta, past: str, future: str):
    assert (ago(SATURDAY - span, SATURDAY), ahead(SATURDAY + span, SATURDAY)) == (past, future)


def test_a_moment_has_its_zone_on_it():
    assert local(SATURDAY, "Europe/Oslo") == "2026-03-07 10:00 CET"
    assert weekday(SATURDAY + timedelta(days=90), "Europe/Oslo") == "Fri 2026-06-05 11:00 CEST"


def test_money_has_its_currency_and_spaces_between_thousands():
    assert money(Decimal("1234567.5")) == "NOK 1 234 567.50"
