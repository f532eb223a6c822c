"""A sync that is told to stop finishes what is on its way, begins nothing more, and leaves nothing open."""

import json
from datetime import timedelta

import pytest
from parts.checker import verdict
from parts.installation import START, WHERE, Books, Installation

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
