"""What is due now, from schedules, history and clock alone: after nights off, clock changes and clocks that jump."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.schedules.due import COUNTED, Due, Passed, Timing, due, left_over, next_due
from reconciler.schedules.expression import parse, preset

OSLO = ZoneInfo("Europe/Oslo")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
WITHIN = timedelta(hours=6)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO, fold=fold).astimezone(UTC)


def timing(cron: str, applied_at: datetime = LONG_AGO, *, last_day: bool = False) -> Timing:
    return Timing(parse(cron, last_day=last_day), "Europe/Oslo", applied_at)


DAILY = timing("30 3 * * *")


def test_a_time_is_due_from_its_second_on_until_it_was_carried_out():
    yesterday, today = at("2026-03-01 03:30"), at("2026-03-02 03:30")
    assert due([DAILY], yesterday, today - timedelta(seconds=1), WITHIN) is None
    assert due([DAILY], yesterday, today, WITHIN) == Due(today)
    assert due([DAILY], yesterday, today + timedelta(hours=5), WITHIN) == Due(today)
    assert due([DAILY], today, today + timedelta(hours=5), WITHIN) is None
    assert next_due([DAILY], today) == at("2026-03-03 03:30")


def test_of_several_nights_the_newest_is_carried_out_and_the_others_are_counted():
    found = due([DAILY], at("2026-03-01 03:30"), at("2026-03-05 07:00"), WITHIN)
    assert found == Due(at("2026-03-05 03:30"), Passed(3, at("2026-03-02 03:30"), at("2026-03-04 03:30")))


def test_what_is_too_late_is_only_counted():
    found = due([DAILY], at("2026-03-01 03:30"), at("2026-03-03 09:31"), WITHIN)
    assert found == Due(None, Passed(2, at("2026-03-02 03:30"), at("2026-03-03 03:30")))
    assert due([DAILY], at("2026-03-03 03:30"), at("2026-03-03 09:31"), WITHIN) is None, "once it is written down"


def test_nothing_from_before_a_schedule_was_applied_is_due_and_its_own_minute_is():
    applied = at("2026-03-02 03:30")
    assert due([timing("30 3 * * *", applied + timedelta(seconds=1))], None, at("2026-03-02 04:00"), WITHIN) is None
    assert due([timing("30 3 * * *", applied)], None, at("2026-03-02 04:00"), WITHIN) == Due(applied)


def test_several_schedules_of_one_integration_are_one_row_of_times():
    both = [DAILY, timing("0 12 * * *")]
    assert due(both, at("2026-03-01 12:00"), at("2026-03-02 12:01"), WITHIN) == Due(
        at("2026-03-02 12:00"), Passed(1, at("2026-03-02 03:30"), at("2026-03-02 03:30"))
    )
    assert due(both, at("2026-03-02 03:30"), at("2026-03-02 12:01"), WITHIN) == Due(at("2026-03-02 12:00"))


def test_a_time_lost_in_spring_is_due_once_at_the_end_of_the_gap():
    night = timing("30 2 * * *")
    moved = at("2026-03-29 03:00")
    assert due([night], at("2026-03-28 02:30"), moved - timedelta(seconds=1), WITHIN) is None
    assert due([night], at("2026-03-28 02:30"), moved, WITHIN) == Due(moved)
    assert due([night], moved, at("2026-03-30 02:29"), WITHIN) is None


def test_a_time_that_comes_twice_in_autumn_is_due_the_first_time_only():
    night = timing("30 2 * * *")
    first = at("2026-10-25 02:30")
    assert due([night], at("2026-10-24 02:30"), first, WITHIN) == Due(first)
    assert due([night], first, at("2026-10-25 02:45", fold=1), WITHIN) is None


def test_the_last_day_is_due_on_the_last_day():
    last = timing("30 3 28-31 * *", last_day=True)
    assert due([last], at("2026-01-31 03:30"), at("2026-02-28 04:00"), WITHIN) == Due(at("2026-02-28 03:30"))
    assert due([last], at("2026-02-28 03:30"), at("2026-03-30 04:00"), WITHIN) is None
    assert due([last], at("2026-02-28 03:30"), at("2026-03-31 04:00"), WITHIN) == Due(at("2026-03-31 03:30"))


def test_a_clock_that_is_set_back_repeats_nothing_and_one_that_was_ahead_forgets_nothing():
    today = at("2026-03-02 03:30")
    # `handled` is asked for up to now: set back before it, the history says the night before.
    assert due([DAILY], at("2026-03-01 03:30"), today - timedelta(minutes=59), WITHIN) is None
    assert due([DAILY], today, today + timedelta(minutes=1), WITHIN) is None


def test_of_years_of_minutes_the_newest_is_found_and_the_rest_are_only_more():
    found = due([timing("* * * * *")], None, at("2026-03-02 03:30"), WITHIN)
    assert found is not None
    assert found.at == at("2026-03-02 03:30")
    assert found.missed == Passed(COUNTED, LONG_AGO, at("2026-03-02 03:29"), more=True)


def test_a_day_that_comes_every_fourth_year_is_found_too():
    leap = Timing(parse("0 4 29 2 *"), "Europe/Oslo", datetime(2019, 1, 1, tzinfo=UTC))
    assert due([leap], None, at("2026-03-02 03:30"), WITHIN) == Due(
        None, Passed(2, at("2020-02-29 04:00"), at("2024-02-29 04:00"))
    )


@settings(max_examples=30)
@given(
    cron=st.sampled_from(["30 3 * * *", "*/40 * * * *", "15 */2 * * *", "30 2 * * 1-5", "0 4 1 * *"]),
    looks=st.lists(st.integers(1, 20 * 60), min_size=1, max_size=6),
    begun=st.sampled_from(["2026-03-27 12:00", "2026-10-23 12:00", "2026-06-01 00:00"]),
)
def test_whoever_looks_at_whatever_moments_every_time_is_carried_out_or_counted_once(cron, looks, begun):
    one = timing(cron, at(begun))
    now, handled, seen = at(begun), None, []
    for minutes in looks:
        now += timedelta(minutes=minutes)
        found = due([one], handled, now, WITHIN)
        if found is not None:
            newest = found.at or found.missed.last
            seen.append((found.missed.count if found.missed else 0) + (found.at is not None))
            assert newest <= now
            assert handled is None or newest > handled
            handled = newest
    every, moment = [], at(begun) - timedelta(microseconds=1)
    while (moment := next_due([one], moment)) is not None and moment <= now:
        every.append(moment)
    if all(count < COUNTED for count in seen):
        assert sum(seen) == len(every)


def test_a_preset_is_a_timing_like_any_other():
    assert due(
        [Timing(preset("hourly", "00:05"), "Europe/Oslo", LONG_AGO)],
        at("2026-03-02 03:05"),
        at("2026-03-02 04:05"),
        WITHIN,
    ) == Due(at("2026-03-02 04:05"))


def test_beside_a_clock_that_starts_runs_itself_only_what_it_will_not_start_is_left_over():
    today, minute = at("2026-03-03 03:30"), timedelta(minutes=1)
    missed = Passed(1, at("2026-03-02 03:30"), at("2026-03-02 03:30"))
    since = at("2026-03-01 03:30")
    assert left_over([DAILY], since, at("2026-03-02 08:00"), WITHIN) is None, "it may start it yet"
    assert left_over([DAILY], since, today, WITHIN) == left_over([DAILY], since, at("2026-03-02 09:40"), WITHIN)
    assert left_over([DAILY], since, today + minute, WITHIN) == Due(None, missed)
    assert left_over([DAILY], at("2026-03-02 03:30"), today + 2 * minute, WITHIN) is None
    assert left_over([DAILY], at("2026-03-02 03:30"), today + WITHIN + minute, WITHIN) == Due(
        None, Passed(1, today, today)
    )
    assert left_over([DAILY], today, today + WITHIN + minute, WITHIN) is None


def test_a_time_that_a_gap_swallowed_is_left_over_at_its_end_and_one_that_comes_twice_is_not():
    nightly, minute = timing("30 2 * * *"), timedelta(minutes=1)
    end = at("2026-03-29 03:00")
    before = at("2026-03-28 02:30")
    assert left_over([nightly], before, end, WITHIN) is None
    assert left_over([nightly], before, end + minute, WITHIN) == Due(end)
    assert left_over([nightly], end, end + 5 * minute, WITHIN) is None
    autumn = at("2026-10-25 02:30")
    assert left_over([nightly], at("2026-10-24 02:30"), autumn + 5 * minute, WITHIN) is None


@given(st.integers(0, 400 * 24 * 60), st.integers(0, 3 * 24 * 60))
@settings(max_examples=40, deadline=None)
def test_what_is_left_over_is_never_what_the_other_clock_starts(start, since):
    now = LONG_AGO + timedelta(days=200, minutes=start)
    handled = now - timedelta(minutes=since)
    found = left_over([DAILY], handled, now, WITHIN)
    everything = due([DAILY], handled, now, WITHIN)
    if found is not None:
        assert found.at is None, "half past three is in no gap"
        assert everything is not None
        assert found.missed.last != everything.at
