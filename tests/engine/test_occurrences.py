"""Scheduled times: each is carried out once or written down as skipped; the exit code says what may be repeated."""

import json
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import START, WHERE, Books, Installation, committed

from reconciler.schedules.jobs import job_name

RUNS = "select state, trigger, problem from reconciler.runs order by started_at, fence"
DUE = START - timedelta(minutes=5)


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


@pytest.fixture(autouse=True)
def _applied_long_ago(installation: Installation) -> None:
    installation.sql("update reconciler.schedules set applied_at = '2026-01-01 00:00+01'")


def occur(installation: Installation, at: str = DUE.isoformat(), *more: str, minutes: int = 1) -> int:
    return installation.run("sync", *WHERE, "--occurrence", at, *more, minutes=minutes)


def test_a_scheduled_time_is_carried_out_once_and_its_outcome_is_in_the_history_and_not_in_the_exit_code(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert occur(installation) == 0, "records were rejected: health says so"
    assert installation.sql("select state, trigger, occurrence from reconciler.runs") == [("partial", "schedule", DUE)]
    capsys.readouterr()
    before = books.read()["requests"]
    assert occur(installation) == 0
    assert "was carried out already, by the run" in capsys.readouterr().out
    assert books.read()["requests"] == before
    assert [state for state, *_ in installation.sql(RUNS)] == ["partial", "skipped"]
    assert judged(installation, books) == []


@pytest.mark.parametrize(("at", "words"), [
    ("2025-12-31T23:59:00+01:00", "is from before this schedule was applied"),
    ("2026-03-02T03:30:00+01:00", ""),
])  # fmt: skip
def test_a_time_from_before_the_schedule_was_applied_is_skipped(
    installation: Installation, books: Books, at: str, words: str
) -> None:
    assert occur(installation, at) == 0
    state, trigger, problem = installation.sql(RUNS)[0]
    assert (state == "skipped", trigger) == (bool(words), "schedule")
    assert words in problem


def test_a_frozen_day_and_a_schedule_that_is_gone_are_skipped(
    installation: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new"
    shutil.copytree(installation.repository, root)
    path = root / "orgs/blindeforbundet/organization.yaml"
    text = path.read_text()
    assert "{from: 2027-01-11, to: 2027-01-15" in text
    path.write_text(text.replace("{from: 2027-01-11, to: 2027-01-15", "{from: 2026-03-01, to: 2026-03-03"))
    committed(root)
    assert installation.run("apply", "--root", str(root)) == 0
    assert occur(installation) == 0
    assert "freeze window" in installation.sql(RUNS)[0][2]
    installation.sql("delete from reconciler.schedules")
    assert occur(installation) == 0
    assert "no schedule any more" in installation.sql(RUNS)[1][2]
    installation.sql("delete from public.organization_integrations where name = 'xledger'")
    assert occur(installation) == 0
    assert "has no applied integration" in installation.sql(RUNS)[2][2]
    assert {state for state, *_ in installation.sql(RUNS)} == {"skipped"}
    assert books.read()["requests"]["mutations"] == 0


def test_what_sent_nothing_may_be_tried_again_at_the_same_time_and_what_was_sent_is_not(
    installation: Installation, books: Books
) -> None:
    with installation.elsewhere("http://127.0.0.1:9") as here:
        assert occur(here) == 75
        assert occur(here) == 75
    installation.at += 40
    assert occur(installation) == 0
    assert [state for state, *_ in installation.sql(RUNS)] == ["failed", "failed", "partial"]
    assert judged(installation, books) == []
    assert occur(installation) == 0
    assert [state for state, *_ in installation.sql(RUNS)][-1] == "skipped"


def test_a_time_whose_run_was_killed_is_carried_out_by_the_one_that_is_started_again(
    installation: Installation, books: Books, fork
) -> None:
    command = ("sync", *WHERE, "--occurrence", DUE.isoformat())
    assert fork(*command, crash_at="after:send")[0] == -signal.SIGKILL
    assert occur(installation, minutes=40) == 0
    assert installation.sql(RUNS)[0][0] == "lost"
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


def test_a_busy_integration_may_be_tried_again_and_nothing_is_written_down(installation: Installation) -> None:
    world = installation.world()
    world.leases.take("/".join(WHERE), "somebody", world.clock.now(), 300)
    assert occur(installation) == 75
    assert installation.sql(RUNS) == []


def test_what_keeps_a_run_from_beginning_is_written_down_as_a_failed_run(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    target = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007 simulator:xledger:31007:voucher"
    installation.settings.high_water_file.write_text(json.dumps({target: 2026000001}))
    assert occur(installation) == 0
    assert installation.sql(RUNS)[0][:2] == ("failed", "schedule")
    capsys.readouterr()
    assert installation.run("status", WHERE[0], "--format", "json") == 0
    health = json.loads(capsys.readouterr().out)["integrations"][0]["health"]
    assert health["colour"] == "red"
    assert "the ledger knows numbers up to 0" in health["reason"]
    assert books.read()["requests"]["mutations"] == 0


def test_an_organisation_that_is_not_there_and_a_time_that_is_none_are_told_apart(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.run("sync", "nobody", "xledger", "--occurrence", DUE.isoformat()) == 70
    assert occur(installation, "2026-03-02T03:30:00") == 2
    assert "has no zone" in capsys.readouterr().err
    assert occur(installation, "half past three") == 2
    assert installation.run("sync", *WHERE, "--occurrence", DUE.isoformat(), "--from", "2026-01-01") == 2


def test_a_suspended_integration_skips_its_times_until_its_last_day_has_passed(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = ("--reason", "the accountant is away")
    assert installation.run("suspend", *WHERE, *reason, "--until", "2026-03-02", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["suspended"]["until"] == "2026-03-03T00:00:00+01:00"
    assert occur(installation) == 0
    assert installation.sync() == 5
    assert "by kari, until 2026-03-03 00:00 CET: the accountant is away" in capsys.readouterr().err
    assert installation.run("status", WHERE[0]) == 0
    said = capsys.readouterr().out
    assert "grey" in said
    assert "reconciler resume blindeforbundet xledger" in said
    assert [(state, trigger) for state, trigger, _ in installation.sql(RUNS)] == [("skipped", "schedule")]
    later = replace(installation, at=installation.at + 24 * 60)
    assert occur(later, (DUE + timedelta(days=1)).isoformat()) == 0
    assert installation.sql(RUNS)[-1][0] == "partial"
    assert judged(installation, books) == []


@pytest.mark.parametrize(("arguments", "words"), [
    (("--reason", "no"), "fewer than 10 characters"),
    (("--reason", "the accountant is away", "--until", "2026-03-01"), "the last day has passed already"),
    (("--reason", "the accountant is away", "--until", "9999-12-31"), "is not a day"),
])  # fmt: skip
def test_a_suspension_that_says_nothing_or_is_over_is_refused(
    installation: Installation, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert installation.run("suspend", *WHERE, *arguments) == 2
    assert words in capsys.readouterr().err
    assert installation.sql("select count(*) from reconciler.suspensions") == [(0,)]


def in_a_pod(installation: Installation, job: str, run: str = str(uuid4()), minutes: int = 1) -> int:
    return installation.run("sync", *WHERE, "--job", job, "--run", run, minutes=minutes)


def test_a_pod_takes_the_time_from_the_name_of_its_job_and_a_second_pod_of_it_runs_under_its_own_uid(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    job, pods = job_name("rec-blindeforbundet-nightly-29000000", DUE), [str(uuid4()) for _ in range(3)]
    with installation.elsewhere("http://127.0.0.1:9") as here:
        assert in_a_pod(here, job, pods[0]) == 75
    installation.at += 40
    assert [in_a_pod(installation, job, each) for each in pods[1:]] == [0, 0]
    found = installation.sql(
        "select id::text, state, trigger, occurrence, again from reconciler.runs order by fence, started_at"
    )
    assert found == [
        (pods[0], "failed", "schedule", DUE, True),
        (pods[1], "partial", "schedule", DUE, False),
        (pods[2], "skipped", "schedule", DUE, False),
    ]  # fmt: skip
    assert "was carried out already, by the run" in capsys.readouterr().out
    assert judged(installation, books) == []


def test_a_job_that_somebody_made_by_hand_is_a_manual_run_and_its_job_is_done_whatever_the_colour(
    installation: Installation, books: Books
) -> None:
    assert in_a_pod(installation, "rec-blindeforbundet-nightly-1a2b-by-hand") == 0, "records were rejected"
    assert installation.sql("select state, trigger, occurrence from reconciler.runs") == [("partial", "manual", None)]
    with installation.elsewhere("http://127.0.0.1:9") as here:
        assert in_a_pod(here, "by-hand", str(uuid4()), minutes=40) == 75
    assert judged(installation, books) == []


def test_a_time_that_the_gate_refuses_is_refused_in_a_pod_too(installation: Installation) -> None:
    assert in_a_pod(installation, job_name("rec-a", DUE - timedelta(days=300))) == 0
    [(state, trigger, problem)] = installation.sql(RUNS)
    assert (state, trigger) == ("skipped", "schedule")
    assert problem == "2025-05-06 08:55 is from before this schedule was applied"


def test_a_template_that_was_not_filled_in_does_not_become_a_manual_run(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_a_pod(installation, "$(RECONCILER_JOB)") == 2
    assert "is not the name of a Job" in capsys.readouterr().err
    assert in_a_pod(installation, "") == 2
    assert installation.run("sync", *WHERE, "--job", "by-hand", "--occurrence", DUE.isoformat()) == 2
    assert installation.run("sync", *WHERE, "--job", "by-hand", "--now") == 2
    assert installation.run("sync", *WHERE, "--run", str(uuid4())) == 2
    assert installation.sql(RUNS) == []


def test_a_pod_waits_for_its_turn_for_longer_than_a_lease_and_not_for_ever(installation: Installation) -> None:
    world, job = installation.world(), job_name("rec-a", DUE)
    world.leases.take("/".join(WHERE), "a run whose pod vanished", world.clock.now(), 300)
    assert in_a_pod(installation, job, minutes=0) == 0
    assert installation.sql(RUNS)[0][0] == "partial"
    world.leases.take("/".join(WHERE), "somebody", world.clock.now() + timedelta(hours=1), 3600)
    assert in_a_pod(installation, job_name("rec-a", DUE + timedelta(hours=1)), str(uuid4()), minutes=61) == 75
