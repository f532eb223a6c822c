"""Who starts runs: each scheduled time once, whatever happens to schedulers, children and clocks."""

import signal
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from parts.checker import verdict
from parts.installation import WHERE
from parts.scheduling import MORNING

from reconciler.database.chores import ChoreTable
from reconciler.database.connection import Database
from reconciler.database.timetable import TimetableRows
from reconciler.wiring import database

RUNS = (
    "select state, occurrence, problem from reconciler.runs where trigger = 'schedule' order by started_at, occurrence"
)
DAY = timedelta(days=1)

FAKE = ("/bin/sh", "-c", "exit 75")
"""A child that costs nothing and sends nothing."""


def states(here) -> list[str]:
    return [state for state, *_ in here.sql(RUNS)]


def test_a_week_of_scheduled_times_is_carried_out_each_once_and_the_weekend_is_none(begin, installation, books):
    staged = begin()
    told = [staged.look(MORNING + DAY * n + timedelta(minutes=hour)) for n in range(8) for hour in (-1, 0, 600)]
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


def test_a_clock_that_was_days_ahead_for_a_while_loses_no_time_and_repeats_none(begin, installation, books):
    staged = begin()
    assert staged.look(MORNING + 3 * DAY)[:2] == ["missed 3", "started sync 05 03:30"]
    assert staged.look(MORNING - timedelta(minutes=5)) == []
    assert staged.look(MORNING)[0] == "started sync 02 03:30", "what is to come says nothing about now"
    assert staged.look(MORNING + 2 * DAY) == [], "its note stands in the history"
    assert staged.look(MORNING + 3 * DAY) == []
    assert verdict(installation.settings.database_url, books.url) == []


@pytest.mark.parametrize(("before", "times"), [
    ("2026-03-28T12:00+01:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
    ("2026-10-24T12:00+02:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
], ids=["spring", "autumn"])  # fmt: skip
def test_in_the_night_of_a_clock_change_a_time_runs_once(begin, installation, before, times):
    noon = datetime.fromisoformat(before)
    installation.sql("update reconciler.schedules set cron = '30 2 * * *', applied_at = %s", noon)
    staged = begin()
    told = [staged.look(noon + timedelta(minutes=30 * n)) for n in (*range(26, 32), 77, 79)]
    assert [each[1].split(":")[0] for each in told if each] == ["done", "done"]
    assert [at for _, at, _ in installation.sql(RUNS)] == [datetime.fromisoformat(each) for each in times]


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
    begun = begin(FAKE)
    assert begun.look(MORNING)[1].startswith("again")
    assert begun.look(MORNING + timedelta(minutes=2))[1].startswith("again")
    begun.runner.command = begin().runner.command
    assert begun.look(MORNING + timedelta(minutes=5))[1].startswith("done: ")
    assert states(installation) == ["partial"]


def test_a_child_that_is_killed_leaves_a_failed_run_and_its_time_is_not_tried_again(begin, installation, books):
    staged = begin(crash_at="after:send")
    assert staged.look(MORNING)[1] == "failed: the process was ended by signal 9"
    [(state, at, problem)] = installation.sql(RUNS)
    assert (state, at, problem) == ("failed", MORNING, "the process was ended by signal 9")
    assert staged.look(MORNING + timedelta(hours=1)) == []
    assert begin().look(MORNING + DAY)[1].startswith("done"), "the next time sweeps up"
    assert "sending" not in installation.states()
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_child_that_hangs_is_stopped_when_its_time_is_up_and_written_down_as_failed(begin, installation):
    staged = begin(("/bin/sh", "-c", "trap '' TERM; while true; do sleep 0.02; done"), deadline_s=0.1)
    staged.scheduling.tick(MORNING)
    while staged.runner.running():
        staged.scheduling.settle(MORNING)
    [(state, at, problem)] = installation.sql(RUNS)
    assert (state, at) == ("failed", MORNING)
    assert problem == "it was stopped after 0 seconds, when its time was up"
    assert staged.look(MORNING + timedelta(minutes=20)) == []


def test_a_bug_of_ours_is_written_down_with_its_last_words(begin, installation):
    staged = begin(("/bin/sh", "-c", "echo 'error: an error of ours, kari@example.org' >&2; exit 70"))
    staged.look(MORNING)
    [(state, _, problem)] = installation.sql(RUNS)
    assert state == "failed"
    assert problem.startswith("the process ended with exit code 70: error: an error of ours")
    assert "kari@" not in problem


def test_an_outcome_that_is_written_down_stands_whatever_the_process_did_afterwards(begin, installation):
    staged = begin(crash_at="after:give_back")
    staged.look(MORNING)
    assert states(installation) == ["partial"]
    assert staged.look(MORNING + timedelta(minutes=10)) == []


def test_two_schedulers_on_one_database_carry_out_each_time_once(begin, installation, books):
    one, other = begin(), begin()
    for n in range(2):
        at = MORNING + DAY * n
        one.scheduling.tick(at)
        other.scheduling.tick(at)
        for each in (one, other):
            assert each.runner.wait(60)
            each.scheduling.settle(at)
        other.look(at + timedelta(seconds=1))
    assert one.heard.events[::2] + other.heard.events[::2] == [f"started sync {day:02} 03:30" for day in (2, 3)]
    assert len(installation.sql(RUNS)) == 2
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_process_that_vanished_with_its_parent_leaves_a_lost_run_and_the_time_is_carried_out_by_the_next(
    begin, installation, books, fork
):
    command = ("sync", *WHERE, "--occurrence", MORNING.isoformat())
    assert fork(*command, crash_at="after:freeze")[0] == -signal.SIGKILL
    staged = begin()
    late = MORNING + timedelta(hours=5)
    assert [each.split(":")[0] for each in staged.look(late)] == ["started sync 02 03", "done"]
    assert states(installation) == ["lost", "partial"]
    assert verdict(installation.settings.database_url, books.url) == []


def test_what_is_not_mine_is_left_and_what_becomes_mine_is_taken_up(begin, installation):
    staged = begin(FAKE)
    staged.scheduling.mine = lambda name: name != WHERE[0]
    assert staged.look(MORNING) == []
    staged.scheduling.mine = lambda _: True
    assert staged.look(MORNING + timedelta(minutes=3))[0] == "started sync 02 03:30"
    assert staged.heard.late == [180.0]


def test_an_integration_that_is_being_synced_waits_and_is_started_when_it_is_free(begin, installation):
    staged = begin(FAKE)
    lease = staged.scheduling.world.leases.take("/".join(WHERE), "somebody", MORNING, 300)
    assert staged.look(MORNING) == []
    staged.scheduling.world.leases.give_back(lease)
    assert staged.look(MORNING + timedelta(minutes=1))[0] == "started sync 02 03:30"


def test_so_many_run_at_once_and_the_others_follow(begin, installation):
    installation.sql(
        "insert into reconciler.schedules select organization_id, name || n, integration || n, cron, last_day, zone,"
        " origins, revision, applied_at from reconciler.schedules, generate_series(1, 4) n"
    )
    staged = begin(FAKE, most=2)
    staged.scheduling.tick(MORNING)
    assert len(staged.runner.running()) == 2
    assert staged.runner.wait(20)
    staged.scheduling.tick(MORNING + timedelta(seconds=6))
    assert staged.runner.wait(20)
    staged.look(MORNING + timedelta(seconds=12))
    names = {each for each in staged.heard.events if each.startswith("started")}
    assert names == {"started sync 02 03:30"}
    assert len([each for each in staged.heard.events if each.startswith("started")]) == 5


def test_a_spoilt_schedule_is_told_and_spares_the_others(begin, installation):
    installation.sql(
        "insert into reconciler.schedules select organization_id, 'a', 'a', 'every now and then', last_day, zone,"
        " origins, revision, applied_at from reconciler.schedules"
    )
    told = begin(FAKE).look(MORNING)
    assert told[0].startswith("trouble: an applied schedule cannot be read")
    assert told[1] == "started sync 02 03:30"


def test_a_request_that_waits_is_carried_out_and_nothing_is_started_where_none_does(begin, installation, books):
    staged = begin()
    before = MORNING - timedelta(hours=1)
    assert staged.look(before) == []
    assert installation.run("sync", *WHERE, "--now", "--wait", "0", minutes=-5 * 60) == 75
    at = MORNING - timedelta(minutes=20)
    assert staged.look(at) == ["started requests", "done: "]
    assert installation.sql("select state from reconciler.run_requests") == [("done",)]
    assert staged.look(at + timedelta(minutes=1)) == []
    assert verdict(installation.settings.database_url, books.url) == []


def test_the_chores_of_a_night_are_done_once_each_night(begin, installation):
    staged = begin()
    installation.sql("delete from reconciler.schedules")
    staged.scheduling.book = ChoreTable(database(installation.settings))
    moments = [timedelta(hours=h) for h in (-3, -1, 2, 3, 30)]
    told = [[each for each in staged.look(MORNING + at) if "chores" in each or "purge" in each] for at in moments]
    done = ["started chores", "done: comparison: 1 compared, all agree; purge: nothing is old enough"]
    assert told[0] == []
    assert told[1] + told[2] == done
    assert told[3] == []
    assert told[4][0] == "started chores"


def test_a_database_that_is_away_is_told_and_nothing_is_forgotten(begin, installation):
    staged = begin(FAKE)
    away = replace(staged.scheduling, timetable=TimetableRows(Database("postgresql://127.0.0.1:9/none"), "local"))
    away.tick(MORNING)
    assert staged.heard.events[0].startswith("trouble: ")
    assert staged.look(MORNING + timedelta(minutes=1))[0] == "started sync 02 03:30"
