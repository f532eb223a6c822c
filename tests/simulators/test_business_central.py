"""Business Central's simulator: etags, keys, batches that lie after a rollback, and what may be posted (research 3)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from parts.business_central import COMPANY, HERE, LINES, POST, Company, company, entry

LINE = {"method": "POST", "url": LINES, "headers": {"Content-Type": "application/json"}}


@pytest.fixture(scope="module")
def _company() -> Iterator[Company]:
    with company() as found:
        yield found


@pytest.fixture
def books(_company: Company) -> Company:
    """An empty journal, no faults armed; its client has a token."""
    _company.reset()
    return _company


def line(amount: float = 10.0, **change: Any) -> dict[str, Any]:
    return {**entry(**change), "amount": amount}


def operation(place: str, amount: float = 10.0, **change: Any) -> dict[str, Any]:
    return {**LINE, "id": place, "body": line(amount, **change)}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.content else ""


def statuses(answer: Any) -> list[tuple[str, int]]:
    return [(each["id"], each["status"]) for each in answer.json()["responses"]]


def test_a_line_is_created_with_an_etag_and_a_number_behind_the_last_one(books: Company) -> None:
    first, second = (books.ask("POST", LINES, line()) for _ in range(2))
    assert (first.status_code, first.json()["lineNumber"], second.json()["lineNumber"]) == (201, 10000, 20000)
    assert re.fullmatch(r'W/"\d+"', first.json()["@odata.etag"])
    assert first.json()["accountType"] == "G/L Account"


@pytest.mark.parametrize(
    ("tag", "answered"),
    [
        (None, (400, "BadRequest_InvalidToken")),
        ("mine", (400, "BadRequest_InvalidToken")),
        ('W/"1"', (409, "Request_EntityChanged")),
        ("*", (200, None)),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_needs_the_newest_etag(books: Company, method: str, tag: str | None, answered: Any) -> None:
    made = books.ask("POST", LINES, line()).json()
    body = {"description": "changed"} if method == "PATCH" else None
    answer = books.ask(method, f"{LINES}({made['id']})", body, **({"If-Match": tag} if tag else {}))
    if answered[1] is None:
        assert answer.status_code == (200 if method == "PATCH" else 204)
    else:
        assert code_of(answer) == answered
    left = books.books()["lines"]
    assert len(left) == (0 if (method, tag) == ("DELETE", "*") else 1)


def test_the_same_key_twice_is_refused(books: Company) -> None:
    made = books.ask("POST", LINES, line(lineNumber=7)).json()
    assert code_of(books.ask("POST", LINES, line(lineNumber=7))) == (400, "Internal_EntityWithSameKeyExists")
    assert code_of(books.ask("POST", LINES, line(id=made["id"]))) == (400, "Internal_EntityWithSameKeyExists")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"accountNumber": "4711"}, "Internal_InvalidTableRelation"),
        ({"description": "x" * 101}, "Application_StringExceededLength"),
        ({"externalDocumentNumber": "x" * 36}, "Application_StringExceededLength"),
        ({"documentNumber": "x" * 21}, "Application_StringExceededLength"),
        ({"Description": "wrong case"}, "BadRequest"),
        ({"documentNumber": 7}, "BadRequest"),
        ({"postingDate": "02.03.2026"}, "BadRequest"),
        ({"accountType": "Cash"}, "Application_FieldValidationException"),
        ({"dimensionSetLines": [{"code": "AVDELING", "valueCode": "999"}]}, "Internal_InvalidTableRelation"),
        ({"dimensionSetLines": [{"code": "REGION", "valueCode": "310"}]}, "Internal_InvalidTableRelation"),
        ({"dimensionSetLines": [{"code": "AVDELING", "valueCode": "310"}] * 2}, "Internal_EntityWithSameKeyExists"),
        ({"dimensionSetLines": [{"code": "AVDELING", "value": "310"}]}, "BadRequest"),
        ({"dimensionSetLines": [{"code": "AVDELING", "valueCode": "310", "name": "x"}]}, "BadRequest"),
        ({"dimensionSetLines": {"code": "AVDELING", "valueCode": "310"}}, "BadRequest"),
    ],
)
def test_a_wrong_line_is_refused_with_its_code_and_a_correlation(
    books: Company, change: dict[str, Any], code: str
) -> None:
    answer = books.ask("POST", LINES, line(**change))
    assert code_of(answer) == (400, code)
    assert re.search(r"  CorrelationId:  [0-9a-f-]{36}\.$", answer.json()["error"]["message"])


def test_a_failure_takes_a_snapshot_batch_back_and_the_earlier_answers_still_say_created(books: Company) -> None:
    wrong = operation("b", accountNumber="4711")
    answer = books.batch(operation("a"), wrong, operation("c"), Isolation="snapshot")
    assert statuses(answer) == [("a", 201), ("b", 400)]
    assert books.books()["lines"] == []
    answer = books.batch(operation("a"), wrong, operation("c"), Isolation="snapshot", Prefer="continue-on-error")
    assert statuses(answer) == [("a", 201), ("b", 400), ("c", 201)]
    assert books.books()["lines"] == []


def test_without_isolation_what_came_before_the_failure_stays(books: Company) -> None:
    answer = books.batch(operation("a"), operation("b", accountNumber="4711"), operation("c"))
    assert statuses(answer) == [("a", 201), ("b", 400)]
    assert len(books.books()["lines"]) == 1


def test_a_batch_has_at_most_a_hundred_operations(books: Company) -> None:
    hundred = [operation(str(place)) for place in range(100)]
    assert books.batch(*hundred, Isolation="snapshot").status_code == 200
    assert books.batch(*hundred, operation("101"), Isolation="snapshot").status_code == 400
    assert len(books.books()["lines"]) == 100


@pytest.mark.parametrize("body", [[], {}, {"requests": 7}, {"requests": [7]}, {"requests": [{"id": "1"}]}])
def test_a_batch_that_cannot_be_read_is_refused(books: Company, body: Any) -> None:
    assert books.ask("POST", "$batch", body).status_code == 400


def test_a_balanced_journal_is_posted_whole_and_leaves_nothing_behind(books: Company) -> None:
    books.ask("POST", LINES, line(452.5))
    books.ask("POST", LINES, line(-452.5, accountNumber="2910"))
    answer = books.ask("POST", POST)
    assert (answer.status_code, answer.content) == (204, b"")
    assert books.ask("GET", LINES).json()["value"] == []
    found = books.ask("GET", f"{HERE}/generalLedgerEntries?$filter=documentNumber eq '2026000001'").json()["value"]
    assert [(each["accountNumber"], each["debitAmount"], each["creditAmount"]) for each in found] == [
        ("7140", 452.5, 0),
        ("2910", 0, 452.5),
    ]
    assert all("externalDocumentNumber" not in each for each in found)


@pytest.mark.parametrize(
    ("second", "order", "words"),
    [
        ({"amount": -9.0}, {}, "out of balance by 1.0"),
        ({"amount": -10.0, "documentNumber": "2026000002"}, {}, "out of balance"),
        ({"amount": -10.0, "postingDate": "2026-03-03"}, {}, "out of balance"),
        ({"amount": -10.0, "accountNumber": ""}, {}, "Account No. must have a value"),
        ({"amount": -10.0}, {"block": "7140"}, "Blocked must be equal to 'No'"),
        ({"amount": -10.0}, {"closed_through": "2026-03-02"}, "allowed posting dates"),
    ],
)
def test_a_journal_with_anything_wrong_is_not_posted_at_all(
    books: Company, second: dict[str, Any], order: dict[str, str], words: str
) -> None:
    books.ask("POST", LINES, line())
    books.ask("POST", LINES, {**line(accountNumber="2910"), **second})
    books.control("/_company", **order)
    answer = books.ask("POST", POST)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
    assert (len(books.books()["lines"]), books.books()["entries"]) == (2, [])


def test_an_empty_journal_has_nothing_to_post(books: Company) -> None:
    assert books.ask("POST", POST).status_code == 400


def test_lines_of_other_types_of_account_are_taken_and_not_listed(books: Company) -> None:
    assert books.ask("POST", LINES, line(accountType="Vendor", accountNumber="V1")).status_code == 201
    assert books.ask("GET", LINES).json()["value"] == []
    assert len(books.books()["lines"]) == 1


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("companies(00000000-0000-4000-8000-000000000000)/journals", (404, "Internal_CompanyNotFound")),
        (f"{HERE}/journals(00000000-0000-4000-8000-000000000000)", (404, "Internal_RecordNotFound")),
        (f"{HERE}/journals(00000000-0000-4000-8000-000000000000)/journalLines", (404, "Internal_RecordNotFound")),
        (f"{HERE}/no_such_list", (404, "Internal_RecordNotFound")),
    ],
)
def test_what_is_not_there_is_said_by_its_code(books: Company, path: str, answered: tuple[int, str]) -> None:
    assert code_of(books.ask("GET", path)) == answered


def test_who_asks_too_often_is_not_told_for_how_long(books: Company) -> None:
    books.arm("throttle")
    answer = books.ask("GET", "companies")
    assert answer.status_code == 429
    assert "retry-after" not in answer.headers


def test_a_program_that_is_not_registered_has_a_token_and_may_nothing(books: Company) -> None:
    books.control("/_company", member=False)
    assert books.token().status_code == 200
    assert code_of(books.ask("GET", "companies")) == (401, "Authentication_InvalidCredentials")


def test_the_page_shows_what_waits_and_what_was_posted_and_whose_correction_it_was(books: Company) -> None:
    books.ask("POST", LINES, line())
    books.ask("POST", LINES, line(-10.0, accountNumber="2910"))
    books.control("/_correct", where={"accountNumber": "2910"}, values={"description": "<b>Rettet</b>"})
    page = books.client.get(books.base).text
    assert "Waiting in the journal: 2 lines" in page
    assert "class=person" in page
    assert "&lt;b&gt;Rettet&lt;/b&gt;" in page
    books.ask("POST", POST)
    assert "Posted: 2 lines" in books.client.get(books.base).text


def test_the_company_is_found_by_name_and_id(books: Company) -> None:
    (found,) = books.ask("GET", "companies").json()["value"]
    assert (found["id"], found["name"]) == (COMPANY, "HLF")
