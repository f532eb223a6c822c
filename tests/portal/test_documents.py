"""What is seen of documents and records: lists, sums, one record's story, and the file for spreadsheets."""

from decimal import Decimal
from typing import get_args

import psycopg
import pytest
from parts.portal import ADMIN, HOME, STRANGER, TWIN
from parts.portal_pages import sheet
from parts.synced import VIEWER, Synced

from reconciler.cli.reading import reading
from reconciler.database.documents import PAGE
from reconciler.database.operations import chosen
from reconciler.portal import downloads
from reconciler.portal.choosing import STANDINGS
from reconciler.portal.deeds.documents import Deciding
from reconciler.portal.texts import TEXTS
from reconciler.runs.operations import MEANING, OPERATIONS, Choice

LIST = "/integrations/xledger/documents"
HOSTILE = "=1+1</td><script>alert('x')</script>"


def test_every_standing_can_be_asked_for_and_every_deed_is_called_something() -> None:
    assert set(STANDINGS) == set(MEANING)
    keys = [f"standing.{each}" for each in (*STANDINGS, "waiting", "withheld", "out-of-scope")]
    keys += [f"{prefix}.{each}" for each in OPERATIONS for prefix in ("deed", "deed.happens", "decided")]
    keys += [f"documents.done.{each}" for each in (*get_args(Deciding.model_fields["deed"].annotation), "hold")]
    assert [key for key in keys if key not in TEXTS] == []


def test_every_page_is_said_in_both_languages(synced: Synced) -> None:
    portal, installation = synced
    visitor = portal.enter(ADMIN)
    [(number, record)] = installation.sql("select id, record_id from reconciler.exports order by id limit 1")
    paths = [LIST, f"{LIST}?text=x", "/integrations/xledger/withheld", "/records?q=x", f"/records/{record}", "/resends"]
    for path in [*paths, *(f"{LIST}/confirm?deed={each}&row={number}" for each in OPERATIONS)]:
        for language in ("nb", "en"):
            page = visitor.get(f"{HOME}{path}", headers={"accept-language": language})
            assert page.status_code == 200, path
            assert f'<html lang="{language}">' in page.text
            assert page.text.count("<h1>") == 1


def test_a_list_says_what_is_wrong_where_and_how_many_stand_how(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    twin = visitor.get(f"{TWIN}{LIST}").json()
    assert {each["state"]: each["documents"] for each in twin["totals"]} == {"rejected": 3, "sent": 16}
    assert visitor.get(f"{TWIN}{LIST}?state=held").json()["totals"] == twin["totals"]
    assert [each["id"] for each in twin["documents"]] == sorted(
        (each["id"] for each in twin["documents"]), reverse=True
    )
    refused = visitor.get(f"{TWIN}{LIST}?state=rejected&category=expense_claims").json()["documents"]
    assert [(each["message"], each["field"]) for each in refused] == [
        ("dimension 9999 does not exist in entity 31007", "glObject1.code")
    ]
    assert refused[0]["origin"].startswith("orgs/blindeforbundet/mappings/expense-claims.yaml:21:")
    assert refused[0]["ways"] == ["retry", "give-up", "hold"]
    page = visitor.get(f"{HOME}{LIST}?state=rejected&category=expense_claims").text
    for words in (refused[0]["message"], refused[0]["field"], refused[0]["origin"], "avvist", "Utleggskrav"):
        assert words in page


def test_pages_follow_each_other_without_a_gap(synced: Synced) -> None:
    portal, installation = synced
    visitor, seen, beyond = portal.enter(ADMIN), [], 0
    while True:
        page = visitor.get(f"{TWIN}{LIST}?limit=7&beyond={beyond}").json()
        seen += [each["id"] for each in page["documents"]]
        beyond = page["beyond"]
        if not beyond:
            break
    assert seen == sorted((row[0] for row in installation.sql("select id from reconciler.exports")), reverse=True)
    assert f"beyond={seen[6]}" in visitor.get(f"{HOME}{LIST}?limit=7").text


def test_what_cannot_be_meant_is_refused_and_what_is_not_theirs_is_not_there(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    for query in (
        "state=eaten",
        "limit=0",
        "limit=100000",
        "beyond=x",
        "since=yesterday",
        "text=a%00b",
        "since=0001-01-01",
    ):
        assert visitor.get(f"{TWIN}{LIST}?{query}").status_code == 422, query
    assert visitor.get(f"{TWIN}{LIST}?since=&until=&category=&text=").status_code == 200
    for path in ("/integrations/other/documents", "/integrations/other/withheld",
                 "/records/nobody", "/records/a%00b"):  # fmt: skip
        assert visitor.get(f"{TWIN}{path}").status_code == 404, path
        assert visitor.get(f"{HOME}{path}").status_code == 404, path
    stranger = portal.enter(STRANGER)
    assert visitor.get(f"{HOME}/integrations/other/documents.csv").status_code == 404
    assert portal.enter(STRANGER).get(f"{HOME}{LIST}.csv").status_code == 404
    for path in (LIST, f"{LIST}/confirm?deed=retry&row=1", "/integrations/xledger/withheld", "/records",
                 "/records/1", "/resends"):  # fmt: skip
        assert stranger.get(f"{HOME}{path}").status_code == stranger.get(f"{TWIN}{path}").status_code == 404, path


def test_words_from_outside_are_words_and_nothing_else(sent: Synced) -> None:
    portal, installation = sent
    installation.sql("update reconciler.export_payloads set message = %s", HOSTILE)
    installation.sql("update reconciler.exports set field = %s, origin = %s where state = 'rejected'", HOSTILE, HOSTILE)
    installation.sql("update reconciler.withheld set reason = %s", HOSTILE)
    visitor = portal.enter(ADMIN)
    [(record, number)] = installation.sql(
        "select record_id, id from reconciler.exports where state = 'rejected' order by id limit 1"
    )
    pages = (LIST, f"/records/{record}", "/integrations/xledger/withheld", f"{LIST}/confirm?deed=retry&row={number}")
    for path in (*pages, f"{LIST}?text=%3Cscript%3E", "/records?q=%3Cscript%3E"):
        page = visitor.get(f"{HOME}{path}")
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "&lt;script&gt;" in page.text or "confirm" in path
    rows = sheet(visitor, f"{HOME}{LIST}.csv")
    assert len(rows) == 19
    assert {row["Hva som er galt"][:2] for row in rows} == {"'="}


def test_records_that_are_held_back_are_counted_by_reason(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    found = visitor.get(f"{TWIN}/integrations/xledger/withheld?limit=5").json()
    assert {each["records"] for each in found["reasons"]} == {6, 4, 3}
    seen = found["records"]
    while found["beyond"]:
        query = {"limit": 5, "beyond": found["beyond"]}
        found = visitor.get(f"{TWIN}/integrations/xledger/withheld", params=query).json()
        seen += found["records"]
    assert len({each["record"] for each in seen}) == len(seen) == 13
    only = {"reason": "receipt is missing"}
    assert len(visitor.get(f"{TWIN}/integrations/xledger/withheld", params=only).json()["records"]) == 6
    page = visitor.get(f"{HOME}/integrations/xledger/withheld", params=only).text
    assert "kvittering mangler" in page
    assert page.count("kostnadssted mangler") == 1  # among the reasons, and no record of it


def test_one_records_story_is_found_by_id_reference_and_number_and_shows_no_payload(
    synced: Synced,
) -> None:
    portal, installation = synced
    visitor = portal.enter(ADMIN)
    [(record, reference, number, payload)] = installation.sql(
        "select e.record_id, e.reference, e.number, p.payload::text from reconciler.exports e join"
        " reconciler.export_payloads p on p.export_id = e.id where e.state = 'sent' order by e.id limit 1"
    )
    for text in (record, reference, str(number)):
        hits = visitor.get(f"{TWIN}/records", params={"q": text}).json()["records"]
        assert [each["record"] for each in hits] == [record]
    story = visitor.get(f"{TWIN}/records/{record}").json()
    assert [step["state"] for step in story["documents"][0]["history"]] == ["sending", "sent"]
    assert str(number) in story["sentences"][0]["sentence"]
    page = visitor.get(f"{HOME}/records/{record}").text
    assert reference in page
    assert "payload" not in story["documents"][0]["document"]
    assert payload not in page
    [(waits,)] = installation.sql("select record_id from reconciler.withheld order by 1 limit 1")
    assert visitor.get(f"{TWIN}/records", params={"q": waits}).json()["records"][0]["state"] == "withheld"
    assert visitor.get(f"{TWIN}/records", params={"q": "nobody"}).json()["records"] == []
    assert visitor.get(f"{TWIN}/records/{waits}").json()["withheld"][0]["until"] is None


def test_the_file_is_read_page_by_page_and_whole(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    portal, installation = synced
    monkeypatch.setattr(downloads, "PAGE", 5)
    visitor = portal.enter(VIEWER)
    rows = sheet(visitor, f"{HOME}{LIST}.csv")
    amounts = [row["Beløp"].replace(",", ".") for row in rows]
    told = [(int(row["Nummer"]), Decimal(said) if said else None) for row, said in zip(rows, amounts, strict=True)]
    assert told == installation.sql("select number, amount from reconciler.exports order by id desc")
    assert {row["Status"] for row in rows} == {"sendt", "avvist"}
    only = visitor.get(f"{HOME}{LIST}.csv?state=rejected&category=mileage_claims").text
    assert len(only.splitlines()) == 2


def test_a_page_reads_rows_of_its_own_integration_only(synced: Synced) -> None:
    _, installation = synced
    choice = Choice("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", integration="xledger", states=("rejected",))
    with psycopg.connect(installation.settings.database_url) as connection:
        connection.execute("set enable_seqscan = off")
        values = chosen(choice) | {"limit": 51, "beyond": 1 << 62, "undecided": False}
        plan = "\n".join(row[0] for row in connection.execute(f"explain {PAGE}", values))
    assert "exports_by_integration" in plan
    assert "Sort" not in plan


def test_what_a_story_needs_of_an_integration_is_what_is_applied(synced: Synced) -> None:
    _, installation = synced
    with reading(installation.settings) as found:
        [short], [whole] = (
            found.overview.configured("blindeforbundet"),
            found.overview.integrations("blindeforbundet", 0),
        )
    assert (short.name, short.mode, short.schedule, short.organization_id) == (
        whole.name, whole.mode, whole.schedule, whole.organization_id,
    )  # fmt: skip
    assert short.schedule is not None
