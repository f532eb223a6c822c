"""Children as the machine runs them: so many at once, told to stop when their time is up, ended when they do not."""

import signal
import sys
import time
from datetime import UTC, datetime

import pytest

from reconciler.cluster.local import Children
from reconciler.errors import Blocked
from reconciler.runs.timetable import Job

NOW = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def children(*, most: int = 2, deadline_s: float = 60, grace_s: float = 60, environment=lambda _: {}) -> Children:
    return Children(most, deadline_s, grace_s, environment, ("/bin/sh", "-c"))


def job(script: str, organization: str = "one") -> Job:
    return Job("sync", (script,), organization)


def ended(made: Children):
    found = []
    while made.running():
        found += made.ended()
        time.sleep(0.005)
    return found


def test_a_child_ends_with_its_exit_code_and_its_last_words():
    made = children()
    made.start(job("echo much; echo 'error: it is closed' >&2; exit 75"), NOW)
    assert (made.free(), [each.organization for each in made.running()]) == (1, ["one"])
    [over] = ended(made)
    assert (over.code, over.words, over.late) == (75, "error: it is closed", False)
    assert made.free() == 2


def test_a_child_that_writes_without_end_is_not_waited_for_and_only_its_last_words_are_kept():
    made = children()
    made.start(job("i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done"), NOW)
    [over] = ended(made)
    assert over.words.endswith("line 19999")
    assert len(over.words) <= 2000


def test_a_child_whose_time_is_up_is_told_to_stop_and_may_end_in_its_own_way():
    made = children(deadline_s=0.1)
    made.start(job("trap 'exit 75' TERM; while true; do sleep 0.01; done"), NOW)
    [over] = ended(made)
    assert (over.code, over.late) == (75, True)


def test_a_child_that_does_not_stop_is_ended():
    made = children(deadline_s=0.1, grace_s=0.1)
    made.start(job("trap '' TERM; while true; do sleep 0.01; done"), NOW)
    [over] = ended(made)
    assert (over.code, over.late) == (-signal.SIGKILL, True)


def test_a_child_that_is_told_to_stop_before_its_time_is_up_is_not_late():
    made = children()
    made.start(job("trap 'exit 75' TERM; echo ready >&2; while true; do sleep 0.01; done"), NOW)
    time.sleep(0.05)
    made.tell_all()
    assert made.wait(20)
    [over] = ended(made)
    assert over.late is False
    assert over.code in {75, -signal.SIGTERM}, "the shell may not have come to its trap yet"


def test_its_environment_is_made_at_the_moment_of_its_start():
    made = children(environment=lambda now: {"MOMENT": now.isoformat()})
    made.start(job('echo "$MOMENT" >&2'), NOW)
    assert ended(made)[0].words == NOW.isoformat()


def test_a_machine_that_starts_nothing_says_so():
    made = Children(1, 1, 1, lambda _: {}, ("/nowhere/at-all",))
    with pytest.raises(Blocked, match="no process can be started here: No such file"):
        made.start(job(""), NOW)
    assert made.free() == 1


def test_a_child_goes_on_when_its_parent_is_killed(tmp_path):
    program = (
        "import os, signal, sys, datetime\n"
        "from reconciler.cluster.local import Children\n"
        "from reconciler.runs.timetable import Job\n"
        "made = Children(1, 60, 60, lambda _: {}, ('/bin/sh', '-c'))\n"
        f"made.start(Job('sync', ('sleep 0.2; echo words >&2; echo done > {tmp_path}/done',)), None)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    import subprocess

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    until = time.monotonic() + 20
    while not (tmp_path / "done").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert (tmp_path / "done").exists()
