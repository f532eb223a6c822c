"""Processes that are killed, or come twice, while documents of unknown fate are settled by their class."""

import signal
import time

import pytest
from parts.classes import CLAIMS, WHERE, Make, killed, lost
from parts.installation import Books, ended

EACH = ["used", "take", "begin", "sweep", "withhold", "claim", "mark", "freeze", "send", "record", "end", "give_back"]
OPEN = {
    "A": {"settle": "after:send", "repeat": "before:send", "look_again": ""},
    "B": {"repeat": "after:send"},
    "D": {"hold": "after:send"},
}
"""What a sync commits besides, where an earlier one was killed at a place, or was not and sent something.

Of class C each point is killed in test_crash_points, by the system of the worked example.
"""


def places(kind: str) -> list[str]:
    """After one point is before the next, so one side of each says it all."""
    return [f"before:{point}" for point in [*EACH, *OPEN[kind]]] + [f"after:{each}" for each in ["send", *OPEN[kind]]]


@pytest.mark.parametrize("kind", OPEN)
def test_killed_at_every_commit_and_send_in_turn_a_class_books_each_document_once(
    make: Make, forking: str, kind: str
) -> None:
    here = make(kind)
    for number, place in enumerate(places(kind)):
        here.grow(CLAIMS + number)
        if (point := place.split(":")[1]) in OPEN[kind]:
            here.fork(forking, "sync", *WHERE, crash_at=OPEN[kind][point])
            here.at += 40
        code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
        assert code == -signal.SIGKILL, (place, output)
        here.at += 7
    for _ in range(3):
        here.sync(minutes=40)
    assert here.judged() == []
    assert here.states().keys() <= ({"sent", "held"} if kind == "D" else {"sent", "posted"})


@pytest.mark.parametrize("place", ["before:send:2", "after:send:2", "before:record:2"])
@pytest.mark.parametrize("kind", ["A", "B", "B batch"])
def test_a_sync_killed_around_a_send_is_finished_under_the_same_key(
    make: Make, forking: str, kind: str, place: str
) -> None:
    here = make(kind)
    killed(here, forking, place)
    assert here.sync(minutes=7) == 0  # the lease is over; the request's life is not, and need not be
    assert here.judged() == []
    assert sum(here.states().values()) == CLAIMS


@pytest.mark.parametrize("place", ["before:repeat", "after:repeat", "before:send", "after:send", "before:record",
                                   "after:record"])  # fmt: skip
@pytest.mark.parametrize("kind", ["A", "B batch"])
def test_a_sync_killed_while_it_repeats_is_finished_by_the_next_one(
    make: Make, register: Books, forking: str, kind: str, place: str
) -> None:
    here = lost(make, register, kind, "lose_response_before_commit" if kind == "A" else "lose_response_after_commit")
    here.at += 2
    killed(here, forking, place)
    assert here.sync(minutes=7) == 0
    assert here.judged() == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_sync_killed_while_it_holds_a_blind_document_asks_a_person_next_time(
    make: Make, register: Books, forking: str, side: str
) -> None:
    here = make("D")
    killed(here, forking, "after:send")
    here.at += 7
    killed(here, forking, f"{side}:hold")
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


def test_of_two_that_repeat_at_once_one_works_and_it_is_booked_once(make: Make, register: Books, forking: str) -> None:
    here = lost(make, register, "B", "lose_response_before_commit")
    here.at += 2
    register.arm("stall_before_commit", seconds=1)
    results = here.forks(forking, ["sync", *WHERE], ["sync", *WHERE])
    assert {code for code, _ in results} <= {0, 75}
    assert here.judged() == []
