"""Faults of the register: what arrived, what did not, and what the client gets to see of it."""

import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

RECORD = {"reference": "R-1", "date": "2026-03-02"}


@pytest.mark.parametrize(("fault", "booked"), [("before", []), ("after", [("R-1", 1)])])
def test_a_lost_answer_closes_the_connection(register, fault, booked):
    register.arm(f"lose_response_{fault}_commit")
    with pytest.raises(httpx.TransportError):
        register.batch(RECORD)
    assert register.booked() == booked


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize(("fault", "booked"), [("before", []), ("after", [("R-1", 1)])])
def test_a_timeout_does_not_say_whether_it_was_carried_out(register, fault, booked, status):
    register.arm(f"timeout_{fault}_commit", status=status)
    answer = register.put("R-1", RECORD)
    assert (answer.status_code, answer.json()["title"]) == (status, "Timeout")
    assert register.booked() == booked


def test_a_stall_after_the_commit_lets_other_requests_see_it(register):
    register.arm("stall_after_commit", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        register.batch(RECORD, timeout=0.3)
    deadline = time.monotonic() + 20
    while register.get("/activities/R-1").status_code != 200:
        assert time.monotonic() < deadline


def test_a_stall_before_the_commit_commits_after_the_client_has_given_up(register):
    register.arm("stall_before_commit", seconds=1)
    with pytest.raises(httpx.ReadTimeout):
        register.batch(RECORD, timeout=0.2)
    assert register.booked() == []
    deadline = time.monotonic() + 20
    while not register.booked():
        assert time.monotonic() < deadline


@pytest.mark.parametrize("fault", ["garbage", "html"])
def test_a_body_that_cannot_be_read_comes_after_the_commit(register, fault):
    register.arm(fault)
    answer = register.batch(RECORD)
    assert answer.status_code == 200
    assert (answer.headers["content-type"] == "application/json") is (fault == "garbage")
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        answer.json()
    assert register.booked() == [("R-1", 1)]


def test_a_slow_body_comes_byte_by_byte(register):
    register.arm("slow_body", seconds=0.01)
    began = time.monotonic()
    assert register.batch(RECORD).json()["results"][0]["status"] == "created"
    assert time.monotonic() - began >= 0.3


def test_an_error_inside_a_200_did_nothing(register):
    register.arm("error_in_200")
    answer = register.batch(RECORD)
    assert (answer.status_code, answer.json()["title"]) == (200, "Not done")
    assert register.booked() == []


@pytest.mark.parametrize("status", [302, 402, 403, 404, 409, 410, 418, 451, 500])
def test_any_status_can_be_armed(register, status):
    register.arm("refuse", status=status)
    assert register.put("R-1", RECORD).status_code == status
    assert register.booked() == []


def test_maintenance_is_a_web_page_for_whoever_asks(register):
    register.arm("maintenance", times=2)
    for answer in (register.get("/status"), register.batch(RECORD)):
        assert answer.status_code == 503
        assert answer.text.startswith("<html>")
    assert register.get("/status").status_code == 200


def test_being_throttled_is_said_in_seconds_as_a_date_or_without_a_time(register):
    register.arm("throttle", seconds=7)
    answer = register.get("/status")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    register.arm("throttle", seconds=7, form="date")
    answer = register.get("/status")
    until = parsedate_to_datetime(answer.headers["retry-after"]) - parsedate_to_datetime(answer.headers["date"])
    assert 5 <= until.total_seconds() <= 8
    register.arm("throttle", form="none")
    assert "retry-after" not in register.get("/status").headers


def test_the_rate_is_counted_and_what_exceeds_it_did_nothing(open_register):
    register = open_register("--rate", "2/100")
    answers = [register.batch({**RECORD, "reference": f"R-{number}"}) for number in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 90 <= int(answers[2].headers["retry-after"]) <= 100
    assert register.books()["requests"] == {"reads": 0, "writes": 2, "tokens": 0, "refused": 1, "throttled": 1}


def test_a_rejected_credential_stays_rejected_until_cleared_for_one_key_or_for_all(register):
    register.control("/_tokens", {"add": "K3y-two"})
    register.arm("reject_credential", token="K3y-two")
    assert register.get("/status").status_code == 200
    assert register.get("/status", **{"X-API-Key": "K3y-two"}).status_code == 401
    register.arm("reject_credential")
    assert [register.get("/status").status_code for _ in range(3)] == [401] * 3
    register.control("/_faults", {"clear": True})
    assert register.get("/status").status_code == 200


def test_faults_can_be_armed_for_the_token_endpoint(register):
    register.arm("maintenance", on="token")
    assert register.get("/status").status_code == 200
    assert httpx.post(f"{register.base}/oauth2/token", trust_env=False, verify=False).status_code == 503


def test_records_can_stay_hidden_from_so_many_reads_or_until_cleared(register):
    register.arm("hide_from_reads", times=2)
    register.batch(RECORD)
    assert [register.get("/activities/R-1").status_code for _ in range(3)] == [404, 404, 200]
    register.arm("hide_from_reads", seconds=100)
    register.batch({**RECORD, "reference": "R-2"})
    assert register.get("/activities?reference=R-2").json() == {"items": []}
    assert register.control("/_faults", {"clear": True})["reads_lag"] is False
    assert register.get("/activities/R-2").status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        {"fault": "flood"},
        {"fault": "refuse", "status": 200},
        {"fault": "throttle", "form": "poem"},
        {"fault": "maintenance", "times": 0},
        {"fault": "html", "on": "mutation"},
        {"fault": "slow_body", "seconds": 1000},
        {"fault": "html", "colour": "red"},
        {"shape": "round"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(register, order):
    answer = register.client.post(f"{register.base}/_faults", json=order)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize(("fault", "booked"), [("before", []), ("after", [("R-1", 1)])])
def test_a_stored_failure_is_said_again_to_whoever_comes_with_the_key(register, fault, booked, status):
    key = {"Idempotency-Key": "K-1"}
    register.arm(f"stored_failure_{fault}_commit", status=status)
    first, again = (register.post(RECORD, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == status
    assert first.json() == again.json()
    assert register.booked() == booked
    register.control("/_faults", {"forget_keys": True})
    assert register.post({**RECORD, "reference": "R-2"}, headers=key).status_code == 201
