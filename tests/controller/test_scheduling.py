"""Who starts runs: each scheduled time once, whatever happens to schedulers, children and clocks."""

from dataclasses import replace
from datetime import timedelta

from parts.checker import verdict
from parts.scheduling import MORNING

RUNS = (
    "select state, occurrence, problem from reconciler.runs where trigger = 'schedule' order by started_at, occurrence"
)
DAY = timedelta(days=1)


def states(here) -> list[str]:
    return [state for state, *_ in here.sql(RUNS)]


def test_a_week_of_scheduled_times_is_carried_out_each_once_and_the_weekend_is_none(begin, installation, books):
    staged = begin()
    told = [staged.look(MORNING + DAY * n + timedelta(minutes=hour)) for n in range(8) for hour in (-1, 0, 1, 600)]
    started = [each for look in told for each in look if each.startswith("started")]
    assert started == [f"started sync {day:02} 03:30" for day in (2, 3, 4, 5, 6, 9)]
    assert [at for _, at, _ in installation.sql(RUNS)] == [MORNING + DAY * n for n in (0, 1, 2, 3, 4, 7)]
    assert staged.heard.late == [0.0] * 6
    assert verdict(installation.settings.database_url, books.url) == []


def test_after_nights_off_the_newest_time_is_carried_out_and_one_note_says_how_many_were_missed(begin, installation):
    staged = begin()
    staged.look(MORNING)
    assert staged.look(MORNING + 3 * DAY + timedelta(hours=4)) == [
        "missed 2", "started sync 05 03:30", "done: succeeded",
    ]  # fmt: skip
    assert staged.heard.late[-1] == 4 * 3600
    [(at, problem)] = installation.sql("select occurrence, problem from reconciler.runs where state = 'skipped'")
    assert at == MORNING + 2 * DAY
    missed = "2 scheduled times, 2026-03-03 03:30 to 2026-03-04 03:30, were missed: "
    assert problem == missed + "the run of 2026-03-05 03:30 takes what is due of them too"
    assert staged.look(MORNING + 4 * DAY + timedelta(hours=6, minutes=1)) == ["missed 1"]
    assert states(installation)[-1] == "skipped"
    assert "at most 6 h late" in installation.sql(RUNS)[-1][2]
    assert staged.look(MORNING + 4 * DAY + timedelta(hours=7)) == []


def test_a_clock_that_is_set_back_an_hour_starts_nothing_twice(begin, installation):
    staged = begin()
    minute = timedelta(minutes=1)
    told = [staged.look(MORNING + minute * n) for n in (-1, 0, 2, -60, -30, -1, 0, 1)]
    assert [bool(each) for each in told] == [False, True, False, False, False, False, False, False]
    assert len(installation.sql(RUNS)) == 1


def test_what_ends_with_75_is_tried_again_after_a_pause_until_it_is_too_late(begin, installation, books):
    with installation.elsewhere("http://127.0.0.1:9") as here:
        away = replace(begin(), here=here)
        away.runner.environment = here.environment
        assert [each.split(":")[0] for each in away.look(MORNING)] == ["started sync 02 03", "again"]
        assert away.look(MORNING + timedelta(seconds=10)) == []
        assert away.look(MORNING + timedelta(seconds=90))[1].startswith("again: failed")
        assert away.look(MORNING + timedelta(hours=6, seconds=1)) == ["missed 1"]
    assert states(installation) == ["failed", "failed", "skipped"]
    assert begin().look(MORNING + DAY)[0] == "started sync 03 03:30"
    assert verdict(installation.settings.database_url, books.url) == []


def test_what_ended_with_75_twice_is_carried_out_the_third_time(begin, installation):
    begun = begin(("/bin/sh", "-c", "exit 75"))
    assert begun.look(MORNING)[1].startswith("again")
    assert begun.look(MORNING + timedelta(minutes=2))[1].startswith("again")
    begun.runner.command = begin().runner.command
    assert begun.look(MORNING + timedelta(minutes=5))[1].startswith("done: ")
    assert states(installation) == ["partial"]
