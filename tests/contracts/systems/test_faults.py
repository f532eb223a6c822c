"""Whatever becomes of an answer, of every integration type: in the end each document stands there once."""

import time
from datetime import timedelta
from math import ceil

import pytest
from contracts.systems.bench import LATER, Bench, Meanwhile
from contracts.systems.system import System

from reconciler.adapters import edge, files
from reconciler.clock import StagedClock

SOON_S, LATE_S = 0.5, 0.8
"""So long a run waits for the answer to what it sends in tests of late ones, and so late the answer is."""
DAY = 24 * 60


def eventually_booked(system: System, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(system.booked()) < count:
        assert time.monotonic() < deadline, "it was never booked"
        time.sleep(0.02)


@pytest.mark.row("unclear answer")
def test_an_answer_that_says_nothing_is_asked_for_and_each_document_is_booked_once(
    system: System, bench: Bench, unclear: str
) -> None:
    bench.fill(3)
    system.arm(unclear)
    assert bench.sync().exit_code == 5
    assert bench.states()["unknown"] == min(3, system.create.batch.documents)
    writes = bench.writes()
    bench.sync(minutes=1)
    assert bench.writes() == writes  # too early to say that it is not there
    there = system.booked().total() == 3
    assert bench.settle().exit_code == 0
    assert bench.writes() == writes or not there
    assert system.booked() == bench.once()
    assert len(bench.once()) == 3


@pytest.mark.row("late answer")
def test_what_is_booked_after_we_gave_up_is_found_and_booked_once(
    system: System, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient() -> None:  # with nothing else that is asked
        for each in (edge, files):
            monkeypatch.setattr(each, "WHOLE_S", SOON_S)

    bench.fill(1)
    system.arm("late", seconds=LATE_S)
    assert bench.sync(meanwhile=Meanwhile("send", impatient)).exit_code == 5
    monkeypatch.undo()
    assert bench.states() == {"unknown": 1}
    eventually_booked(system, 1)
    writes = bench.writes()
    assert bench.sync(minutes=LATER).exit_code == 0
    assert bench.writes() == writes
    assert system.booked() == bench.once()


@pytest.mark.row("lag")
def test_what_readers_do_not_see_yet_is_looked_for_again_before_it_is_written_again(
    system: System, bench: Bench
) -> None:
    bench.fill(1)
    looks = sum(each.by == "reference" for each in system.lookups)
    system.arm("hidden", times=looks, on="read")  # as the books are now: empty
    system.arm("lost")
    bench.sync()
    writes = bench.writes()
    assert bench.settle().exit_code == 0  # a repeat that is told "it is there" is asked for by the next sync
    assert bench.writes() == writes
    assert system.booked() == bench.once()
    assert len(bench.once()) == 1


@pytest.mark.row("lookup")
def test_a_question_that_is_not_answered_proves_nothing(system: System, bench: Bench) -> None:
    bench.fill(1)
    system.arm("lost")
    bench.sync()
    for word in sorted({*system.unanswered} - {"html", "lost"}):
        system.arm(word, times=100, on="read")
        assert bench.sync(minutes=LATER).problem, word
        assert bench.states() == {"unknown": 1}
        assert bench.installation.sql("select count(first_absent_at) from reconciler.exports") == [(0,)]
        system.calm()
    assert bench.settle().exit_code == 0
    assert system.booked() == bench.once()


@pytest.mark.row("lookup")
def test_a_ledger_that_forgot_asks_and_never_makes_a_second_document(system: System, bench: Bench) -> None:
    bench.fill(2)
    bench.sync()
    bench.installation.sql("update reconciler.exports set state = 'unknown', target_ids = '[]'")
    writes = bench.writes()
    assert bench.settle().exit_code == 0
    assert bench.writes() == writes
    assert system.booked() == bench.once()
    assert len(bench.once()) == 2


@pytest.mark.row("repeats")
def test_a_document_that_is_sent_twice_is_there_once_and_the_second_is_no_success_unseen(
    system: System, bench: Bench
) -> None:
    bench.fill(1)
    bench.sync()
    bench.installation.sql(
        "update reconciler.exports set state = 'not_applied', sent_at = null, next_attempt_at = '2026-01-01'"
    )
    bench.sync(minutes=1)
    assert bench.settle().exit_code == 0
    assert list(system.booked().values()) == [1]
    assert system.booked() == bench.once()


@pytest.mark.row("throttle")
def test_told_to_wait_the_run_waits_as_long_and_goes_on(system: System, bench: Bench) -> None:
    bench.fill(1)
    system.arm("throttled", times=2, seconds=5)
    began = bench.world.clock.now()
    assert bench.sync().exit_code == 0
    assert bench.world.clock.now() - began >= timedelta(seconds=10)
    assert system.requests().refused == 2
    assert system.booked() == bench.once()


@pytest.mark.row("throttle")
def test_told_to_wait_without_end_the_run_leaves_the_rest_to_the_next_one(system: System, bench: Bench) -> None:
    bench.fill(1)
    system.arm("throttled", times=100, seconds=5)
    report = bench.sync()
    assert report.exit_code == 75
    assert report.hint.endswith("goes on")  # the next one, or the first after some minute
    assert bench.states() == {"not_applied": 1}
    assert system.requests().refused < 10
    system.calm()
    assert bench.settle().exit_code == 0
    assert system.booked() == bench.once()


@pytest.mark.row("pace")
def test_no_more_is_asked_than_the_type_declares(system: System, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # Time stands still but for waiting, so that nothing depends on how fast this machine is.
    monkeypatch.setattr(StagedClock, "now", lambda clock: clock._start + timedelta(seconds=clock._waited))
    pace = system.kind.pace
    bench.fill(1)
    bench.sync()
    clock = bench.world.clock
    system.enforce_pace(monkeypatch, lambda: clock.now().timestamp())
    refused, began = system.requests().refused, clock.now()
    with bench.adapter() as adapter:
        verdicts = [adapter.test() for _ in range(ceil(3 * pace.requests / len(system.kind.test.steps or [1])))]
    assert [each for each in verdicts if not each.ok] == []
    assert system.requests().refused == refused
    assert clock.now() - began >= timedelta(seconds=2 * float(pace.seconds))


@pytest.mark.row("budget")
def test_a_spent_budget_stops_the_run_at_once_and_it_says_until_when(system: System, bench: Bench) -> None:
    bench.fill(3)
    system.arm("exhausted", times=100)
    report = bench.sync()
    assert report.exit_code == 75
    assert report.problem
    assert system.until in report.hint
    assert bench.states() == {"not_applied": 3}
    assert system.requests().refused == 1
    assert system.booked().total() == 0
    system.calm()
    assert bench.sync(minutes=3 * DAY).exit_code == 0
    assert system.booked() == bench.once()


def test_a_credential_revoked_in_mid_run_charges_no_record_and_with_another_one_all_go(
    system: System, bench: Bench
) -> None:
    bench.fill(3)
    last = 3 // min(3, system.create.batch.documents)
    report = bench.sync(meanwhile=Meanwhile("send", lambda: system.revoke(system.credential), last))
    assert report.exit_code == 5
    assert report.problem.startswith("the credential is refused")
    assert report.hint == "reconciler credentials set, then sync again"
    assert set(bench.states()) <= {"sent", "not_applied"}
    assert system.requests().writes == last - 1
    system.admit(system.newer)
    assert bench.test(system.newer).verdict.ok
    assert bench.sync(minutes=1).exit_code == 0
    assert system.booked() == bench.once()
    assert len(bench.once()) == 3


def test_a_credential_rotated_in_mid_run_is_taken_up_with_an_alarm_and_each_document_is_booked_once(
    system: System, bench: Bench
) -> None:
    bench.fill(3)

    def rotate() -> None:
        system.admit(system.newer)
        assert bench.test(system.newer).verdict.ok
        system.revoke(system.credential)

    last = 3 // min(3, system.create.batch.documents)
    report = bench.sync(meanwhile=Meanwhile("send", rotate, last))
    assert report.exit_code == 0
    assert [alarm for alarm in report.alarms if "was refused in mid-run; version 2 took over" in alarm]
    assert system.booked() == bench.once()
    assert len(bench.once()) == 3


@pytest.mark.row("expiry")
def test_a_token_that_ends_in_mid_run_is_fetched_anew_without_a_word(system: System, bench: Bench) -> None:
    most = system.create.batch.documents
    bench.fill(2 * most + 1)
    report = bench.sync(meanwhile=Meanwhile("send", system.expire, 3))
    assert (report.exit_code, report.alarms) == (0, [])
    assert system.requests().refused == 1
    assert system.booked() == bench.once()
    assert len(bench.once()) == 2 * most + 1


@pytest.mark.row("late rejection")
def test_what_is_refused_later_is_shown_with_its_words_and_never_sent_again(system: System, bench: Bench) -> None:
    bench.fill(2)
    bench.sync()
    refused = bench.rows("sent")[0]
    words = system.refuse_late(refused.reference)
    report = bench.sync(minutes=LATER)
    assert report.exit_code == 6
    assert [(each.record_id, each.message) for each in report.failures] == [(refused.record_id, words)]
    writes = bench.writes()
    bench.settle()
    assert bench.writes() == writes
    assert bench.states() == {"rejected_late": 1, "posted": 1}
