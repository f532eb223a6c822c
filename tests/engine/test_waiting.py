"""What did not go is tried again later and later, never twice by one run, and never before it was asked to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from parts.classes import CLAIMS, Classed, Make
from parts.installation import START, Books, committed

WAITING = "select count(*), min(next_attempt_at), max(next_attempt_at) from reconciler.exports where code <> 'stopped'"


@pytest.fixture
def here(make: Make, register: Books) -> Classed:
    """Claims in batches of three, to a register whose `error` means: not now."""
    made = make("B batch")
    path = made.repository / "specs/integration-types/rest.yaml"
    path.write_text(path.read_text().replace("error: rejected}}}", "error: not_applied}}}"))
    committed(made.repository)
    made.apply()
    return made


def refuse_all(here: Classed, register: Books) -> None:
    for (member,) in here.sql("select distinct volunteer_number from app.expense_claims"):
        register.control("/_refuse", field="memberNumber", value=member)


def writes(register: Books) -> int:
    return register.read()["requests"]["writes"]


def test_a_run_tries_each_document_once_however_often_it_is_put_off(here: Classed, register: Books) -> None:
    refuse_all(here, register)
    before = writes(register)
    assert here.sync() == 5
    assert writes(register) - before == 3
    assert here.sql("select distinct attempt from reconciler.exports") == [(1,)]


def test_what_is_put_off_waits_longer_each_time_and_the_run_says_until_when(
    here: Classed, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_all(here, register)
    for _ in range(12):
        here.sync(minutes=61)
    [(count, first, last)] = here.sql(WAITING)
    now = START + timedelta(minutes=here.at)
    assert count == CLAIMS
    assert now <= first < last <= now + timedelta(minutes=61)
    assert last - first > timedelta(minutes=5)  # no two come at once
    capsys.readouterr()
    assert here.sync() in {0, 5}
    said = " ".join(capsys.readouterr().out.split())
    assert "to be tried again: 7 documents, NOK" in said
    assert "the first of them after 2026-03-02" in said
    register.control("/_refuse", clear=True)
    assert here.sync(minutes=61) == 0
    assert here.judged() == []


def test_after_some_requests_of_which_nothing_was_taken_the_run_stops(here: Classed, register: Books) -> None:
    refuse_all(here, register)
    here.grow(40)
    before = writes(register)
    assert here.sync() == 75
    assert writes(register) - before == 5


def test_a_long_pause_that_is_asked_for_is_left_to_a_later_run_and_kept(
    here: Classed, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    register.arm("throttle", seconds=110)
    assert here.sync() == 75
    assert "next: the first sync after 02.03. 08:01 goes on" in capsys.readouterr().out
    requests = register.read()["requests"]
    assert here.sync(minutes=1) == 0
    assert register.read()["requests"] == requests
    assert "the first of them after 2026-03-02 08:01" in " ".join(capsys.readouterr().out.split())
    assert here.sync(minutes=1) == 0
    assert here.judged() == []
    assert here.states() == {"sent": CLAIMS}


def test_a_repeat_that_is_put_off_leaves_the_document_as_unknown_as_it_was(here: Classed, register: Books) -> None:
    register.arm("lose_response_after_commit")
    assert here.sync() == 5
    register.arm("throttle", seconds=110)
    assert here.sync(minutes=1) == 75
    assert here.trouble() == [("unknown", "not-repeated")] * 3
    assert here.sync(minutes=3) == 0
    assert here.judged() == []


def test_a_repeat_that_cannot_leave_stops_the_run_and_is_done_later(here: Classed, register: Books) -> None:
    register.arm("lose_response_after_commit")
    assert here.sync() == 5
    with here.elsewhere("http://127.0.0.1:9") as away:
        nobody = replace(away, settings=replace(away.settings, simulators={"rest": "http://127.0.0.1:9"}))
        assert nobody.sync(minutes=1) == 75
    assert here.trouble() == [("unknown", "not-repeated")] * 3
    assert here.sync(minutes=5) == 0
    assert here.judged() == []
