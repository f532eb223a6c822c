"""Processes that are killed, or come twice, while documents of unknown fate are settled by their class."""

import time

import pytest
from parts.classes import CLAIMS, WHERE, Make, killed, lost
from parts.installation import Books, ended


@pytest.mark.parametrize("place", ["before:send:2", "after:send:2", "before:record:2"])
@pytest.mark.parametrize("kind", ["A", "B", "B batch"])
def test_a_sync_killed_around_a_send_is_finished_under_the_same_key(make: Make, kind: str, place: str) -> None:
    here = make(kind)
    killed(here, place)
    assert here.sync(minutes=7) == 0  # the lease is over; the request's life is not, and need not be
    assert here.judged() == []
    assert sum(here.states().values()) == CLAIMS


@pytest.mark.parametrize("place", ["before:repeat", "after:repeat", "before:send", "after:send", "before:record",
                                   "after:record"])  # fmt: skip
@pytest.mark.parametrize("kind", ["A", "B batch"])
def test_a_sync_killed_while_it_repeats_is_finished_by_the_next_one(
    make: Make, register: Books, kind: str, place: str
) -> None:
    here = lost(make, register, kind, "lose_response_before_commit" if kind == "A" else "lose_response_after_commit")
    here.at += 2
    killed(here, place)
    assert here.sync(minutes=7) == 0
    assert here.judged() == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_sync_killed_while_it_holds_a_blind_document_asks_a_person_next_time(
    make: Make, register: Books, side: str
) -> None:
    here = make("D")
    killed(here, "after:send")
    here.at += 7
    killed(here, f"{side}:hold")
    assert here.sync(minutes=7) in {0, 5}
    assert here.trouble() == [("held", "blind")]
    assert here.judged() == []


def test_an_answer_that_is_late_is_not_waited_for_and_the_repeat_makes_no_second_one(
    make: Make, register: Books
) -> None:
    here = make("B")
    register.arm("stall_before_commit", seconds=1.5)
    process = here.process("sync", *WHERE)
    deadline = time.monotonic() + 60
    while not here.sql("select 1 from reconciler.exports where frozen and state = 'sending'"):
        assert time.monotonic() < deadline, "nothing was frozen"
        time.sleep(0.02)
    process.kill()
    ended(process)
    assert here.sync(minutes=7) == 0  # before or after the first one is carried out
    time.sleep(1.6)
    assert here.judged() == []


def test_of_two_that_repeat_at_once_one_works_and_it_is_booked_once(make: Make, register: Books) -> None:
    here = lost(make, register, "B", "lose_response_before_commit")
    here.at += 2
    register.arm("stall_before_commit", seconds=1)
    results = [ended(process) for process in [here.process("sync", *WHERE) for _ in range(2)]]
    assert {code for code, _ in results} <= {0, 75}
    assert here.judged() == []
