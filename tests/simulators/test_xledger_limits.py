"""Burst, concurrency and credits: in the body of a 200, without a hint in the headers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BURST = {"data": None, "errors": [{"message": "Too many requests", "code": "BAD_REQUEST.BURST_RATE_LIMIT_REACHED"}]}
PING = "{__typename}"


def test_the_request_over_the_burst_limit_is_refused_in_a_200_and_changes_nothing(ledger_with, claim):
    simulator = ledger_with("--burst", "3/600")
    assert [simulator.post(PING).json() for _ in range(3)] == [{"data": {"__typename": "Query"}}] * 3
    answer = simulator.add(*claim())
    assert (answer.status_code, answer.json()) == (200, BURST)
    assert "retry-after" not in answer.headers
    assert simulator.books()["vouchers"] == []
    assert simulator.post(PING, token="T0ken-other").json() == {"data": {"__typename": "Query"}}


def test_the_burst_limit_is_twenty_in_five_seconds_unless_told_otherwise(ledger_with):
    simulator = ledger_with()
    answers = [simulator.post(PING).json() for _ in range(21)]
    assert answers.index(BURST) == 20


def test_the_burst_window_moves_on(ledger_with):
    simulator = ledger_with("--burst", "1/0.05")
    answers = [simulator.post(PING).json()]
    while len(answers) < 10_000 and sum(answer != BURST for answer in answers) < 2:
        answers.append(simulator.post(PING).json())
    assert answers[-1] == {"data": {"__typename": "Query"}}


def test_a_request_over_the_concurrency_limit_is_refused_while_the_others_go_on(ledger_with, claim):
    simulator = ledger_with("--concurrency", "2")
    simulator.arm("stall_after_commit", seconds=1, times=2)
    with ThreadPoolExecutor() as pool:
        stalled = [pool.submit(simulator.add, *claim(number, str(number))) for number in (1, 2)]
        while simulator.books()["requests"]["mutations"] < 2:
            pass
        refused = simulator.post(PING)
        other = simulator.post(PING, token="T0ken-other")
        assert all(one.result().status_code == 200 for one in stalled)
    assert refused.status_code == 200
    assert refused.json()["errors"][0]["code"] == "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED"
    assert other.json() == {"data": {"__typename": "Query"}}
    assert simulator.post(PING).json() == {"data": {"__typename": "Query"}}


def test_spent_credits_are_refused_with_the_local_time_of_the_reset(ledger_with):
    simulator = ledger_with("--credits", "2/600")
    assert [simulator.post(PING).json() for _ in range(2)] == [{"data": {"__typename": "Query"}}] * 2
    answer = simulator.post(PING).json()
    (error,) = answer["errors"]
    assert error["code"] == "BAD_REQUEST.INSUFFICIENT_CREDITS"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", error["extensions"]["resetAt"])
    ahead = datetime.fromisoformat(error["extensions"]["resetAt"]) - datetime.now(ZoneInfo("Europe/Oslo")).replace(
        tzinfo=None
    )
    assert timedelta(seconds=500) < ahead < timedelta(seconds=602)


def test_credits_come_back_when_the_window_is_over(ledger_with):
    simulator = ledger_with("--credits", "1/0.05", "--burst", "100000/1")
    answers = [simulator.post(PING).json()]
    while len(answers) < 10_000 and sum(answer["data"] is not None for answer in answers) < 2:
        answers.append(simulator.post(PING).json())
    assert answers[-1]["data"] == {"__typename": "Query"}


def test_limits_can_be_met_by_order(xledger, claim):
    xledger.arm("burst")
    xledger.arm("concurrency")
    xledger.arm("insufficient_credits", resetAt="2026-04-17T15:00:00")
    assert [xledger.add(*claim()).json()["errors"][0] for _ in range(3)] == [
        {"message": "Too many requests", "code": "BAD_REQUEST.BURST_RATE_LIMIT_REACHED"},
        {"message": "Too many concurrent requests", "code": "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED"},
        {
            "message": "Insufficient credits",
            "code": "BAD_REQUEST.INSUFFICIENT_CREDITS",
            "extensions": {"resetAt": "2026-04-17T15:00:00"},
        },
    ]
    assert xledger.books()["vouchers"] == []
    assert xledger.add(*claim()).json()["data"] is not None
