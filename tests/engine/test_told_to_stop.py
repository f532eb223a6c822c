"""A sync that is told to stop finishes what is on its way, begins nothing more, and leaves nothing open."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import START, WHERE, Books, Installation, ended

from reconciler.schedules.jobs import job_name
from reconciler.settings import NamedCluster

DUE = (START - timedelta(minutes=5)).isoformat()


@pytest.fixture(autouse=True)
def _applied_long_ago(installation: Installation) -> None:
    installation.sql("update reconciler.schedules set applied_at = '2026-01-01 00:00+01'")


@pytest.mark.parametrize("place", ["before:claim", "before:send", "after:send", "before:record"])
def test_nothing_is_left_open_wherever_it_was_told(installation: Installation, books: Books, fork, place: str) -> None:
    code, said = fork("sync", *WHERE, "--occurrence", DUE, "--format", "json", crash_at=f"{place}:1:stop")
    assert code == 75, said
    told = json.loads(said)["run"]
    assert told["problem"] == "this process was told to stop"
    sent = books.read()["requests"]["mutations"]
    assert sent == (0 if place in {"before:claim", "before:send"} else 1)
    assert "unknown" not in installation.states()
    assert "sending" not in installation.states()
    [(state, again)] = installation.sql("select state, again from reconciler.runs")
    assert (state, again) == ("partial" if sent else "failed", True)
    assert installation.run("sync", *WHERE, "--occurrence", DUE, minutes=2) == 0
    assert installation.sync(minutes=40) in {0, 6}
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_sync_by_hand_says_that_it_was_told_to_stop(installation: Installation, books: Books, fork) -> None:
    code, said = fork("sync", *WHERE, crash_at="before:claim:1:stop")
    assert code == 75
    assert "stopped: this process was told to stop" in said
    assert "next: nothing is sent until the next sync begins" in said
    assert books.read()["requests"]["mutations"] == 0


def test_a_pod_that_has_to_go_finishes_its_request_within_its_grace_and_another_pod_takes_the_rest(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    """A real process, with what a pod is given: its Job's name, its uid, mounted marks, a home that it cannot write."""
    (tmp_path / "marks").mkdir()
    installation.at, job = 1, job_name("rec-a-nightly", datetime.fromisoformat(DUE))
    mounted = {"RECONCILER_MARKS": str(tmp_path / "marks"), "RECONCILER_STOP_GRACE": "30s"}

    def pod() -> "subprocess.Popen[str]":
        words = [str(Path(sys.executable).with_name("reconciler")), "sync", *WHERE, "--job", job, "--run", str(uuid4())]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(words, env=installation.environment() | mounted, **output)

    books.arm("stall_after_commit", seconds=1.0)
    process = pod()
    while not books.read()["requests"]["mutations"]:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    told, before = time.monotonic(), installation.settings.high_water_file.exists()
    code, said = ended(process, 30)
    assert code == 75, said
    assert time.monotonic() - told < 30, "the grace of a pod, and 15 seconds more"
    assert not before, "a pod writes no marks"
    assert books.read()["requests"]["mutations"] == 1
    assert {"sending", "unknown"} & installation.states().keys() == set()
    assert installation.sql("select state, again from reconciler.runs") == [("partial", True)]
    code, said = ended(pod(), 60)
    assert code == 0, said
    assert not installation.settings.high_water_file.exists()
    assert installation.sync(minutes=40) in {0, 6}
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_pod_sends_nothing_where_its_marks_say_more_than_the_ledger_or_cannot_be_read(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    cluster = NamedCluster(marks=tmp_path / "marks")
    pod = replace(installation, settings=replace(installation.settings, cluster=cluster), at=1)
    target = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007 simulator:xledger:31007:voucher"
    for content, words in ((None, "is not there"), ("{", "cannot be read"), (f'{{"{target}": 2026000001}}', "up to 0")):
        if content is not None:
            cluster.marks.mkdir(exist_ok=True)
            (cluster.marks / "marks.json").write_text(content)
        pod.at += 1
        job = job_name("rec-a", datetime.fromisoformat(DUE) + timedelta(minutes=pod.at))
        assert pod.run("sync", *WHERE, "--job", job, "--run", str(uuid4())) == 0
        *_, (state, problem) = pod.sql("select state, problem from reconciler.runs order by occurrence")
        assert state == "failed"
        assert words in problem
    assert books.read()["requests"]["mutations"] == 0
