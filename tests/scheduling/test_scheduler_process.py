"""`reconciler scheduler` as a real process: what it starts, what it says, and how it is stopped or killed."""

import json
import re
import signal
import time
from datetime import timedelta

import pytest
from parts.checker import verdict
from parts.installation import START, WHERE, ended
from parts.scheduling import MORNING

BEFORE = (MORNING - START) // timedelta(minutes=1)
RUNS = "select state, occurrence from reconciler.runs order by started_at"


@pytest.fixture
def here(installation):
    installation.sql("update reconciler.schedules set applied_at = '2026-03-01 00:00+01'")
    installation.at = BEFORE + 3
    return installation


def begun(process) -> None:
    """Returns when it has started a run."""
    for line in process.stdout:
        if '"started"' in line or "  started" in line:
            return
    raise AssertionError("it ended before it started anything")


def over(here, seconds: float = 30) -> None:
    """Returns when no run is under way any more."""
    until = time.monotonic() + seconds
    while here.sql("select 1 from reconciler.leases where name = %s and expires_at > '2026-01-01'", "/".join(WHERE)):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_once_starts_what_is_due_says_how_it_ended_and_stops(here, books):
    code, said = ended(here.process("scheduler", "--once", "--format", "json"))
    assert code == 0, said
    told = [json.loads(line) for line in said.splitlines()]
    assert [each["event"] for each in told][:2] == ["begun", "started"]
    assert told[-1] == told[-1] | {"event": "stopped", "started": 2, "failed": 0}, "a run, and the night's chores"
    [run] = [each for each in told if each["event"] == "started" and each["kind"] == "sync"]
    assert run["occurrence"] == MORNING.isoformat()
    assert 180 <= run["late_s"] < 600
    [outcome] = [each for each in told if each["event"] == "ended" and each["kind"] == "sync"]
    assert (outcome["outcome"], outcome["exit"], outcome["run"]) == ("partial: 16 sent, 3 rejected", 0, run["run"])
    assert here.sql(RUNS) == [("partial", MORNING)]
    assert verdict(here.settings.database_url, books.url) == []


def test_a_scheduler_that_is_stopped_lets_its_child_end_in_good_order(here, books):
    books.arm("stall_after_commit", seconds=1.0)
    process = here.process("scheduler")
    begun(process)
    while not books.read()["requests"]["mutations"]:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    code, said = ended(process)
    assert code == 0, said
    assert said.splitlines()[-1].endswith("stopped: 2 started"), "a run, and the night's chores"
    assert here.sql(RUNS) == [("partial", MORNING)]
    assert verdict(here.settings.database_url, books.url) == []


def test_the_child_of_a_killed_scheduler_goes_on_and_another_scheduler_does_not_start_it_twice(here, begin, books):
    books.arm("stall_after_commit", seconds=1.0)
    process = here.process("scheduler")
    begun(process)
    process.kill()
    ended(process)
    heir = begin()
    assert heir.look(MORNING + timedelta(minutes=3, seconds=5)) == [], "the right to start it is held for a minute"
    while not here.sql(RUNS):
        time.sleep(0.02)
    assert heir.look(MORNING + timedelta(minutes=4)) == [], "and by then the run holds its own"
    over(here)
    assert heir.look(MORNING + timedelta(minutes=20)) == []
    assert here.sql(RUNS) == [("partial", MORNING)]
    assert verdict(here.settings.database_url, books.url) == []


def test_text_is_for_people(here):
    here.sql("delete from reconciler.schedules")
    here.at = BEFORE - 3 * 60
    code, said = ended(here.process("scheduler", "--for", "1"))
    assert code == 0
    began, stopped = said.splitlines()  # how long it took to begin, nobody knows
    assert re.fullmatch(r"2026-03-01 23:3\d:\d\d UTC  looks for what is due; Ctrl-C stops it", began)
    assert re.fullmatch(r"2026-03-01 23:3\d:\d\d UTC  stopped: nothing was due", stopped)
