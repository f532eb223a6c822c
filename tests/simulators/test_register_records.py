"""What the register does with records: batches, one under our key, one posted, reads; and how it says no."""

import httpx
import pytest

GOOD = {"date": "2026-03-02", "hours": "2.5", "actNo": "1007"}


def record(reference: str, **more: object) -> dict[str, object]:
    return {"reference": reference, **GOOD, **more}


def test_the_status_names_the_organisation_and_counts_its_members(register):
    found = register.get("/status").json()
    assert found == {"organization": {"name": "Norges Handikapforbund", "number": "970906513"}, "members": 14211}


def test_a_batch_is_judged_record_by_record(register):
    answer = register.batch(record("R-1"), record("R-2", date="2.3.2026"), record("R-3"))
    assert answer.status_code == 207
    assert answer.json() == {
        "results": [
            {"ref": "R-1", "id": "40001", "status": "created"},
            {
                "ref": "R-2",
                "status": "error",
                "code": "INVALID_VALUE",
                "message": "date: '2.3.2026' is no day as YYYY-MM-DD",
                "field": "date",
            },
            {"ref": "R-3", "id": "40002", "status": "created"},
        ]
    }
    assert register.booked() == [("R-1", 1), ("R-3", 1)]


def test_a_batch_without_mistakes_is_a_200_and_again_all_duplicates(register):
    assert register.batch(record("R-1"), record("R-2")).status_code == 200
    again = register.batch(record("R-1"), record("R-2", hours="9"))
    assert again.status_code == 200
    assert [(each["id"], each["status"]) for each in again.json()["results"]] == [
        ("40001", "duplicate"),
        ("40002", "duplicate"),
    ]
    assert register.booked() == [("R-1", 2), ("R-2", 2)]
    assert register.get("/activities/R-2").json()["hours"] == "2.5"


def test_a_register_may_update_what_is_there_already(open_register):
    register = open_register("--on-duplicate", "update")
    register.batch(record("R-1"))
    assert register.batch(record("R-1", hours="9")).json()["results"][0]["status"] == "updated"
    assert register.get("/activities/R-1").json()["hours"] == "9"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'{"records": [{"reference": "R"}]}', 400),
        (b'{"batchReference": "B", "records": []}', 400),
        (b'{"batchReference": "B", "records": ["R"]}', 400),
        (b'{"batchReference": "B", "records": [' + b",".join([b"{}"] * 501) + b"]}", 413),
    ],
)
def test_a_batch_that_is_none_is_refused_whole(register, body, status):
    answer = register.client.post(f"{register.base}/activities/batch", content=body)
    assert answer.status_code == status
    assert register.booked() == []


def test_a_batch_may_be_all_or_nothing_and_then_does_not_say_which_record_was_bad(open_register):
    register = open_register("--atomic")
    answer = register.batch(record("R-1"), record("R-2", hours="many"))
    assert answer.status_code == 422
    assert "R-2" not in answer.text
    assert register.booked() == []
    assert register.batch(record("R-1"), record("R-2")).status_code == 200


@pytest.mark.parametrize(
    ("shape", "status", "body"),
    [
        (
            "problem",
            422,
            {
                "type": "https://register.example/problems/invalid-value",
                "title": "Invalid value",
                "status": 422,
                "detail": "hours: 'many' is no number",
                "errors": [{"detail": "'many' is no number", "pointer": "#/hours", "code": "INVALID_VALUE"}],
            },
        ),
        ("error", 400, {"error": {"code": "INVALID_VALUE", "message": "hours: 'many' is no number"}}),
        ("errors", 400, {"errors": [{"field": "hours", "message": "'many' is no number"}]}),
    ],
)
def test_a_refusal_is_written_in_the_shape_that_was_asked_for(register, shape, status, body):
    register.control("/_faults", {"shape": shape})
    answer = register.post(record("R-1", hours="many"))
    assert (answer.status_code, answer.json()) == (status, body)
    media = "application/problem+json" if shape == "problem" else "application/json"
    assert answer.headers["content-type"] == media


def test_a_put_creates_and_only_creates(register):
    first = register.put("R-1", GOOD)
    assert (first.status_code, first.json()) == (201, {"id": "40001"})
    assert (register.put("R-1", GOOD).status_code, register.put("R-1", GOOD).json()) == (200, {"id": "40001"})
    assert register.put("R-1", {**GOOD, "hours": "9"}).status_code == 409
    assert register.put("R-1", GOOD, **{"If-None-Match": "*"}).status_code == 412
    assert register.booked() == [("R-1", 3)]


def test_an_idempotency_key_remembers_its_answer_until_it_is_forgotten(register):
    key = {"Idempotency-Key": "R-1"}
    first, again = (register.post(record("R-1"), headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"id": "40001"})
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert register.post(record("R-1", hours="9"), headers=key).status_code == 422
    assert register.booked() == [("R-1", 1)]
    register.control("/_faults", {"forget_keys": True})
    assert register.post(record("R-1"), headers=key).json() == {"id": "40002"}


def test_a_batch_that_refuses_nothing_is_remembered_under_its_key(register):
    key = {"Idempotency-Key": "B-1"}
    first, again = (register.batch(record("R-1"), record("R-2"), headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert [each["status"] for each in again.json()["results"]] == ["created", "created"]
    assert register.batch(record("R-1"), headers=key).status_code == 422
    assert register.booked() == [("R-1", 1), ("R-2", 1)]
    mended = {"Idempotency-Key": "B-2"}
    assert register.batch(record("R-3", hours="many"), headers=mended).status_code == 207
    assert register.batch(record("R-3"), headers=mended).status_code == 200


def test_a_key_lives_as_long_as_the_register_was_told(open_register):
    register = open_register("--key-life", "0")
    answers = [register.post(record("R-1"), headers={"Idempotency-Key": "K-1"}) for _ in range(2)]
    assert [each.json()["id"] for each in answers] == ["40001", "40002"]


def test_a_refused_post_is_not_remembered_under_its_key(register):
    key = {"Idempotency-Key": "R-1"}
    assert register.post(record("R-1", hours="many"), headers=key).status_code == 422
    assert register.post(record("R-1"), headers=key).status_code == 201


def test_without_a_key_a_post_that_comes_twice_stands_there_twice(register):
    for _ in range(2):
        answer = register.post(record("R-1"))
        assert answer.headers["location"].startswith("/activities/4000")
    found = register.get("/activities?reference=R-1").json()["items"]
    assert [each["id"] for each in found] == ["40001", "40002"]


def test_reads_find_by_reference_and_by_id_within_a_collection(register):
    register.put("R-1", GOOD)
    whole = register.get("/activities/R-1").json()
    assert {**GOOD, "id": "40001", "reference": "R-1"}.items() <= whole.items()
    assert register.get("/activities/40001").json() == whole
    assert register.get("/activities?reference=R-1").json() == register.get("/activities").json() == {"items": [whole]}
    assert register.get("/activities?reference=R-2").json() == {"items": []}
    for absent in ("/activities/R-2", "/claims/R-1", "/claims/40001", "/activities/99999"):
        assert register.get(absent).status_code == 404


def test_a_test_can_have_values_refused_and_fields_required(register):
    register.control("/_refuse", {"field": "actNo", "value": "9999", "code": "UNKNOWN_MEMBER"})
    register.control("/_refuse", {"field": "lines.text", "message": "is missing"})
    line = {"lines": [{"text": "Bowling", "actNo": "1"}]}
    results = register.batch(
        record("R-1", **line), record("R-2", actNo="9999", **line), record("R-3"), {**GOOD}
    ).json()["results"]
    assert [(each["ref"], each.get("code", ""), each.get("message", "")) for each in results] == [
        ("R-1", "", ""),
        ("R-2", "UNKNOWN_MEMBER", "actNo: '9999' is not known"),
        ("R-3", "INVALID_VALUE", "lines.text: is missing"),
        ("", "REFERENCE_MISSING", "reference: is required: letters, digits, dot, underscore, hyphen"),
    ]
    assert register.control("/_refuse", {"clear": True}) == {"rules": []}


def test_the_page_shows_what_arrived_and_lets_nothing_of_it_become_markup(register):
    assert "Nothing has arrived yet." in register.get("/").text
    register.put("R-1", {"note": "<script>alert(1)</script>"})
    page = register.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "R-1" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("name", ["rest", "cornerstone", "consio"])
def test_it_stands_for_every_type_of_its_kind(name):
    from parts.simulator import Simulator

    simulator = Simulator(name, "--token", "K3y")
    answer = httpx.get(f"{simulator.base}/status", headers={"X-API-Key": "K3y"}, trust_env=False, verify=False)
    assert answer.status_code == 200
    assert simulator.stop() == (0, "")


def test_a_list_comes_in_pages_that_lead_on_in_four_ways(register):
    for number in range(5):
        register.post(record(f"R-{number}"))
    first = register.get("/activities?limit=2")
    body = first.json()
    assert [each["id"] for each in body["items"]] == ["40001", "40002"]
    assert (body["next"], body["pages"]) == ("40002", 3)
    second = register.client.get(body["@odata.nextLink"]).json()
    assert first.links["next"]["url"] == body["@odata.nextLink"]
    assert [each["id"] for each in second["items"]] == ["40003", "40004"]
    for path in ("/activities?limit=2&after=40002", "/activities?limit=2&page=2"):
        assert register.get(path).json() == second
    last = register.get("/activities?limit=2&page=3")
    assert [each["id"] for each in last.json()["items"]] == ["40005"]
    assert last.json()["next"] is None
    assert "link" not in last.headers
    assert register.get("/activities?limit=2&page=4").json()["items"] == []
    for wrong in ("limit=0", "limit=x", "page=0", "after=x", "page=-1"):
        assert register.get(f"/activities?{wrong}").status_code == 400


def test_a_long_list_comes_in_pages_even_if_nobody_asks(register):
    register.batch(*[record(f"R-{number}") for number in range(120)])
    found = register.get("/activities").json()
    assert (len(found["items"]), found["pages"]) == (100, 2)
    assert len(register.client.get(found["@odata.nextLink"]).json()["items"]) == 20


def test_a_stuck_list_shows_its_first_page_until_it_is_cleared(register):
    register.batch(*[record(f"R-{number}") for number in range(3)])
    register.arm("stuck_page")
    for path in ("limit=1", "limit=1&after=40001", "limit=1&page=3"):
        assert [each["id"] for each in register.get(f"/activities?{path}").json()["items"]] == ["40001"]
