"""Vouchers in one transaction, against a Business Central: whole or not at all, whatever the answers inside say."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from parts.business_central import API, LINES, SETTINGS, Company, company, line_to, open_row, voucher
from parts.hostile import peer, read_request

from reconciler.adapters.odata import OdataAdapter
from reconciler.ports import Outgoing
from reconciler.runs.outcome import (
    CredentialRefused,
    Findings,
    LookupFailed,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unreachable,
    Wait,
)

THREE = [voucher(1), voucher(2, "120.00"), voucher(3, "99.90")]


@pytest.fixture(scope="module")
def _company() -> Iterator[Company]:
    with company() as found:
        yield found


@pytest.fixture
def books(_company: Company) -> Company:
    """An empty journal, no faults armed."""
    _company.reset()
    return _company


@pytest.fixture
def line(books: Company) -> Iterator[OdataAdapter]:
    with line_to(books.base) as found:
        assert found.test().ok  # it has a token now: faults meet what is tested
        yield found


def test_vouchers_arrive_whole_in_one_request_with_ids_of_every_line(books: Company, line: OdataAdapter) -> None:
    answer = line.send(THREE)
    assert isinstance(answer, Settled)
    assert all(isinstance(each, Sent) and len(each.target_ids) == 2 for each in answer.outcomes.values())
    assert list(answer.outcomes) == ["RCN-1", "RCN-2", "RCN-3"]
    assert books.vouchers() == {"2026000001": [452.5, -452.5], "2026000002": [120, -120], "2026000003": [99.9, -99.9]}
    assert books.books()["requests"]["batches"] == 1


def test_cost_centers_go_below_their_line_in_the_same_request(books: Company) -> None:
    settings = {**SETTINGS, "cost_center_dimension": "AVDELING", "project_dimension": "PROSJEKT"}
    known, unknown = voucher(1, costCenter="310", project="LIKEPERSON"), voucher(2, costCenter="999")
    with line_to(books.base, settings) as found:
        assert isinstance(found.send([known]), Settled)
        refused = found.send([voucher(3), unknown])
    cost, payable = (each["values"] for each in books.books()["lines"])
    entries = [{"code": "AVDELING", "valueCode": "310"}, {"code": "PROSJEKT", "valueCode": "LIKEPERSON"}]
    assert cost["dimensionSetLines"] == entries
    assert not {"costCenter", "project"} & cost.keys()
    assert "dimensionSetLines" not in payable
    assert isinstance(refused, RequestRefused)
    assert list(refused.guilty) == ["RCN-2"]
    assert "contains a value (999)" in refused.guilty["RCN-2"].message


def test_one_refused_line_takes_all_back_and_names_its_voucher_though_earlier_answers_say_created(
    books: Company, line: OdataAdapter
) -> None:
    answer = line.send([voucher(1), voucher(2, accountNumber="4711"), voucher(3)])
    assert isinstance(answer, RequestRefused)
    assert answer.guilty.keys() == {"RCN-2"}
    refused = answer.guilty["RCN-2"]
    assert (refused.code, refused.field, refused.value) == ("Internal_InvalidTableRelation", "accountNumber", "4711")
    assert books.books()["lines"] == []


def test_a_message_is_kept_to_its_last_sign(books: Company, line: OdataAdapter) -> None:
    answer = line.send([voucher(accountNumber="4711")])
    assert isinstance(answer, RequestRefused)
    assert answer.rejection.message == books.books()["said"]
    assert answer.rejection.message.rstrip(".")[-36:].count("-") == 4


def test_a_text_that_is_too_long_is_its_own_vouchers_fault_and_no_other_with_the_same_text(
    books: Company, line: OdataAdapter
) -> None:
    answer = line.send([voucher(1), voucher(2, description="x" * 101), voucher(3, description="x" * 101)])
    assert isinstance(answer, RequestRefused)
    assert answer.guilty.keys() == {"RCN-2"}
    assert (answer.rejection.field, answer.rejection.code) == ("", "Application_StringExceededLength")
    assert books.books()["lines"] == []


@pytest.mark.parametrize(
    ("fault", "more", "kind"),
    [
        ("lose_response_before_commit", {}, Unclear),
        ("lose_response_after_commit", {}, Unclear),
        ("timeout_after_commit", {"status": 408}, Unclear),
        ("garbage", {}, Unclear),
        ("html", {}, Unclear),
        ("maintenance", {}, Unclear),
        ("fewer_answers", {}, Unclear),
        ("other_ids", {}, Unclear),
        ("throttle", {}, Wait),
        ("throttle", {"on": "operation"}, Wait),
        ("refuse", {"status": 409, "on": "operation"}, RequestRefused),
        ("refuse", {"status": 401, "on": "operation"}, CredentialRefused),
        ("refuse", {"status": 404, "on": "operation"}, Stop),
        ("refuse", {"status": 500, "on": "operation"}, Unclear),
        ("reject_credential", {"times": 2}, CredentialRefused),
    ],
)
def test_each_fault_of_a_batch_means_what_is_known_of_it(
    books: Company, line: OdataAdapter, fault: str, more: dict[str, Any], kind: type
) -> None:
    books.arm(fault, **more)
    assert isinstance(line.send(THREE), kind)


def test_who_says_wait_and_not_how_long_is_given_the_declared_pause(books: Company, line: OdataAdapter) -> None:
    books.arm("throttle")
    answer = line.send(THREE)
    assert isinstance(answer, Wait)
    assert answer.pause_s == 10.0


CREATED = {"status": 201, "body": {"id": "a"}}
REFUSED = {"status": 400, "body": {"error": {"code": "Application_DialogException", "message": "no"}}}


@pytest.mark.parametrize(
    "responses",
    [
        None,
        [],
        "all went well",
        [{**CREATED, "id": "1"}],
        [{**CREATED, "id": "1"}, {**CREATED, "id": "1"}],
        [{**CREATED, "id": "1"}, {**CREATED, "id": "3"}],
        [{**CREATED, "id": "1"}, {**CREATED, "id": None}],
        [{**CREATED, "id": str(place)} for place in (1, 2, 3)],
        [{**REFUSED, "id": "2"}],
        [{**REFUSED, "id": "1"}, {**CREATED, "id": "2"}, {**CREATED, "id": "3"}],
        [{**CREATED, "id": "1"}, {"id": "2", "body": {"id": "b"}}],
        [{**CREATED, "id": "1"}, {"id": "2", "status": True}],
        [{**CREATED, "id": "1"}, {"id": "2", "status": "201"}],
        [{**CREATED, "id": "1"}, 7],
        [{**REFUSED, "id": "1"}, {"id": "2", "status": 503}],
    ],
)
def test_an_answer_that_does_not_fit_the_operations_one_by_one_leaves_all_unknown(responses: Any) -> None:
    assert isinstance(answered_with({"responses": responses}), Unclear)


@pytest.mark.parametrize(
    ("responses", "kind"),
    [
        ([{**CREATED, "id": "2"}, {**CREATED, "id": "1"}], Settled),
        ([{**CREATED, "id": 1}, {**CREATED, "id": 2}], Settled),
        ([{**REFUSED, "id": "1"}], RequestRefused),
        ([{**CREATED, "id": "1"}, {**REFUSED, "id": "2"}], RequestRefused),
        ([{**REFUSED, "id": "1"}, {**REFUSED, "id": "2"}], RequestRefused),
    ],
)
def test_answers_may_come_in_any_order_and_end_with_the_first_failure(responses: Any, kind: type) -> None:
    assert isinstance(answered_with({"responses": responses}), kind)


def test_a_success_without_an_id_leaves_the_voucher_unknown() -> None:
    answer = answered_with({"responses": [{**CREATED, "id": "1"}, {"id": "2", "status": 201}]})
    assert isinstance(answer, Settled)
    assert type(answer.outcomes["RCN-1"]).__name__ == "Unknown"


def answered_with(body: dict[str, Any]) -> Any:
    """What one voucher's batch means to us that is answered so."""
    token = json.dumps({"access_token": "a-token-of-the-test", "token_type": "Bearer", "expires_in": 3599}).encode()
    content = json.dumps(body).encode()

    def talk(connection: Any) -> None:
        asked = read_request(connection)
        said = token if b"/oauth2/" in asked.partition(b"\r\n")[0] else content
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(said)}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + said)

    with peer(talk) as url, line_to(url) as line:
        return line.send([voucher()])


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with line_to("http://127.0.0.1:9") as line:
        assert isinstance(line.send(THREE), Unreachable)
        assert isinstance(line.post(), Unreachable)


def test_a_voucher_is_found_where_it_waits_and_after_it_was_posted_by_its_number(
    books: Company, line: OdataAdapter
) -> None:
    line.send([voucher(1), voucher(2)])
    staged = line.look_up([open_row(1), open_row(9)])
    assert isinstance(staged, Findings)
    assert {name: (each.proves, each.amount) for name, each in staged.found.items()} == {"RCN-1": ("sent", "452.5")}
    assert line.post() == Settled({})
    posted = line.look_up([open_row(1), open_row(9)])
    assert isinstance(posted, Findings)
    assert {name: (each.proves, each.amount) for name, each in posted.found.items()} == {"RCN-1": ("posted", "452.5")}
    assert len(posted.found["RCN-1"].target_ids) == 2


def test_a_list_is_read_to_its_last_page(books: Company, line: OdataAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"Prefer": "odata.maxpagesize=40"}
    monkeypatch.setattr("reconciler.adapters.odata.IN_PAGES", small)
    part, _ = voucher(amount="1.00").payload["lines"]
    _, rest = voucher(amount="99.00").payload["lines"]
    line.send([Outgoing("RCN-1", {"lines": [*[part] * 99, rest]})])
    first = books.ask("GET", LINES, **small).json()
    assert len(first["value"]) == 40
    assert first["@odata.nextLink"].startswith(f"{books.base}{API}")
    found = line.look_up([open_row(1)])
    assert isinstance(found, Findings)
    assert (len(found.found["RCN-1"].target_ids), Decimal(found.found["RCN-1"].amount)) == (100, 99)


@pytest.mark.parametrize("fault", ["maintenance", "throttle", "reject_credential"])
def test_a_place_that_cannot_be_read_proves_no_absence(books: Company, line: OdataAdapter, fault: str) -> None:
    books.arm(fault, on="read", times=2)
    assert isinstance(line.look_up([open_row(1)]), LookupFailed)


def test_a_journal_that_is_gone_proves_no_absence_and_takes_no_voucher(books: Company, line: OdataAdapter) -> None:
    books.control("/_company", drop_journal=SETTINGS["journal"])
    assert isinstance(line.look_up([open_row(1)]), LookupFailed)
    assert isinstance(line.send(THREE), Stop)


def test_a_field_that_the_company_does_not_know_stops_the_integration_and_refuses_no_voucher(
    books: Company, line: OdataAdapter
) -> None:
    assert isinstance(line.send([voucher(1, costCentre="310"), voucher(2)]), Stop)
    assert books.books()["lines"] == []


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"block": "7140"}, "Blocked must be equal to 'No'"),
        ({"closed_through": "2026-03-31"}, "not within your range of allowed posting dates"),
    ],
)
def test_a_journal_that_cannot_be_posted_says_why_and_stays(
    books: Company, line: OdataAdapter, order: dict[str, str], words: str
) -> None:
    line.send(THREE)
    books.control("/_company", **order)
    answer = line.post()
    assert isinstance(answer, RequestRefused)
    assert words in answer.rejection.message
    assert len(books.books()["lines"]) == 6


@pytest.mark.parametrize(
    ("change", "order", "fault"),
    [
        ({}, {}, ""),
        ({"settings": {"tenant": "00000000-0000-4000-8000-000000000000"}}, {}, "tenant"),
        ({"client": "somebody-else"}, {}, "client (application id)"),
        ({"secret": "not-this-one"}, {}, "client secret"),
        ({}, {"member": False}, "application user"),
        ({"settings": {"company": "00000000-0000-4000-8000-000000000000"}}, {}, "company"),
        ({"settings": {"journal": "00000000-0000-4000-8000-000000000000"}}, {}, "journal"),
    ],
)
def test_a_connection_test_names_the_culprit(
    books: Company, change: dict[str, Any], order: dict[str, Any], fault: str
) -> None:
    books.control("/_company", **order)
    settings = {**SETTINGS, **change.pop("settings", {})}
    with line_to(books.base, settings, **change) as line:
        verdict = line.test()
    assert (verdict.ok, verdict.fault) == (not fault, fault), verdict.message
    if verdict.ok:
        assert verdict.found["Journal"] == ("LIKEPERSON Likepersonarbeid",)
        assert "7140 Reisekostnader, ikke oppgavepliktige" in verdict.found["Accounts"]


def test_a_refusal_without_a_value_blames_one_voucher_only(books: Company, line: OdataAdapter) -> None:
    books.arm("refuse", status=422, on="operation")
    answer = line.send(THREE)
    assert isinstance(answer, RequestRefused)
    assert answer.guilty.keys() == {"RCN-1"}
    assert isinstance(answer.guilty["RCN-1"], Rejected)
