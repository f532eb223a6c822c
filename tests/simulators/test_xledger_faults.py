"""Faults: what was committed, what was not, and what the client gets to see of it."""

import time

import httpx
import pytest

FIND = '{glImportItems(filter:{extIdentifier_in:["NBF-C-8f31-1"]}){edges{node{dbId}}}}'
TIMED_OUT = {"data": None, "errors": [{"message": "Your query timed out.", "code": "UNHANDLED_ERROR"}]}


def staged(xledger):
    return sum(len(voucher["lines"]) for voucher in xledger.books()["vouchers"])


def test_a_lost_response_closes_the_connection_after_the_commit(xledger, claim):
    xledger.arm("lose_response_after_commit")
    with pytest.raises(httpx.TransportError):
        xledger.add(*claim())
    assert staged(xledger) == 2
    assert len(xledger.ask(FIND)["glImportItems"]["edges"]) == 1


def test_a_fault_waits_for_a_mutation_that_commits(xledger, claim, gl_line):
    xledger.arm("lose_response_after_commit", times=2)
    xledger.ask("{__typename}")
    assert xledger.add(gl_line(1, "9999", "1.00", "A")).json()["data"] is None
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            xledger.add(*claim())
    assert xledger.add(*claim()).json()["data"] is not None


def test_a_stall_after_the_commit_lets_other_requests_see_the_commit(xledger, claim):
    xledger.arm("stall_after_commit", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        xledger.add(*claim(), timeout=0.3)
    deadline = time.monotonic() + 20
    while not (found := xledger.ask(FIND)["glImportItems"]["edges"]):
        assert time.monotonic() < deadline
    assert len(found) == 1


def test_a_stall_before_the_commit_commits_after_the_client_has_given_up(xledger, claim):
    xledger.arm("stall_before_commit", seconds=1)
    with pytest.raises(httpx.ReadTimeout):
        xledger.add(*claim(), timeout=0.2)
    assert xledger.ask(FIND) == {"glImportItems": {"edges": None}}
    deadline = time.monotonic() + 20
    while xledger.ask(FIND) == {"glImportItems": {"edges": None}}:
        assert time.monotonic() < deadline
    assert staged(xledger) == 2


@pytest.mark.parametrize(("fault", "lines"), [("timeout_after_commit", 2), ("timeout_before_commit", 0)])
def test_a_timeout_does_not_say_whether_it_was_committed(xledger, claim, fault, lines):
    xledger.arm(fault)
    answer = xledger.add(*claim())
    assert (answer.status_code, answer.json()) == (200, TIMED_OUT)
    assert staged(xledger) == lines


def test_queries_can_time_out_as_well(xledger):
    xledger.arm("timeout_before_commit", on="query")
    assert xledger.post("{__typename}").json() == TIMED_OUT
    assert xledger.post("{__typename}").json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("status", [502, 503])
def test_maintenance_is_a_web_page_and_nothing_is_done(xledger, claim, status):
    xledger.arm("maintenance", status=status, times=2)
    for _ in range(2):
        answer = xledger.add(*claim())
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<html>")
    assert staged(xledger) == 0
    assert xledger.add(*claim()).status_code == 200


def test_garbage_is_a_200_whose_body_breaks_off_after_the_commit(xledger, claim):
    xledger.arm("garbage")
    answer = xledger.add(*claim())
    assert answer.status_code == 200
    assert answer.text.startswith('{"data":{"addGLImportItems"')
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        answer.json()
    assert staged(xledger) == 2


def test_committed_lines_can_stay_hidden_from_so_many_queries(xledger, claim):
    xledger.arm("hide_from_queries", times=2)
    xledger.add(*claim())
    xledger.ask("{accounts(first:1){edges{cursor}}}")
    assert [xledger.ask(FIND)["glImportItems"]["edges"] is None for _ in range(3)] == [True, True, False]


def test_committed_lines_can_stay_hidden_for_so_many_seconds_and_clearing_ends_it(xledger, claim):
    xledger.arm("hide_from_queries", seconds=100)
    xledger.add(*claim())
    assert [xledger.ask(FIND)["glImportItems"]["edges"] is None for _ in range(3)] == [True] * 3
    xledger.control("/_faults", {"clear": True})
    assert xledger.ask(FIND)["glImportItems"]["edges"] is not None


def test_hidden_lines_show_when_the_seconds_are_over(xledger, claim):
    xledger.arm("hide_from_queries", seconds=0.2)
    xledger.add(*claim())
    deadline = time.monotonic() + 20
    while xledger.ask(FIND)["glImportItems"]["edges"] is None:
        assert time.monotonic() < deadline


def test_cleared_faults_do_not_fire(xledger, claim):
    xledger.arm("garbage", times=5)
    assert [one["fault"] for one in xledger.control("/_faults")["armed"]] == ["garbage"]
    assert xledger.control("/_faults", {"clear": True}) == {"armed": [], "queries_lag": False}
    assert xledger.add(*claim()).json()["data"] is not None
