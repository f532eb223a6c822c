"""Who is let in, and the words for those who are not."""

import httpx
import pytest

BAD_FORMAT = {
    "data": None,
    "errors": [
        {
            "message": 'Bad format for API Token. Expected header: "Authorization: token <your-token>"',
            "code": "UNHANDLED_ERROR",
        }
    ],
}
DEAD = {"data": None, "errors": [{"message": "Invalid API token.", "code": "UNAUTHORIZED"}]}
PING = "{__typename}"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer T0ken-main", "T0ken-main", "token", "Token T0ken-main", "token a b"]
)
def test_any_header_but_token_gets_the_exact_complaint_with_status_200(xledger, header):
    headers = {} if header is None else {"Authorization": header}
    answer = xledger.client.post(xledger.url, json={"query": PING}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, BAD_FORMAT)


def test_a_well_formed_but_unknown_token_is_refused_with_status_200(xledger):
    answer = xledger.post(PING, token="bm9ib2R5")
    assert (answer.status_code, answer.json()) == (200, DEAD)


def test_a_known_token_may_ask_for_the_type_name_without_claiming_json(xledger):
    answer = xledger.client.post(
        xledger.url, content=b'{"query":"{__typename}"}', headers={"Authorization": "token T0ken-main"}
    )
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_a_read_only_token_reads_but_its_mutation_is_refused_and_changes_nothing(xledger, claim):
    assert xledger.ask("{accounts(first:1){edges{node{code}}}}", token="T0ken-reader")["accounts"]["edges"]
    answer = xledger.add(*claim(), token="T0ken-reader").json()
    assert answer["data"] is None
    assert answer["errors"][0]["code"] == "FORBIDDEN"
    assert xledger.books()["vouchers"] == []


def test_old_and_new_token_both_work_during_a_rotation_until_the_old_one_is_revoked(xledger):
    xledger.control("/_tokens", {"add": "T0ken-next"})
    assert [xledger.post(PING, token=token).json() for token in ("T0ken-main", "T0ken-next")] == [
        {"data": {"__typename": "Query"}}
    ] * 2
    xledger.control("/_tokens", {"revoke": "T0ken-main"})
    assert xledger.post(PING, token="T0ken-main").json() == DEAD
    assert xledger.post(PING, token="T0ken-next").json() == {"data": {"__typename": "Query"}}


def test_a_token_added_for_reading_cannot_write(xledger, claim):
    xledger.control("/_tokens", {"add": "T0ken-auditor", "read_only": True})
    assert xledger.add(*claim(), token="T0ken-auditor").json()["errors"][0]["code"] == "FORBIDDEN"


def test_a_rejected_token_stays_rejected_until_cleared(xledger):
    xledger.arm("reject_token", token="T0ken-main")
    assert [xledger.post(PING).json() for _ in range(3)] == [DEAD] * 3
    assert xledger.post(PING, token="T0ken-other").json() == {"data": {"__typename": "Query"}}
    xledger.control("/_faults", {"clear": True})
    assert xledger.post(PING).json() == {"data": {"__typename": "Query"}}


def test_a_control_request_that_makes_no_sense_says_why_and_changes_nothing(xledger):
    orders = [
        ("/_faults", {"fault": "no_such_fault"}),
        ("/_faults", {"fault": "burst", "tmies": 2}),
        ("/_faults", {"fault": "stall_after_commit", "seconds": 121}),
        ("/_faults", {"fault": "stall_after_commit", "seconds": "long"}),
        ("/_faults", {"status_on_refusal": 500}),
        ("/_tokens", {"revoke": "nobody"}),
        ("/_fail_late", {}),
    ]
    answers: list[httpx.Response] = [xledger.client.post(xledger.base + path, json=order) for path, order in orders]
    assert [answer.status_code for answer in answers] == [400] * len(orders)
    assert all(answer.json()["error"] for answer in answers)
    assert xledger.control("/_faults") == {"armed": [], "queries_lag": False}
