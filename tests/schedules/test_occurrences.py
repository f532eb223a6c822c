"""What clock changes do to occurrences, and what the runner's gate lets through."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from reconciler.schedules.describe import describe_note
from reconciler.schedules.expression import parse, preset
from reconciler.schedules.occurrences import Run, following, gate

OSLO = ZoneInfo("Europe/Oslo")
SPRING = datetime(2026, 3, 29, 0, 0, tzinfo=OSLO)
AUTUMN = datetime(2026, 10, 25, 0, 0, tzinfo=OSLO)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def verdict(expression, local, *, fold=0, applied_at=LONG_AGO, frozen=()):
    scheduled = datetime.fromisoformat(local).replace(tzinfo=OSLO, fold=fold).astimezone(UTC)
    result = gate(expression, "Europe/Oslo", scheduled, applied_at=applied_at, frozen=frozen)
    return "run" if result == Run() else result.reason


def test_a_time_lost_in_spring_runs_once_at_the_end_of_the_gap_and_says_so():
    lost, next_day = following(parse("30 2 * * *"), "Europe/Oslo", SPRING, 2)
    assert lost.at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert lost.note == "02:30 does not exist on 2026-03-29 (the clocks go forward): runs at 03:00"
    assert describe_note(lost, "nb") == "kl. 02.30 finnes ikke 29.03.2026 (klokka stilles fram): kjøres kl. 03.00"
    assert (next_day.local.hour, next_day.local.minute, next_day.note) == (2, 30, None)


def test_times_that_meet_at_the_end_of_the_gap_are_one_run():
    runs = following(parse("0,20,40 2,3 * * *"), "Europe/Oslo", SPRING, 3)
    assert [run.local.strftime("%H:%M") for run in runs] == ["03:00", "03:20", "03:40"]


def test_a_time_that_comes_twice_in_autumn_runs_the_first_time_and_says_so():
    first, next_day = following(parse("30 2 * * *"), "Europe/Oslo", AUTUMN, 2)
    assert first.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert first.note == "02:30 comes twice on 2026-10-25 (the clocks go back): runs the first time only"
    assert describe_note(first, "nb") == (
        "kl. 02.30 kommer to ganger 25.10.2026 (klokka stilles tilbake): kjøres bare første gang"
    )
    assert next_day.local.date() == date(2026, 10, 26)
    assert describe_note(next_day, "nb") is None


@pytest.mark.parametrize(("start", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_an_hourly_schedule_runs_in_every_real_hour_of_the_day(start, hours):
    runs = following(parse("0 * * * *"), "Europe/Oslo", start, hours)
    assert [(run.at - start).total_seconds() / 3600 for run in runs] == list(range(1, hours + 1))
    assert runs[-1].local.isoformat().startswith(str(start.date().replace(day=start.day + 1)))
    assert not any(run.note for run in runs)


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_every_15_minutes_is_every_15_minutes_through_the_night_of_the_change(start):
    runs = following(parse("*/15 * * * *"), "Europe/Oslo", start, 40)
    assert [(run.at - start).total_seconds() / 900 for run in runs] == list(range(1, 41))


def test_asking_from_inside_the_first_showing_still_finds_the_second():
    inside = datetime(2026, 10, 25, 2, 50, tzinfo=OSLO)
    runs = following(parse("*/20 * * * *"), "Europe/Oslo", inside, 3)
    assert [run.local.isoformat() for run in runs] == [
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T02:20:00+01:00",
        "2026-10-25T02:40:00+01:00",
    ]


def test_the_last_day_is_the_last_day_of_each_month():
    runs = following(preset("monthly", "06:00", "last"), "Europe/Oslo", datetime(2028, 1, 1, tzinfo=UTC), 4)
    assert [run.local.date().isoformat() for run in runs] == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


def test_a_schedule_that_never_runs_has_no_occurrences():
    assert following(parse("0 6 31 2 *"), "Europe/Oslo", AUTUMN, 3) == []


def test_the_29th_of_february_is_found_across_a_century_without_a_leap_year():
    run = following(parse("0 6 29 2 *"), "UTC", datetime(2096, 3, 1, tzinfo=UTC), 1)[0]
    assert run.at == datetime(2104, 2, 29, 6, tzinfo=UTC)


def test_an_occurrence_at_the_instant_itself_is_not_after_it():
    at = datetime(2026, 6, 9, 1, 30, tzinfo=UTC)
    assert following(parse("30 3 * * *"), "Europe/Oslo", at, 1)[0].at > at
    assert following(parse("30 3 * * *"), "Europe/Oslo", at.replace(minute=29, second=59), 1)[0].at == at


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        following(parse("30 3 * * *"), "Europe/Oslo", datetime(2026, 6, 9), 1)


def test_the_gate_lets_an_ordinary_occurrence_run():
    assert verdict(parse("30 3 * * *"), "2026-06-09T03:30") == "run"


def test_the_gate_skips_times_from_before_the_schedule_was_applied():
    applied_at = datetime(2026, 6, 9, 3, 30, tzinfo=OSLO)
    assert verdict(parse("30 3 * * *"), "2026-06-09T03:29", applied_at=applied_at) == "not-yet-applied"
    assert verdict(parse("30 3 * * *"), "2026-06-09T03:30", applied_at=applied_at) == "run"


@pytest.mark.parametrize(
    ("day", "expected"), [("08", "run"), ("09", "frozen"), ("10", "frozen"), ("11", "frozen"), ("12", "run")]
)
def test_the_gate_skips_frozen_local_days_with_both_ends(day, expected):
    windows = [(date(2026, 1, 1), date(2026, 1, 2)), (date(2026, 6, 9), date(2026, 6, 11))]
    assert verdict(parse("30 0 * * *"), f"2026-06-{day}T00:30", frozen=windows) == expected


def test_the_gate_skips_all_but_the_last_day_when_the_last_day_is_meant():
    last = preset("monthly", "06:00", "last")
    answers = [verdict(last, f"2026-04-{day}T06:00") for day in ("28", "29", "30")]
    assert answers == ["not-the-last-day", "not-the-last-day", "run"]
    assert verdict(parse("0 6 28-31 * *"), "2026-04-28T06:00") == "run"


def test_the_gate_skips_the_second_showing_unless_the_schedule_follows_elapsed_time():
    assert verdict(parse("30 2 * * *"), "2026-10-25T02:30") == "run"
    assert verdict(parse("30 2 * * *"), "2026-10-25T02:30", fold=1) == "second-of-a-fold"
    assert verdict(parse("30 * * * *"), "2026-10-25T02:30", fold=1) == "run"


def test_the_gate_lets_the_end_of_a_gap_run():
    assert verdict(parse("30 2 * * *"), "2026-03-29T03:00") == "run"


def test_a_time_lost_just_before_the_last_day_does_not_make_it_run_twice():
    # Nuuk loses 23:00-23:59 on Saturday 30 March 2024; the gap ends on the last day.
    runs = following(parse("30 23 28-31 * *", last_day=True), "America/Nuuk", datetime(2024, 3, 29, tzinfo=UTC), 2)
    assert [run.local.isoformat() for run in runs] == ["2024-03-31T23:30:00-01:00", "2024-04-30T23:30:00-01:00"]


def test_a_time_lost_just_before_midnight_runs_on_the_next_local_day():
    lost = following(parse("30 23 * * SAT"), "America/Nuuk", datetime(2024, 3, 30, tzinfo=UTC), 1)[0]
    assert lost.local.isoformat() == "2024-03-31T00:00:00-01:00"
    assert lost.planned == datetime(2024, 3, 30, 23, 30)


def test_the_gate_knows_the_last_day_on_both_sides_of_a_gap_that_ends_at_midnight():
    midnight = datetime(2024, 3, 31, 0, 0, tzinfo=ZoneInfo("America/Nuuk"))
    assert gate(parse("0 0 28-31 * *", last_day=True), "America/Nuuk", midnight, applied_at=LONG_AGO) == Run()


def test_a_last_day_that_a_zone_left_out_altogether_runs_when_the_next_day_begins():
    # Kiritimati went from 30 December 1994 to 1 January 1995 when it moved across the date line.
    last = preset("monthly", "06:00", "last")
    lost = following(last, "Pacific/Kiritimati", datetime(1994, 12, 29, tzinfo=UTC), 1)[0]
    assert lost.local.isoformat() == "1995-01-01T00:00:00+14:00"
    assert lost.planned == datetime(1994, 12, 31, 6, 0)
    assert gate(last, "Pacific/Kiritimati", lost.at, applied_at=datetime(1990, 1, 1, tzinfo=UTC)) == Run()
