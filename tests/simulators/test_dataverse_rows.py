"""Rows under keys, exactly as the vendor's table of conditions has it (research/external-systems.md 2.3), and reads."""

import re

import pytest
from parts.dataverse import Dataverse

ROW = {"hlf_kind": "Samtale", "hlf_date": "2026-03-02", "hlf_minutes": 45}
KEYED = "hlf_activities(hlf_reference='RCN-1')"
BY_ID = "hlf_activities(11111111-2222-3333-4444-555555555555)"


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.content else ""


@pytest.mark.parametrize("path", [KEYED, BY_ID])
@pytest.mark.parametrize(
    ("headers", "there", "missing"),
    [
        ({}, (204, ""), (204, "")),
        ({"Prefer": "return=representation"}, 200, 201),
        ({"If-Match": "*"}, (204, ""), (404, "0x80060891")),
        ({"If-None-Match": "*"}, (412, "0x80040237"), (204, "")),
        ({"If-Match": 'W/"1"'}, (412, "0x80060882"), (404, "0x80060891")),
    ],
)
def test_each_condition_means_what_the_table_says(
    dataverse: Dataverse, path: str, headers: dict, there: object, missing: object
) -> None:
    first = dataverse.ask("PATCH", path, ROW, **headers)
    if path == BY_ID and missing == (404, "0x80060891"):
        missing = (404, "0x80040217")
    assert (first.status_code if isinstance(missing, int) else code_of(first)) == missing
    dataverse.reset()
    assert dataverse.ask("PATCH", path, ROW).status_code == 204
    second = dataverse.ask("PATCH", path, {"hlf_minutes": 60}, **headers)
    assert (second.status_code if isinstance(there, int) else code_of(second)) == there
    minutes = dataverse.ask("GET", path).json()["hlf_minutes"]
    assert minutes == (60 if second.status_code < 300 else 45)


def test_a_write_says_where_the_row_is_and_has_no_body(dataverse: Dataverse) -> None:
    answer = dataverse.ask("PATCH", KEYED, ROW)
    assert (answer.status_code, answer.content) == (204, b"")
    assert re.fullmatch(
        rf"{dataverse.base}/api/data/v9\.2/hlf_activities\([0-9a-f-]{{36}}\)", answer.headers["OData-EntityId"]
    )
    found = dataverse.client.get(answer.headers["OData-EntityId"]).json()
    assert (found["hlf_reference"], found["hlf_minutes"]) == ("RCN-1", 45)


def test_versions_grow_with_every_write_and_a_fitting_one_lets_it_through(dataverse: Dataverse) -> None:
    dataverse.ask("PATCH", KEYED, ROW)
    before = dataverse.ask("GET", KEYED)
    tag = before.headers["ETag"]
    assert re.fullmatch(r'W/"\d+"', tag)
    assert before.json()["@odata.etag"] == tag
    assert dataverse.ask("GET", KEYED, **{"If-None-Match": tag}).status_code == 304
    assert dataverse.ask("GET", KEYED, **{"If-None-Match": "null"}).status_code == 200
    assert dataverse.ask("PATCH", KEYED, {"hlf_minutes": 1}, **{"If-Match": tag}).status_code == 204
    after = dataverse.ask("GET", KEYED).headers["ETag"]
    assert int(after[3:-1]) > int(tag[3:-1])
    assert dataverse.ask("DELETE", KEYED, **{"If-Match": tag}).status_code == 412
    assert dataverse.ask("DELETE", KEYED).status_code == 204
    assert code_of(dataverse.ask("GET", KEYED)) == (404, "0x80060891")


def test_no_two_rows_have_the_same_key(dataverse: Dataverse) -> None:
    dataverse.ask("PATCH", KEYED, ROW)
    again = dataverse.ask("POST", "hlf_activities", {**ROW, "hlf_reference": "RCN-1"})
    assert code_of(again) == (412, "0x80060892")
    assert dataverse.ask("POST", "hlf_activities", ROW).status_code == 204
    assert dataverse.ask("POST", "hlf_activities", ROW).status_code == 204  # nulls are equal to nothing
    other = dataverse.ask("PATCH", "hlf_activities(hlf_reference='RCN-2')", {"hlf_reference": "RCN-1"})
    assert code_of(other) == (412, "0x80060892")


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        (KEYED, {"hlf_Minutes": 1}, (400, "0x80048d19")),
        (KEYED, {"hlf_member@odata.bind": "/contacts(1)"}, (400, "0x80048d19")),
        (KEYED, {"hlf_minutes": "1"}, (400, "0x80048d19")),
        (KEYED, {"hlf_minutes": True}, (400, "0x80048d19")),
        (KEYED, {"hlf_digital": 1}, (400, "0x80048d19")),
        (KEYED, {"hlf_date": "2026-02-30"}, (400, "0x80048d19")),
        (KEYED, {"hlf_kind": "x" * 51}, (400, "0x80044331")),
        (KEYED, {"hlf_minutes": -1}, (400, "0x8004432f")),
        (KEYED, [1], (400, "0x80048d19")),
        ("hlf_Activities(hlf_reference='RCN-1')", ROW, (404, "0x80060888")),
        ("hlf_activities(hlf_Reference='RCN-1')", ROW, (400, "0x80060888")),
        ("hlf_activities(hlf_unit='RCN-1')", ROW, (400, "0x80060888")),
        ("hlf_activities(hlf_reference='a/b')", ROW, (400, "0x80060888")),
        ("hlf_activities(hlf_reference='a%3Ab')", ROW, (400, "0x80060888")),
        ("hlf_activities(hlf_reference=)", ROW, (400, "0x80060888")),
        ("hlf_activities", ROW, (405, "0x80060888")),
    ],
)
def test_what_is_not_declared_or_does_not_fit_is_refused(
    dataverse: Dataverse, path: str, body: object, found: tuple
) -> None:
    assert code_of(dataverse.ask("PATCH", path, body)) == found
    assert dataverse.books()["records"] == []


def test_a_key_serves_once_its_index_is_active(dataverse: Dataverse) -> None:
    dataverse.control("/_tables", {"table": "hlf_activities", "index": "InProgress"})
    assert dataverse.ask("PATCH", KEYED, ROW).status_code == 400
    status = dataverse.ask("GET", "EntityDefinitions(LogicalName='hlf_activity')/Keys").json()["value"]
    assert [each["EntityKeyIndexStatus"] for each in status] == ["InProgress"]
    dataverse.control("/_tables", {"table": "hlf_activities", "index": "Active"})
    assert dataverse.ask("PATCH", KEYED, ROW).status_code == 204


def test_lists_are_selected_filtered_and_come_in_pages(dataverse: Dataverse) -> None:
    for number in range(7):
        dataverse.ask("PATCH", f"hlf_activities(hlf_reference='RCN-{number}')", {**ROW, "hlf_minutes": number})
    seen, path = [], "hlf_activities?$select=hlf_reference&$filter=startswith(hlf_reference,'RCN-')"
    for _ in range(3):
        page = dataverse.ask("GET", path, Prefer="odata.maxpagesize=3").json()
        seen.append([row["hlf_reference"] for row in page["value"]])
        path = page.get("@odata.nextLink", "").removeprefix(f"{dataverse.base}/api/data/v9.2/")
    assert [len(each) for each in seen] == [3, 3, 1]
    assert path == ""
    assert "hlf_minutes" not in page["value"][0]
    either = dataverse.ask("GET", "hlf_activities?$filter=hlf_minutes eq 1 or hlf_reference eq 'RCN-2'&$top=9").json()
    assert len(either["value"]) == 2
    assert dataverse.ask("GET", "hlf_activities?$select=hlf_nothing").status_code == 400
    assert dataverse.ask("GET", "hlf_activities?$filter=hlf_nothing eq 1").status_code == 400
    assert dataverse.ask("GET", "hlf_activities?$filter=hlf_minutes gt 1").status_code == 501
    assert dataverse.ask("GET", "hlf_activities?$expand=x").status_code == 400


def test_reads_can_lag(dataverse: Dataverse) -> None:
    dataverse.arm("hide_from_reads", times=1)
    dataverse.ask("PATCH", KEYED, ROW)
    assert dataverse.ask("GET", KEYED).status_code == 404
    assert dataverse.ask("GET", KEYED).status_code == 200


def test_the_page_says_what_was_booked_in_plain_words(dataverse: Dataverse) -> None:
    assert "Nothing has arrived yet." in dataverse.client.get(dataverse.base).text
    dataverse.ask("PATCH", KEYED, {**ROW, "hlf_kind": "<b>Samtale</b>", "hlf_digital": True})
    correction = {"table": "hlf_activities", "where": {"hlf_reference": "RCN-1"}, "values": {"hlf_minutes": 50}}
    dataverse.control("/_correct", correction)
    page = dataverse.client.get(dataverse.base).text
    assert "Aktiviteter på min side: 1 row<" in page
    assert "&lt;b&gt;Samtale" in page
    assert '<th class=number title="hlf_minutes">Minutes</th>' in page
    assert "<tr class=person>" in page
    assert "<td>once, then corrected</td>" in page
    assert "<td>yes</td>" in page
