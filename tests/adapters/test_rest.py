"""The rest protocol against a real register: every shape of a call and of an answer, and lookups.

What a bare status means is tried for every protocol in `contracts/systems/test_outcomes.py`.
"""

import json
from collections.abc import Callable

import pytest
from parts.clubhouse import Clubhouse, opened, outgoing
from parts.hostile import hears, peer
from parts.simulator import Simulator

from reconciler.runs.outcome import (
    CredentialRefused,
    Findings,
    Found,
    LookupFailed,
    NotApplied,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Unclear,
    Unknown,
    Wait,
)
from reconciler.vaults.secret import Secret

THREE = [outgoing(f"R-{number}") for number in (1, 2, 3)]
ONE = [outgoing("R-1")]


def booked(register: Simulator) -> list[tuple[str, int]]:
    return [(row["reference"], row["times"]) for row in register.books()["records"]]


def kinds(answer: object) -> dict[str, type]:
    assert isinstance(answer, Settled), answer
    return {reference: type(outcome) for reference, outcome in answer.outcomes.items()}


# What succeeds.


def test_a_batch_is_sent_and_every_document_has_the_id_that_it_got(club: Clubhouse, register: Simulator) -> None:
    answer = club.adapter().send(THREE)
    assert answer == Settled({"R-1": Sent(("40001",)), "R-2": Sent(("40002",)), "R-3": Sent(("40003",))})
    assert booked(register) == [("R-1", 1), ("R-2", 1), ("R-3", 1)]
    row = register.books()["records"][0]
    assert row["body"] == {"reference": "R-1", "date": "2026-03-02", "amount": "12.50"}


@pytest.mark.parametrize("document", ["key", "post"])
def test_one_document_is_sent_under_its_key(club: Clubhouse, register: Simulator, document: str) -> None:
    line = club.adapter(document)
    assert line.send(ONE) == Settled({"R-1": Sent(("40001",))})
    assert line.send(ONE) == Settled({"R-1": Sent(("40001",))})
    assert [reference for reference, _ in booked(register)] == ["R-1"]


def test_a_documents_lines_become_a_list_where_the_type_says_so(club: Clubhouse, register: Simulator) -> None:
    club.adapter("post").send([outgoing("R-1", {"amount": "1.00"}, {"amount": "2.00"})])
    assert register.books()["records"][0]["body"] == {
        "reference": "R-1",
        "lines": [{"amount": "1.00"}, {"amount": "2.00"}],
    }


def test_settings_and_references_are_quoted_on_their_way_into_an_address(
    at: Callable[..., Clubhouse], register: Simulator
) -> None:
    club = at(register.base + "/", settings={"club": "970906513"})
    assert club.adapter("key").send([outgoing("R 1?x=1&y#z%æ")]) == Settled({"R 1?x=1&y#z%æ": Sent(("40001",))})
    assert booked(register) == [("R 1?x=1&y#z%æ", 1)]


# What is refused for good.


def test_each_document_of_a_batch_has_its_own_refusal_with_field_and_code(club: Clubhouse, register: Simulator) -> None:
    bad = outgoing("R-2", {"date": "2.3.2026"})
    answer = club.adapter().send([THREE[0], bad, THREE[2]])
    assert kinds(answer) == {"R-1": Sent, "R-2": Rejected, "R-3": Sent}
    assert answer.outcomes["R-2"] == Rejected("date: '2.3.2026' is no day as YYYY-MM-DD", "INVALID_VALUE", "date", "")
    assert [reference for reference, _ in booked(register)] == ["R-1", "R-3"]


@pytest.mark.parametrize(
    ("shape", "code", "field", "message"),
    [
        ("problem", "INVALID_VALUE", "amount", "'many' is no number"),
        ("error", "INVALID_VALUE", "", "lines.amount: 'many' is no number"),
        ("errors", "http-400", "amount", "'many' is no number"),
    ],
)
@pytest.mark.parametrize("document", ["post"])
def test_a_refusal_is_understood_in_all_its_shapes(
    club: Clubhouse, register: Simulator, document: str, shape: str, code: str, field: str, message: str
) -> None:
    register.control("/_faults", {"shape": shape})
    answer = club.adapter(document).send([outgoing("R-1", {"amount": "many"})])
    assert answer == RequestRefused(Rejected(message, code, field, ""))
    assert booked(register) == []


def test_a_rule_of_the_type_finds_field_and_value_in_a_message(club: Clubhouse, register: Simulator) -> None:
    register.control("/_faults", {"shape": "error"})
    rule = {"message": r"^(?:lines\.)?(?P<field>\w+): '(?P<value>.*)' is no number$", "means": "rejected"}
    answer = club.adapter("post", responses=[rule]).send([outgoing("R-1", {"amount": "many"})])
    assert answer == RequestRefused(Rejected("lines.amount: 'many' is no number", "INVALID_VALUE", "amount", "many"))


@pytest.mark.parametrize("status", [400, 406, 409, 413, 418, 422, 451])
def test_a_refusal_without_a_rule_is_the_requests_own(club: Clubhouse, register: Simulator, status: int) -> None:
    register.arm("refuse", status=status)
    answer = club.adapter().send(THREE)
    assert isinstance(answer, RequestRefused), answer
    assert booked(register) == []


def test_the_fields_of_an_object_of_errors_are_found(at: Callable[..., Clubhouse]) -> None:
    body = b'{"title": "Invalid", "status": 400, "errors": {"records[1].amount": ["no number"], "b": ["c"]}}'
    with peer(hears(_http(b"400 Bad Request", body))) as url:
        answer = at(url).adapter().send(THREE)
    assert answer == RequestRefused(Rejected("['no number']", "http-400", "amount", ""))


# What did not happen, and is at no record's expense.


@pytest.mark.parametrize(("form", "pause"), [("seconds", 7.0), ("date", 7.0), ("none", 5.0)])
def test_being_throttled_is_waited_for_as_long_as_the_system_says(
    club: Clubhouse, register: Simulator, form: str, pause: float
) -> None:
    register.arm("throttle", seconds=7, form=form)
    answer = club.adapter().send(THREE)
    assert isinstance(answer, Wait)
    assert answer.pause_s == pytest.approx(pause, abs=1.1)
    assert booked(register) == []


def test_a_503_may_have_happened_unless_the_type_says_otherwise(club: Clubhouse, register: Simulator) -> None:
    register.arm("maintenance", times=2)
    assert isinstance(club.adapter().send(THREE), Unclear)
    rule = {"status": ["503"], "means": "wait", "pause": "30s"}
    assert club.adapter(responses=[rule]).send(THREE) == Wait("HTTP 503", "http-503", 30.0)


# What may have happened.


@pytest.mark.parametrize("fault", ["lose_response_before_commit", "lose_response_after_commit", "error_in_200"])
@pytest.mark.parametrize("document", ["visit", "key", "post"])
def test_a_lost_answer_or_an_error_in_a_success_leaves_it_open(
    club: Clubhouse, register: Simulator, fault: str, document: str
) -> None:
    register.arm(fault)
    assert isinstance(club.adapter(document).send(ONE), Unclear)


@pytest.mark.parametrize("fault", ["garbage", "html"])
@pytest.mark.parametrize("document", ["visit", "key"])
def test_a_success_that_cannot_be_read_leaves_it_open(
    club: Clubhouse, register: Simulator, fault: str, document: str
) -> None:
    register.arm(fault)
    assert kinds(club.adapter(document).send(ONE)) == {"R-1": Unknown}
    assert booked(register) == [("R-1", 1)]


# What is there already is compared, never taken for a success.


def test_a_duplicate_in_a_batch_is_to_be_compared(club: Clubhouse, register: Simulator) -> None:
    line = club.adapter()
    line.send(ONE)
    assert line.send(THREE).outcomes["R-1"] == Unknown("it is there already", "exists")


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}])
def test_a_key_that_is_taken_is_to_be_compared(club: Clubhouse, register: Simulator, headers: dict) -> None:
    line = club.adapter("key", **_with_headers(headers))
    line.send(ONE)
    answer = line.send([outgoing("R-1", {"date": "2026-03-03"})])
    assert isinstance(answer, Settled)
    assert answer.outcomes["R-1"].code == "exists"
    assert booked(register) == [("R-1", 1)]


def test_an_idempotency_key_with_another_body_is_to_be_compared_where_the_type_knows_the_code(
    club: Clubhouse, register: Simulator
) -> None:
    line = club.adapter("post", responses=[{"code": "KEY_REUSED", "means": "exists"}])
    register.control("/_faults", {"shape": "error"})
    line.send(ONE)
    answer = line.send([outgoing("R-1", {"date": "2026-03-03"})])
    assert answer == Settled({"R-1": Unknown("the idempotency key was used for another body", "exists")})


# A list of results is believed only where it is about what was sent.

RESULTS = {
    "doubled": [("R-1", "created", "1"), ("R-1", "created", "2"), ("R-2", "created", "3"), ("R-3", "created", "4")],
    "foreign": [("R-1", "created", "1"), ("R-2", "created", "2"), ("R-3", "created", "3"), ("R-4", "created", "4")],
    "none": [],
    "words": "yes",
    "nulls": [None, 7, "R-1"],
    "no ids": [("R-1", "created", ""), ("R-2", "created", None), ("R-3", "created", {})],
    "other words": [("R-1", "CREATED", "1"), ("R-2", "", "2"), ("R-3", None, "3")],
}


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("status", [b"200 OK", b"207 Multi-Status"])
def test_results_that_do_not_fit_leave_all_open(at: Callable[..., Clubhouse], name: str, status: bytes) -> None:
    given = RESULTS[name]
    if isinstance(given, list):
        given = [dict(zip(("ref", "status", "id"), each, strict=True)) if isinstance(each, tuple) else each
                 for each in given]  # fmt: skip
    with peer(hears(_http(status, json.dumps({"results": given}).encode()))) as url:
        answer = at(url).adapter().send(THREE)
    assert kinds(answer) == dict.fromkeys(("R-1", "R-2", "R-3"), Unknown)


def test_results_can_say_that_nothing_was_done(at: Callable[..., Clubhouse]) -> None:
    results = b'{"results":[{"ref":"R-1","status":"later","message":"busy","code":7}]}'
    with peer(hears(_http(b"200 OK", results))) as url:
        club = at(url)
        means = club.adapter("visit", **_means(later="not_applied"))
        assert means.send(ONE) == Settled({"R-1": NotApplied("busy", "7")})


def test_a_records_own_title_and_status_are_no_complaint(at: Callable[..., Clubhouse]) -> None:
    with peer(hears(_http(b"201 Created", b'{"id": 7, "title": "Bowling", "status": 1}'))) as url:
        assert at(url).adapter("post").send(ONE) == Settled({"R-1": Sent(("7",))})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (17, RequestRefused(Rejected("result.code: 17", "17", "", ""))),
        ("LATER", Wait("result.code: LATER", "LATER", 30.0)),
        ("bad amount 9", RequestRefused(Rejected("result.code: bad amount 9", "bad amount 9", "amount", "9"))),
        ("OK", Settled({"R-1": Sent(("7",))})),
    ],
)
def test_a_rule_can_look_into_a_body_that_says_no_and_calls_itself_a_success(
    at: Callable[..., Clubhouse], said: object, meant: object
) -> None:
    body = json.dumps({"id": 7, "result": {"code": said}}).encode()
    rules = [
        {"path": "result.code", "code": "17", "means": "rejected"},
        {"path": "result.code", "code": "LATER", "means": "wait", "pause": "30s"},
        {"path": "result.code", "message": "^bad (?P<field>[a-z]+) (?P<value>[0-9]+)$", "means": "rejected"},
    ]
    with peer(hears(_http(b"200 OK", body))) as url:
        assert at(url).adapter("post", responses=rules).send(ONE) == meant


# Lookups.


@pytest.mark.parametrize("document", ["visit", "key", "post"])
def test_what_was_sent_is_found_again_and_what_was_not_is_absent(
    club: Clubhouse, register: Simulator, document: str
) -> None:
    line = club.adapter(document)
    line.send(ONE)
    proves = "posted" if document == "key" else "sent"
    amount = "" if document == "post" else "12.50"
    if document == "post":
        line = club.adapter(document, **_without_amount())
    found = line.look_up([opened("R-1"), opened("R-2")])
    assert found == Findings({"R-1": Found(proves, ("40001",), amount)})


def test_reads_that_lag_do_not_find_it_yet(club: Clubhouse, register: Simulator) -> None:
    line = club.adapter()
    register.arm("hide_from_reads", times=1)
    line.send(ONE)
    assert line.look_up([opened("R-1")]) == Findings({})
    assert line.look_up([opened("R-1")]) == Findings({"R-1": Found("sent", ("40001",), "12.50")})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (b"200 OK", b""),
        (b"200 OK", b"<html>"),
        (b"200 OK", b"{}"),
        (b"200 OK", b'{"items": null}'),
        (b"200 OK", b'{"items": "none"}'),
        (b"200 OK", b'{"items": [], "error": {"code": "x"}}'),
        (b"200 OK", b'{"items": [null]}'),
        (b"200 OK", b'{"items": [{"reference": "R-9", "id": "1", "amount": "1"}]}'),
        (b"200 OK", b'{"items": [{"reference": "R-1", "id": "", "amount": "1"}]}'),
        (b"200 OK", b'{"items": [{"reference": "R-1", "id": "1", "amount": "NaN"}]}'),
        (b"200 OK", b'{"items": [{"reference": "R-1", "id": "1"}]}'),
        (b"302 Found", b'{"items": []}'),
        (b"401 Unauthorized", b'{"items": []}'),
        (b"404 Not Found", b"<html>no such page</html>"),
        (b"404 Not Found", b'{"message": "no route matched"}'),
        (b"404 Not Found", b""),
        (b"500 Error", b'{"items": []}'),
    ],
)
@pytest.mark.parametrize("document", ["visit", "key"])
def test_a_lookup_that_cannot_be_read_whole_proves_nothing(
    at: Callable[..., Clubhouse], document: str, status: bytes, body: bytes
) -> None:
    with peer(hears(_http(status, body))) as url:
        assert isinstance(at(url).adapter(document).look_up([opened("R-1")]), LookupFailed)


def test_a_404_is_absence_where_the_connection_test_passes_at_the_same_address(
    club: Clubhouse, register: Simulator
) -> None:
    assert club.adapter("key").look_up([opened("R-1")]) == Findings({})
    club.settings = {"club": "111111111"}
    assert isinstance(club.adapter("key").look_up([opened("R-1")]), LookupFailed)


def test_a_place_can_be_asked_by_the_target_id(club: Clubhouse, register: Simulator) -> None:
    line = club.adapter("visit", **_by_id())
    line.send(THREE)
    asked = [opened("R-1", "40001"), opened("R-2"), opened("R-9", "49999")]
    found = line.look_up(asked)
    assert found == Findings(
        {
            "R-1": Found("rejected_late", ("40001",), "", "2026-03-02"),
            "R-2": Found("rejected_late", ("40002",), "", "2026-03-02"),
        }
    )


@pytest.mark.parametrize("fault", ["maintenance", "throttle", "reject_credential"])
def test_a_lookup_that_is_not_answered_proves_nothing(club: Clubhouse, register: Simulator, fault: str) -> None:
    register.arm(fault)
    assert isinstance(club.adapter().look_up([opened("R-1")]), LookupFailed)
    register.control("/_faults", {"clear": True})


# Who asks.


@pytest.mark.parametrize(
    ("auth", "credentials", "secret"),
    [
        ({"scheme": "header", "header": "Authorization", "format": "Bearer {key}"}, "key", "K3y-of-the-register"),
        ({"scheme": "basic", "username": "name", "password": "key"}, "key", "Pa55word-of-the-user"),
        ({"scheme": "oauth2", "token_url": "https://idp.example/oauth2/token", "client_id": "name",
          "client_secret": "key"}, "key", "S3cret-of-the-client"),
        ({"scheme": "oauth2", "discovery": "https://idp.example/.well-known/openid-configuration",
          "client_id": "name", "client_secret": "key", "client": "basic"}, "key", "S3cret-of-the-client"),
    ],
    ids=["bearer", "basic", "client-post", "client-basic-discovery"],
)  # fmt: skip
def test_every_way_to_log_in_works_and_a_wrong_credential_is_named_as_the_culprit(
    at: Callable[..., Clubhouse], register: Simulator, auth: dict, credentials: str, secret: str
) -> None:
    change = {"auth": auth, "credentials": {name: {"en": name, "nb": name} for name in ("name", "key")}}
    good = at(register.base, secret=Secret({"name": "app", "key": secret}))
    verdict = good.adapter(**change).test()
    assert verdict.ok, verdict
    assert verdict.found == {"Members": ("Norges Handikapforbund: 14211",)}
    assert kinds(good.adapter(**change).send(ONE)) == {"R-1": Sent}
    bad = at(register.base, secret=Secret({"name": "app", "key": f"{secret}-not"}))
    verdict = bad.adapter(**change).test()
    assert (verdict.ok, verdict.fault) == (False, "credential")
    assert isinstance(bad.adapter(**change).send(ONE), CredentialRefused)


def test_a_credential_for_another_place_is_refused_by_the_setting(club: Clubhouse, register: Simulator) -> None:
    club.settings = {"club": "111111111"}
    verdict = club.adapter().test()
    assert (verdict.ok, verdict.fault) == (False, "club")


def _http(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def _documents(name: str) -> tuple[dict, dict]:
    from parts.clubhouse import declared

    documents = declared()["documents"]
    return documents, documents[name]["create"]


def _with_headers(headers: dict) -> dict:
    documents, create = _documents("key")
    create["call"] = {**create["call"], "headers": headers}
    return {"documents": documents}


def _means(**more: str) -> dict:
    documents, create = _documents("visit")
    create["call"]["results"]["means"].update(more)
    return {"documents": documents}


def _without_amount() -> dict:
    documents, create = _documents("post")
    create["lookups"] = [{key: value for key, value in create["lookups"][0].items() if key != "amount"}]
    return {"documents": documents}


def _by_id() -> dict:
    documents, create = _documents("visit")
    late = {"name": "late", "path": "/visits/{target_id}", "by": "target_id", "key": "id", "id": "id"}
    create["lookups"] = [*create["lookups"], {**late, "message": "date", "proves": "rejected_late"}]
    return {"documents": documents}
