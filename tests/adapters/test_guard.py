"""What an answer means for all others who ask: a pause, a stop, a failure that counts; and what is nothing to them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reconciler.adapters.edge import Reply
from reconciler.adapters.guard import CLOSED_S, GuardedAdapter
from reconciler.adapters.pace import PATIENCE_S, Gate
from reconciler.adapters.responses import by_status, moment_of, ruled
from reconciler.clock import StagedClock
from reconciler.database.allowances import AllowanceRow
from reconciler.database.connection import Database
from reconciler.runs.allowance import Allowed, Turn
from reconciler.runs.breaker import LEAST
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Findings,
    LookupFailed,
    NotApplied,
    Rejected,
    RequestRefused,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Verdict,
    Wait,
)
from reconciler.specs.models.access import ResponseRule

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
WELL = Verdict(ok=True, fault="", message="")
ILL = Verdict(ok=False, fault="network", message="nobody is there")


class Scripted:
    """An outside system as its adapter tells of it: the gate is passed as the edge does, then the next answer comes."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.answers: list[Answer] = []
        self.verdict = WELL
        self.asked: list[str] = []

    def send(self, documents: object) -> Answer:
        if (barred := self.gate.turn()) is not None:
            return barred
        self.asked.append(self.gate.asking)
        return self.answers.pop(0) if self.answers else Settled({})

    def look_up(self, asked: object) -> Findings | LookupFailed:
        answer = self.send(asked)
        return Findings() if isinstance(answer, Settled) else LookupFailed(answer)

    def test(self) -> Verdict:
        if self.gate.turn() is None:
            self.asked.append(self.gate.asking)
        return self.verdict

    def close(self) -> None:
        self.asked.append("closed")


@pytest.fixture
def clock() -> StagedClock:
    return StagedClock(START)


@pytest.fixture
def line(database_url: str, clock: StagedClock) -> Iterator[Callable[[], tuple[GuardedAdapter, Scripted]]]:
    """A guarded adapter, and what it guards; each by a connection of its own, on one allowance."""
    opened = []

    def made() -> tuple[GuardedAdapter, Scripted]:
        database = Database(database_url)
        opened.append(database)
        gate = Gate(AllowanceRow(database, "one", Allowed(zone=OSLO), clock.now), clock)
        scripted = Scripted(gate)
        return GuardedAdapter(scripted, gate), scripted

    yield made
    for each in opened:
        each.close()


@pytest.mark.parametrize("answer", [Unreachable("no way"), Unclear("HTTP 502"), Unclear("no end", "no-answer")])
def test_failures_of_the_network_and_unclear_answers_open_the_breaker(line, answer: Answer) -> None:
    here, there = line()
    there.answers = [answer] * LEAST
    assert [here.send([]) for _ in range(LEAST)] == [answer] * LEAST
    barred = here.send([])
    assert isinstance(barred, Stop)
    assert barred.code == "allowance-breaker"
    assert len(there.asked) == LEAST
    assert here.look_up([]) == Findings()  # reading is another operation


@pytest.mark.parametrize("answer", [
    RequestRefused(Rejected("no such account")),
    Settled({"R": Unknown("not named")}),
    Settled({"R": NotApplied("later")}),
    CredentialRefused("wrong token"),
    Unclear("it is there already", "exists"),
    Stop("HTTP 404", "http-404"),
    Wait("too many", "http-429", 1),
])  # fmt: skip
def test_a_system_that_answers_is_not_taken_for_one_that_fails(line, answer: Answer) -> None:
    here, there = line()
    there.answers = [answer] * 4 * LEAST
    assert [here.send([]) for _ in range(4 * LEAST)] == [answer] * 4 * LEAST
    assert here.ready() is None


def test_good_answers_of_the_same_run_weigh_against_its_failures(line) -> None:
    here, there = line()
    there.answers = [Settled({})] * 10 + [Unclear("HTTP 502")] * LEAST
    for _ in range(10 + LEAST):
        here.send([])
    assert here.ready() is None


def test_good_answers_of_a_run_that_ended_weigh_against_the_failures_of_the_next(line) -> None:
    first, _ = line()
    for _ in range(10):
        first.send([])
    first.close()
    here, there = line()
    there.answers = [Unclear("HTTP 502")] * LEAST
    for _ in range(LEAST):
        here.send([])
    assert here.ready() is None


def opened(line) -> None:
    here, there = line()
    there.answers = [Unclear("HTTP 502")] * LEAST
    for _ in range(LEAST):
        here.send([])


def test_a_probe_that_succeeds_lets_one_try_and_its_failure_shuts_all_out_again(line, clock: StagedClock) -> None:
    opened(line)
    clock.wait(61)
    here, there = line()
    there.answers = [Unclear("HTTP 502")]
    assert here.ready() is None
    assert there.asked == ["test"]
    assert here.send([]) == Unclear("HTTP 502")
    assert isinstance(here.ready(), Stop)
    assert isinstance(line()[0].ready(), Stop)
    assert there.asked == ["test", "write"]


def test_a_probe_that_fails_says_what_it_met(line, clock: StagedClock) -> None:
    opened(line)
    clock.wait(61)
    here, there = line()
    there.verdict = ILL
    barred = here.ready()
    assert isinstance(barred, Stop)
    assert barred.message.endswith("its test failed: nobody is there")
    assert there.asked == ["test"]


def test_a_probe_that_we_did_not_make_is_no_failure_of_the_outside_system(line, clock: StagedClock) -> None:
    opened(line)
    clock.wait(61)
    here, there = line()
    there.verdict = Verdict(ok=False, fault="allowance", message="the turn is too far off")
    barred = here.ready()
    assert isinstance(barred, Stop)
    assert barred.message.endswith("the last time: HTTP 502")
    there.verdict = WELL
    clock.wait(31)
    assert here.ready() is None


@pytest.mark.parametrize("pause_s", [60.0, 3000.0])
def test_a_pause_that_some_documents_of_a_request_are_told_holds_for_all(line, clock: StagedClock, pause_s) -> None:
    here, there = line()
    there.answers = [Settled({"R": NotApplied("later")}, pause_s)]
    here.send([])
    other, _ = line()
    assert isinstance(other.send([]), Wait if pause_s == 60 else Stop)
    clock.wait(pause_s)
    assert other.send([]) == Settled({})


def test_a_probe_whose_credential_is_refused_lets_the_run_try_and_find_another_one(line, clock: StagedClock) -> None:
    opened(line)
    clock.wait(61)
    here, there = line()
    there.verdict = Verdict(ok=False, fault="credential", message="wrong token")
    assert here.ready() is None


def test_a_breaker_of_reading_is_probed_before_anything_is_looked_up(line, clock: StagedClock) -> None:
    here, there = line()
    there.answers = [Unreachable("no way")] * LEAST
    for _ in range(LEAST):
        here.look_up([])
    assert isinstance(here.look_up([]), LookupFailed)
    assert here.ready() is None
    clock.wait(61)
    there.asked.clear()
    assert here.look_up([]) == Findings()
    assert here.look_up([]) == Findings()
    assert there.asked == ["test", "read", "read"]


def test_a_wait_that_no_run_can_sit_out_becomes_a_stop_for_all(line) -> None:
    here, there = line()
    there.answers = [Wait("come back later", "http-429", 3600.0)]
    answer = here.send([])
    assert isinstance(answer, Stop)
    assert answer.until == "2026-03-02 09:00 CET"
    assert isinstance(line()[0].ready(), Stop)
    failed = line()[0].look_up([])
    assert isinstance(failed, LookupFailed)
    assert failed.answer.code == "allowance-closed"


@pytest.mark.parametrize(("stop", "until"), [
    (Stop("spent", "c", "whenever", spent=True), START + timedelta(seconds=CLOSED_S)),
    (Stop("spent", "c", "", spent=True, at=START + timedelta(hours=3)), START + timedelta(hours=3)),
])  # fmt: skip
def test_a_spent_allowance_is_closed_until_then_or_for_a_while(line, stop: Stop, until: datetime) -> None:
    here, there = line()
    there.answers = [stop]
    answer = here.send([])
    assert isinstance(answer, Stop)
    assert answer.at is not None
    assert abs(answer.at - until) < timedelta(seconds=30)


def test_an_answer_is_kept_although_the_database_is_gone_when_it_is_noted(line) -> None:
    here, there = line()
    here.send([])
    gone = replace(here.gate.allowance, database=Database("postgresql://nobody@127.0.0.1:9/none"))
    for answer in (Unclear("HTTP 502"), Wait("busy", "c", 2.0), Stop("spent", "c", spent=True)):
        there.answers = [answer]
        there.send = lambda _documents, now=answer: now  # the answer has come; only the note of it cannot be written
        here.gate.allowance = gone
        assert here.send([]) == answer
    here.close()


def test_where_the_database_is_gone_before_a_request_nothing_leaves_and_that_is_known(line) -> None:
    here, there = line()
    here.gate.allowance = replace(here.gate.allowance, database=Database("postgresql://nobody@127.0.0.1:9/none"))
    answer = here.send([])
    assert isinstance(answer, Stop)
    assert answer.message.startswith("the database cannot be reached")
    assert there.asked == []


def test_what_a_status_and_a_rule_say_of_a_spent_allowance() -> None:
    assert by_status([], Reply(402, None, "pay")) == Stop("HTTP 402: pay", "http-402", spent=True)
    assert by_status([], Reply(404, None, "no")) == Stop("HTTP 404: no", "http-404")
    rule = ResponseRule.model_validate({"code": "X", "means": "stop", "until": "resetAt", "zone": "Europe/Oslo"})
    error = {"code": "X", "message": "spent", "resetAt": "2026-03-03T00:00:00"}
    assert ruled([rule], [error], Reply(200, None, "")) == Stop(
        "spent", "X", "2026-03-03T00:00:00", spent=True, at=datetime(2026, 3, 3, tzinfo=OSLO)
    )


@pytest.mark.parametrize(("written", "moment"), [
    ("2026-03-03T00:00:00Z", datetime(2026, 3, 3, tzinfo=UTC)),
    ("2026-03-03T00:00:00+02:00", datetime(2026, 3, 2, 22, tzinfo=UTC)),
    ("2026-10-25T02:30:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ("2026-03-03", datetime(2026, 3, 2, 23, tzinfo=UTC)),
    ("tomorrow", None), ("", None), ("0001-01-01T00:00:00", None), ("9999-99-99", None), ("1e999", None),
])  # fmt: skip
def test_a_moment_is_read_in_the_zone_of_the_system_or_not_at_all(written: str, moment: datetime | None) -> None:
    assert moment_of(written, OSLO) == moment


def test_a_request_of_many_parts_waits_no_longer_for_all_its_turns_than_one_does_for_its_own(
    database_url: str, clock: StagedClock
) -> None:
    database = Database(database_url)
    gate = Gate(AllowanceRow(database, "slow", Allowed(1, 9, zone=OSLO), clock.now), clock, asking="write")
    answers = []
    while not answers or answers[-1] is not None:
        began = clock.now()
        answers.append(gate.turn(10))
        assert clock.now() - began <= timedelta(seconds=PATIENCE_S)  # its claim ends, and whoever sweeps relies on it
        if isinstance(answers[-1], Wait):
            clock.wait(answers[-1].pause_s)
    assert len(answers) > 2
    assert gate.allowance.look("write").used == 10  # what it had already was not lost
    database.close()


def test_a_request_of_many_parts_asks_the_database_for_all_its_turns_at_once_and_for_one_place(
    database_url: str, clock: StagedClock
) -> None:
    database, asked = Database(database_url), []

    class Counted(AllowanceRow):
        def turn(self, *values: Any, **named: Any) -> Turn:
            asked.append((named.get("turns"), named.get("enter")))
            return super().turn(*values, **named)

    gate = Gate(Counted(database, "many", Allowed(concurrency=1, zone=OSLO), clock.now), clock, asking="write")
    assert gate.turn(100) is None
    assert asked == [(99, False), (1, True)]
    assert gate.allowance.look("write").used == 100
    assert gate.allowance.turn("write", 0).standing == "crowded"
    gate.done()
    assert gate.allowance.turn("write", 0).standing == "granted"
    database.close()
