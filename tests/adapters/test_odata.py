"""The odata protocol against a Dataverse: rows one by one and in batches, change sets, lookups, and hostile answers."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.clubhouse import opened
from parts.dataverse import SECRET, TABLE, Dataverse, Minside, activity, declared
from parts.hostile import peer, read_request

from reconciler.adapters.odata import to_json
from reconciler.adapters.pages import MOST
from reconciler.ports import Adapter
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Findings,
    Found,
    LookupFailed,
    NotApplied,
    Rejected,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Wait,
)
from reconciler.specs.models.integration_type import IntegrationType

ONE, THREE = [activity("RCN-1")], [activity(f"RCN-{number}") for number in (1, 2, 3)]
LINES = "/api/data/v9.2/{table}({key}='{reference}-{line}')"


@pytest.fixture
def at() -> Iterator[Callable[..., Minside]]:
    """Adapters for an address; they are closed afterwards."""
    made: list[Minside] = []

    def one(url: str, **more: Any) -> Minside:
        made.append(Minside(url, **more))
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def line(dataverse: Dataverse, at: Callable[..., Minside]) -> Adapter:
    return at(dataverse.base).adapter()


def with_lines(**call: Any) -> dict[str, Any]:
    """The type with documents of several rows."""
    documents = declared()["documents"]
    create = documents["activity"]["create"]
    documents["activity"]["lines"] = {"min": "1", "max": "9"}
    documents["activity"]["create"] = {**create, "call": {**create["call"], "path": LINES, **call}}
    return documents


def kinds(answer: Answer) -> list[type]:
    assert isinstance(answer, Settled), answer
    return [type(outcome) for outcome in answer.outcomes.values()]


# What succeeds.


def test_one_row_goes_by_itself_and_several_go_together(dataverse: Dataverse, line: Adapter) -> None:
    (one,) = line.send(ONE).outcomes.values()
    assert one.target_ids[0].startswith(f"{dataverse.base}/api/data/v9.2/{TABLE}(")
    assert dataverse.books()["requests"]["batches"] == 0
    assert kinds(line.send([activity("RCN-2"), activity("RCN-3")])) == [Sent, Sent]
    assert dataverse.books()["requests"]["batches"] == 1
    assert dataverse.rows() == {"RCN-1": 1, "RCN-2": 1, "RCN-3": 1}


def test_the_key_stands_in_the_address_and_not_in_the_body(at: Callable[..., Minside]) -> None:
    heard: list[bytes] = []

    def speak(link: Any) -> None:
        heard.append(read_request(link))
        link.sendall(TOKEN if b"/token" in heard[-1] else http(b"204 No Content", b""))

    with peer(speak) as url:
        assert kinds(at(url).adapter().send(ONE)) == [Sent]
    request = next(each for each in heard if b"PATCH" in each)
    assert request.startswith(b"PATCH /api/data/v9.2/hlf_activities(hlf_reference='RCN-1') HTTP/1.1\r\n")
    assert b"if-none-match: *" in request.lower()
    assert request.endswith(
        b'{"hlf_kind":"Samtale","hlf_date":"2026-03-02","hlf_minutes":45,"hlf_participants":7,"hlf_digital":false}'
    )


@pytest.mark.parametrize("documents", [THREE, [activity("RCN-1", {}, {}), activity("RCN-2")]], ids=["rows", "set"])
def test_every_row_of_a_batch_asks_to_be_created_and_not_changed(at: Callable[..., Minside], documents: list) -> None:
    heard: list[bytes] = []

    def speak(link: Any) -> None:
        heard.append(read_request(link))
        link.sendall(TOKEN if b"/token" in heard[-1] else http(b"503 Service Unavailable", b""))

    with peer(speak) as url:
        at(url).adapter(documents=with_lines()).send(documents)
    (batch,) = [each for each in heard if b"$batch" in each]
    asked = batch.lower().split(b"patch /api/data/v9.2/")[1:]
    assert len(asked) == 3
    assert all(each.partition(b"\r\n\r\n")[0].count(b"\r\nif-none-match: *") == 1 for each in asked)


def test_a_document_of_several_rows_is_a_change_set_all_of_it_or_nothing(
    dataverse: Dataverse, at: Callable[..., Minside]
) -> None:
    adapter = at(dataverse.base).adapter(documents=with_lines())
    whole = activity("RCN-1", {"hlf_minutes": 1}, {"hlf_minutes": 2})
    broken = activity("RCN-2", {"hlf_minutes": 3}, {"hlf_kind": "x" * 51}, {"hlf_minutes": 4})
    answer = adapter.send([whole, broken, activity("RCN-3")])
    assert kinds(answer) == [Sent, Rejected, Sent]
    assert len(answer.outcomes["RCN-1"].target_ids) == 2
    assert answer.outcomes["RCN-2"].field == "hlf_kind"
    assert dataverse.rows() == {"RCN-1-1": 1, "RCN-1-2": 1, "RCN-3-1": 1}
    again = adapter.send([whole, activity("RCN-4")])
    assert again.outcomes["RCN-1"] == Unknown("A record with matching key values already exists.", "exists")
    assert kinds(adapter.send([activity("RCN-5", {}, {})])) == [Sent]


def test_a_quote_in_a_reference_stays_in_its_place(dataverse: Dataverse, line: Adapter) -> None:
    assert set(kinds(line.send([activity("O'Hara"), activity("O')")]))) == {Sent}
    assert dataverse.rows() == {"O'Hara": 1, "O')": 1}
    assert set(line.look_up([opened("O'Hara"), opened("O')"), opened("O''Hara")]).found) == {"O'Hara", "O')"}


def test_every_request_in_a_batch_counts_against_the_pace(dataverse: Dataverse, at: Callable[..., Minside]) -> None:
    minside = at(dataverse.base)
    adapter = minside.adapter(documents=with_lines())
    adapter.send([activity("RCN-1", {}, {}), activity("RCN-2")])
    assert len(minside.turns) == dataverse.books()["requests"]["requests"] == 3


# What is there is never overwritten.


@pytest.mark.parametrize("more", [[], [activity("RCN-2")]], ids=["alone", "together"])
def test_a_row_that_is_there_is_to_be_compared_and_stays_as_it_is(
    dataverse: Dataverse, line: Adapter, more: list
) -> None:
    line.send(ONE)
    correction = {"table": TABLE, "where": {"hlf_reference": "RCN-1"}, "values": {"hlf_minutes": 99}}
    dataverse.control("/_correct", correction)
    answer = line.send([*ONE, *more])
    assert answer.outcomes["RCN-1"] == Unknown("A record with matching key values already exists.", "exists")
    assert dataverse.books()["records"][0]["values"]["hlf_minutes"] == 99


# What is refused.


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"hlf_kind": "x" * 51}, "0x80044331", "hlf_kind"),
        ({"hlf_minutes": 10_001}, "0x8004432f", ""),
        ({"hlf_minutes": "45"}, "0x80048d19", ""),
        ({"hlf_date": "2.3.2026"}, "0x80048d19", ""),
        ({"hlf_Kind": "Samtale"}, "0x80048d19", "hlf_Kind"),
    ],
)
def test_a_refused_row_says_why_alone_and_among_others(
    dataverse: Dataverse, line: Adapter, change: dict, code: str, field: str
) -> None:
    bad = activity("RCN-2", **change)
    for documents in ([bad], [THREE[0], bad, THREE[2]]):
        outcome = line.send(documents).outcomes["RCN-2"]
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.field) == (code, field)
    assert dataverse.rows() == {"RCN-1": 1, "RCN-3": 1}


@pytest.mark.parametrize("place", [0, 24, 49])
def test_a_poison_row_is_alone_wherever_it_stands(dataverse: Dataverse, line: Adapter, place: int) -> None:
    documents = [activity(f"RCN-{n}", **({"hlf_kind": "x" * 51} if n == place else {})) for n in range(50)]
    assert kinds(line.send(documents)) == [Rejected if n == place else Sent for n in range(50)]
    assert len(dataverse.rows()) == 49


# What did not happen, and is at no record's expense.


@pytest.mark.parametrize("documents", [ONE, THREE], ids=["alone", "together"])
@pytest.mark.parametrize("form", ["requests", "time", "concurrent"])
def test_each_kind_of_service_protection_is_waited_for(
    dataverse: Dataverse, line: Adapter, documents: list, form: str
) -> None:
    dataverse.arm("throttle", seconds=7, form=form)
    answer = line.send(documents)
    assert isinstance(answer, Wait)
    assert answer.pause_s == 7.0
    assert dataverse.rows() == {}


def test_a_batch_of_which_all_are_told_to_wait_waits_as_long_as_the_longest(
    dataverse: Dataverse, line: Adapter
) -> None:
    dataverse.arm("throttle", seconds=4, on="part", times=3)
    answer = line.send(THREE)
    assert isinstance(answer, Wait)
    assert answer.pause_s == 12.0  # whoever asks on is told more


def test_a_batch_of_which_some_are_told_to_wait_settles_the_others_and_then_pauses(
    dataverse: Dataverse, line: Adapter
) -> None:
    dataverse.arm("throttle", seconds=4, on="part")
    answer = line.send(THREE)
    assert kinds(answer) == [NotApplied, Sent, Sent]
    assert answer.pause_s == 4.0
    assert dataverse.rows() == {"RCN-2": 1, "RCN-3": 1}


@pytest.mark.parametrize("documents", [ONE, THREE], ids=["alone", "together"])
def test_somebody_who_is_no_user_there_is_no_records_fault(
    dataverse: Dataverse, line: Adapter, documents: list
) -> None:
    dataverse.control("/_privileges", {"member": False})
    assert line.send(documents) == CredentialRefused("The user is not a member of the organization.", "0x80072560")
    dataverse.control("/_privileges", {"member": True, "withdraw": f"write:{TABLE}"})
    answer = line.send(documents)
    assert isinstance(answer, CredentialRefused)
    assert answer.code == "0x80040220"


@pytest.mark.parametrize("documents", [ONE, THREE], ids=["alone", "together"])
def test_a_token_that_is_over_is_fetched_anew_once(dataverse: Dataverse, line: Adapter, documents: list) -> None:
    line.send([activity("RCN-9")])
    dataverse.control("/_tokens", {"expire": True})
    assert set(kinds(line.send(documents))) == {Sent}
    dataverse.control("/_tokens", {"revoke": f"reconciler-app:{SECRET}", "add": "reconciler-app:another-Secret"})
    assert isinstance(line.send([activity("RCN-8")]), CredentialRefused)


@pytest.mark.parametrize("documents", [ONE, THREE], ids=["alone", "together"])
@pytest.mark.parametrize("index", ["Pending", "InProgress", "Failed"])
def test_a_key_that_is_not_active_stops_the_integration(
    dataverse: Dataverse, line: Adapter, documents: list, index: str
) -> None:
    dataverse.control("/_tables", {"table": TABLE, "index": index})
    assert isinstance(line.send(documents), Stop)
    assert isinstance(line.look_up([opened("RCN-1")]), LookupFailed)


def test_a_batch_that_is_too_large_is_refused_whole_and_can_be_halved(
    dataverse: Dataverse, at: Callable[..., Minside]
) -> None:
    adapter = at(dataverse.base).adapter()
    answer = adapter.send([activity(f"RCN-{n}") for n in range(1001)])
    assert type(answer).__name__ == "RequestRefused"
    dataverse.arm("refuse", status=413)
    assert type(adapter.send(THREE)).__name__ == "RequestRefused"
    assert dataverse.rows() == {}


def test_nobody_there_is_unreachable(at: Callable[..., Minside]) -> None:
    assert isinstance(at("http://127.0.0.1:9").adapter().send(THREE), Unreachable)


# What may have happened.


@pytest.mark.parametrize("documents", [ONE, THREE], ids=["alone", "together"])
@pytest.mark.parametrize(
    ("fault", "more", "booked"),
    [
        ("lose_response_before_commit", {}, False),
        ("lose_response_after_commit", {}, True),
        ("timeout_before_commit", {"status": 500}, False),
        ("timeout_after_commit", {"status": 502}, True),
        ("timeout_after_commit", {"status": 504}, True),
        ("timeout_after_commit", {"status": 408}, True),
        ("maintenance", {"status": 503, "on": "write"}, False),
        ("refuse", {"status": 302}, False),
    ],
)
def test_a_lost_answer_leaves_all_of_it_open(
    dataverse: Dataverse, line: Adapter, documents: list, fault: str, more: dict, booked: bool
) -> None:
    dataverse.arm(fault, **more)
    assert isinstance(line.send(documents), Unclear)
    assert len(dataverse.rows()) == (len(documents) if booked else 0)


@pytest.mark.parametrize("fault", ["garbage", "html", "fewer_parts", "other_boundary"])
def test_an_answer_to_a_batch_that_does_not_fit_leaves_all_of_it_open(
    dataverse: Dataverse, line: Adapter, fault: str
) -> None:
    dataverse.arm(fault)
    assert isinstance(line.send(THREE), Unclear)
    assert len(dataverse.rows()) == 3


def test_a_service_that_stops_at_the_first_failure_leaves_all_of_it_open(dataverse: Dataverse, line: Adapter) -> None:
    """What came before the failure stands, and the answer does not say so."""
    dataverse.arm("first_failure_ends")
    answer = line.send([THREE[0], activity("RCN-2", hlf_kind="x" * 51), THREE[2]])
    assert isinstance(answer, Unclear)
    assert dataverse.rows() == {"RCN-1": 1}


def test_a_single_part_that_fails_over_there_is_open_and_the_others_are_not(
    dataverse: Dataverse, line: Adapter
) -> None:
    dataverse.arm("refuse", status=500, on="part")
    assert kinds(line.send(THREE)) == [Unknown, Sent, Sent]


TOKEN_BODY = b'{"token_type":"Bearer","expires_in":3599,"access_token":"eyJhbGciOiJub25lIn0.abc"}'


def http(status: bytes, body: bytes, content_type: bytes = b"application/json") -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: " + content_type
    return head + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\nConnection: close\r\n\r\n" + body


TOKEN = http(b"200 OK", TOKEN_BODY)
MULTI = b"multipart/mixed; boundary=b"
ABSENT = b'{"error": {"code": "0x80060891", "message": "no"}}'
OK_PART = b"Content-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n\r\n"


def parts(*bodies: bytes, boundary: bytes = b"b", end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + body for body in bodies) + end


def set_of(*bodies: bytes) -> bytes:
    inner = parts(*bodies, boundary=b"s", end=b"--s--\r\n")
    return b"Content-Type: multipart/mixed; boundary=s\r\n\r\n" + inner + b"\r\n"


def status(code: bytes, body: bytes = b"{}") -> bytes:
    return b"Content-Type: application/http\r\n\r\nHTTP/1.1 " + code + b"\r\n\r\n" + body + b"\r\n"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", b"multipart/mixed; boundary=b"),
        (b"{}", b"application/json"),
        (parts(OK_PART, OK_PART), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, OK_PART, OK_PART), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, OK_PART), b"multipart/mixed"),
        (parts(OK_PART, OK_PART, OK_PART), b"multipart/mixed; boundary=c"),
        (parts(OK_PART, OK_PART, OK_PART), b"text/html"),
        (parts(OK_PART, OK_PART, OK_PART, end=b""), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, b"Content-Type: text/plain\r\n\r\nyes\r\n"), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, b"Content-Type: application/http\r\n\r\nyes\r\n"), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, set_of(set_of(OK_PART))), b"multipart/mixed; boundary=b"),
        (parts(OK_PART, OK_PART, set_of()), b"multipart/mixed; boundary=b"),
        (parts(OK_PART) + parts(OK_PART, OK_PART), b"multipart/mixed; boundary=b"),
    ],
    ids=[
        "empty", "no parts", "fewer", "more", "no boundary", "another boundary", "another type", "broken off", "a text",
        "no status", "nested twice", "an empty change set", "two batches",
    ],
)  # fmt: skip
def test_a_hostile_answer_leaves_all_of_it_open(at: Callable[..., Minside], body: bytes, content_type: bytes) -> None:
    with peer(in_turn(http(b"200 OK", body, content_type))) as url:
        assert isinstance(at(url).adapter().send(THREE), Unclear)


@pytest.mark.parametrize("status", [b"400 Bad Request", b"500 Error", b"302 Found"])
def test_a_batch_that_did_not_end_well_is_open_whatever_its_parts_say(
    at: Callable[..., Minside], status: bytes
) -> None:
    with peer(in_turn(http(status, parts(OK_PART, OK_PART, OK_PART), MULTI))) as url:
        assert isinstance(at(url).adapter().send(THREE), Unclear)


def test_an_answer_for_a_row_is_none_for_a_change_set_and_the_other_way_round(at: Callable[..., Minside]) -> None:
    answer = http(b"200 OK", parts(OK_PART, set_of(OK_PART, OK_PART), set_of(OK_PART, status(b"400 Bad"))), MULTI)
    with peer(in_turn(answer)) as url:
        adapter = at(url).adapter(documents=with_lines())
        pair = activity("RCN-1", {}, {})
        answer = adapter.send([pair, activity("RCN-2"), activity("RCN-3", {}, {})])
    assert kinds(answer) == [Unknown, Unknown, Unknown]


ANSWERS = {
    b"204 No Content": Sent,
    b"400 Bad Request": Rejected,
    b"401 Unauthorized": NotApplied,
    b"412 Precondition Failed": Unknown,
    b"429 Too Many Requests": NotApplied,
    b"500 Internal Server Error": Unknown,
}


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(sorted(ANSWERS))), min_size=2, max_size=9))
def test_each_document_has_the_answer_that_stands_in_its_place(documents: list[tuple[int, bytes]]) -> None:
    """One that speaks for all of them apart: those are answers of the whole request."""
    if len({ANSWERS[code] for _, code in documents}) == 1:
        documents = [*documents, (1, b"204 No Content"), (1, b"400 Bad Request")]
    answers = [
        set_of(*[status(code, b"")] * rows) if rows > 1 and ANSWERS[code] is Sent else status(code, b"{}")
        for rows, code in documents
    ]
    with peer(in_turn(http(b"200 OK", parts(*answers), MULTI))) as url:
        minside = Minside(url)
        sent = [activity(f"RCN-{n}", *[{}] * rows) for n, (rows, _) in enumerate(documents)]
        answer = minside.adapter(documents=with_lines()).send(sent)
        minside.close()
    assert kinds(answer) == [ANSWERS[code] for _, code in documents]


def test_a_success_that_complains_is_open(at: Callable[..., Minside]) -> None:
    lying = status(b"200 OK", b'{"error": {"code": "0x1", "message": "not really"}}')
    with peer(in_turn(http(b"200 OK", parts(OK_PART, lying, OK_PART), MULTI))) as url:
        assert kinds(at(url).adapter().send(THREE)) == [Sent, Unknown, Sent]


def test_an_answer_of_more_than_twenty_million_bytes_is_not_read_to_its_end(at: Callable[..., Minside]) -> None:
    body = parts(OK_PART, OK_PART, status(b"200 OK", b"x" * 21_000_000))
    with peer(in_turn(http(b"200 OK", body, MULTI))) as url:
        answer = at(url).adapter().send(THREE)
    assert isinstance(answer, Unclear)
    assert answer.code == "answer-too-large"


def test_a_secret_that_comes_back_inside_a_part_is_taken_out(at: Callable[..., Minside]) -> None:
    said = b'{"error": {"code": "0x80048d19", "message": "Bearer eyJhbGciOiJub25lIn0.abc of ' + SECRET.encode() + b'"}}'
    with peer(in_turn(http(b"200 OK", parts(status(b"400 Bad Request", said), OK_PART), MULTI))) as url:
        answer = at(url).adapter().send(THREE[:2])
    assert answer.outcomes["RCN-1"].message == "•••••••• of ••••••••"


def in_turn(answer: bytes) -> Callable:
    """A token for whoever asks for one, else the answer."""

    def speak(link: Any) -> None:
        asked = read_request(link)
        link.sendall(TOKEN if b"/token" in asked.partition(b"\r\n")[0] else answer)

    return speak


# Lookups.


def test_what_was_sent_is_found_and_what_was_not_is_absent(dataverse: Dataverse, line: Adapter) -> None:
    line.send(THREE[:2])
    before = dataverse.books()["requests"]
    found = line.look_up([opened(reference) for reference in ("RCN-1", "RCN-2", "RCN-3")])
    assert dataverse.books()["requests"]["batches"] == before["batches"] + 1  # one question for all
    assert dataverse.books()["requests"]["requests"] == before["requests"] + 3
    assert found == Findings({name: Found("posted", (name,), "") for name in ("RCN-1", "RCN-2")})


def test_reads_that_lag_do_not_find_it_yet(dataverse: Dataverse, line: Adapter) -> None:
    dataverse.arm("hide_from_reads", times=1)
    line.send(ONE)
    assert line.look_up([opened("RCN-1")]) == Findings({})
    assert set(line.look_up([opened("RCN-1")]).found) == {"RCN-1"}


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"404 Not Found", b'{"error": {"code": "0x80060888", "message": "Resource not found for the segment"}}'),
        (b"404 Not Found", b'{"error": {"code": "", "message": "no"}}'),
        (b"404 Not Found", b"<html>no such page</html>"),
        (b"404 Not Found", b""),
        (b"200 OK", b"{}"),
        (b"200 OK", b'{"hlf_reference": "RCN-9"}'),
        (b"200 OK", b'{"value": []}'),
        (b"500 Error", b'{"error": {"code": "0x80060891", "message": "no"}}'),
        (b"302 Found", b"{}"),
    ],
)
def test_a_lookup_that_was_not_heard_proves_nothing(at: Callable[..., Minside], answer: bytes, content: bytes) -> None:
    with peer(in_turn(http(answer, content))) as url:
        assert isinstance(at(url).adapter().look_up([opened("RCN-1")]), LookupFailed)
    together = parts(status(answer, content), status(b"200 OK", b'{"hlf_reference": "RCN-2"}'))
    with peer(in_turn(http(b"200 OK", together, MULTI))) as url:
        assert isinstance(at(url).adapter().look_up([opened("RCN-1"), opened("RCN-2")]), LookupFailed)


@pytest.mark.parametrize(
    "answer",
    [
        parts(status(b"200 OK", b'{"hlf_reference": "RCN-1"}')),
        parts(status(b"200 OK", b'{"hlf_reference": "RCN-2"}'), status(b"200 OK", b'{"hlf_reference": "RCN-1"}')),
        parts(set_of(status(b"404 No", ABSENT), status(b"404 No", ABSENT)), status(b"404 No", ABSENT)),
        parts(status(b"404 No", ABSENT), status(b"404 No", ABSENT), end=b""),
        b"",
    ],
    ids=["fewer", "in another order", "a change set", "broken off", "empty"],
)
def test_questions_in_a_batch_that_were_not_heard_prove_nothing(at: Callable[..., Minside], answer: bytes) -> None:
    with peer(in_turn(http(b"200 OK", answer, MULTI))) as url:
        assert isinstance(at(url).adapter().look_up([opened("RCN-1"), opened("RCN-2")]), LookupFailed)


def test_questions_in_a_batch_that_are_told_to_wait_say_how_long(dataverse: Dataverse, line: Adapter) -> None:
    dataverse.arm("throttle", on="part", seconds=9)
    found = line.look_up([opened("RCN-1"), opened("RCN-2")])
    assert isinstance(found, LookupFailed)
    assert isinstance(found.answer, Wait)
    assert found.answer.pause_s == 9.0


LIST = {
    "name": "by-list",
    "path": "/api/data/v9.2/{table}?$filter=startswith(hlf_reference,'{reference}')&$select=hlf_kind,hlf_reference",
    "items": "value",
    "key": "hlf_kind",
    "id": "hlf_reference",
    "proves": "posted",
}


def listed(**change: Any) -> dict[str, Any]:
    """The type with a lookup that gives a list."""
    documents = declared()["documents"]
    documents["activity"]["create"]["lookups"] = [{**LIST, **change}]
    return documents


def test_a_list_is_followed_from_page_to_page(dataverse: Dataverse, at: Callable[..., Minside]) -> None:
    adapter = at(dataverse.base).adapter(documents=listed())
    for start in range(0, 550, 50):
        adapter.send([activity(f"RCN-7-{n}", hlf_kind="RCN-7") for n in range(start, start + 50)])
    before = dataverse.books()["requests"]["requests"]
    found = adapter.look_up([opened("RCN-7"), opened("RCN-8")])
    assert len(found.found["RCN-7"].target_ids) == 550
    assert set(found.found) == {"RCN-7"}
    assert dataverse.books()["requests"]["requests"] - before == 3


@pytest.mark.parametrize(
    "link",
    [
        "{url}/api/data/v9.2/x?page={page}",
        "https://elsewhere.example/api",
        "/relative",
        7,
        "{url}.example/api/data/v9.2/x",
        "{url}/api/data/v9.2/x",
    ],
)
def test_a_list_that_goes_on_elsewhere_or_for_ever_proves_nothing(at: Callable[..., Minside], link: Any) -> None:
    asked: list[bytes] = []

    def speak(conversation: Any) -> None:
        asked.append(read_request(conversation).partition(b"\r\n")[0])
        written = to_json(link).replace("{url}", url).replace("{page}", str(len(asked))).encode()
        row = b'{"hlf_kind": "RCN-1", "hlf_reference": "RCN-%d"}' % len(asked)
        body = b'{"value": [' + row + b'], "@odata.nextLink": ' + written + b"}"
        conversation.sendall(TOKEN if b"/token" in asked[-1] else http(b"200 OK", body))

    with peer(speak) as url:
        found = at(url).adapter(documents=listed()).look_up([opened("RCN-1")])
    assert isinstance(found, LookupFailed)
    assert len([each for each in asked if b"/token" not in each]) <= (MOST if "{page}" in str(link) else 2)


def test_a_list_goes_on_as_the_type_declares_it(at: Callable[..., Minside]) -> None:
    asked: list[bytes] = []

    def speak(conversation: Any) -> None:
        asked.append(read_request(conversation).partition(b" HTTP")[0])
        token = b"/token" in asked[-1]
        rows = b"" if b"page=3" in asked[-1] else b'{"hlf_kind": "RCN-1", "hlf_reference": "RCN-%d"}' % len(asked)
        conversation.sendall(TOKEN if token else http(b"200 OK", b'{"value": [%s]}' % rows))

    with peer(speak) as url:
        documents = listed(pages={"by": "page", "parameter": "page"})
        found = at(url).adapter(documents=documents).look_up([opened("RCN-1")])
    assert isinstance(found, Findings)
    assert len(found.found["RCN-1"].target_ids) == 2
    assert [each.rpartition(b"&page=")[2] for each in asked if b"/token" not in each] == [b"1", b"2", b"3"]


def test_a_link_to_a_place_below_the_same_origin_is_followed(at: Callable[..., Minside]) -> None:
    asked: list[bytes] = []

    def speak(conversation: Any) -> None:
        asked.append(read_request(conversation).partition(b"\r\n")[0])
        more = b"" if b"/more" in asked[-1] else b', "@odata.nextLink": "more?$skiptoken=2"'
        body = b'{"value": [{"hlf_kind": "RCN-1", "hlf_reference": "RCN-%d"}]%s}' % (len(asked), more)
        conversation.sendall(TOKEN if b"/token" in asked[-1] else http(b"200 OK", body))

    with peer(speak) as url:
        found = at(url).adapter(documents=listed()).look_up([opened("RCN-1")])
    assert isinstance(found, Findings)
    assert asked[-1].startswith(b"GET /api/data/v9.2/more?$skiptoken=2 ")


def test_a_list_of_others_was_not_heard(at: Callable[..., Minside]) -> None:
    body = b'{"value": [{"hlf_kind": "RCN-9", "hlf_reference": "RCN-9"}]}'
    with peer(in_turn(http(b"200 OK", body))) as url:
        assert isinstance(at(url).adapter(documents=listed()).look_up([opened("RCN-1")]), LookupFailed)


# Numbers, and the manifest.


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_a_number_keeps_its_own_digits(number: Decimal) -> None:
    assert json.loads(to_json({"a": [number, 7, True, None, "x"]}), parse_float=Decimal)["a"][0] == number


def test_amounts_leave_as_numbers(dataverse: Dataverse, at: Callable[..., Minside]) -> None:
    minside = at(dataverse.base)
    minside.settings |= {"table": "hlf_expenseclaims"}
    claim = activity("RCN-1")
    fields = {"hlf_reference": "RCN-1", "hlf_membernumber": "V1", "hlf_date": "2026-03-02", "hlf_kind": "Reise",
              "hlf_amount": "452.50"}  # fmt: skip
    claim.payload["lines"][0]["fields"] = fields  # type: ignore[index]
    adapter = minside.adapter("expense_claim")
    assert kinds(adapter.send([claim])) == [Sent]
    assert dataverse.books()["records"][0]["values"]["hlf_amount"] == 452.5
    assert adapter.look_up([opened("RCN-1")]) == Findings({"RCN-1": Found("posted", ("RCN-1",), "452.5")})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protocol": "rest"}, "the protocol rest has no `together`"),
        ({"documents": with_lines(together=None)}, "a call without a list of `documents` carries one"),
        ({"test": {"path": "/x", "blames": [{"code": "1", "who": "a"}]}}, "come together"),
        (
            {"test": {"steps": [{"path": "/x"}], "finds": [{"label": {"en": "a", "nb": "a"}, "text": "b"}]}},
            "in the step",
        ),
        ({"test": {"steps": []}}, "at least 1"),
        ({"documents": with_lines(headers={})}, "overwrites what a person corrected"),
        ({"documents": with_lines(headers={"If-Match": "*"})}, "overwrites what a person corrected"),
        ({"documents": with_lines(method="PUT", headers={"if-none-match": "W/7"})}, "a PUT overwrites"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        IntegrationType.model_validate({**declared(), **change})


def test_a_document_of_several_lines_needs_a_change_set() -> None:
    documents = with_lines(together=None)
    documents["activity"]["create"]["batch"] = {"documents": "1", "nodes": "9"}
    documents["expense_claim"]["create"]["batch"] = {"documents": "1", "nodes": "1"}
    with pytest.raises(ValueError, match="several lines of a document only `together`"):
        IntegrationType.model_validate({**declared(), "documents": documents})
