"""The dashboard: where every integration stands, in words, on the page and in its twin."""

import json
from dataclasses import replace

import pytest
from parts.installation import TOKEN, WHERE, Installation
from parts.portal import ACCOUNTANT, ADMIN, HOME, STRANGER, TWIN, Opened, Visitor
from parts.synced import Synced

from reconciler.engine.pinned import pin
from reconciler.runs.views import TROUBLE

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"{{7*7}}"
ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"


def shown(visitor: Visitor) -> dict:
    [found] = visitor.get(TWIN).json()["integrations"]
    return found


def test_before_the_first_run_it_says_what_waits_and_when_it_goes(portal: Opened) -> None:
    visitor = portal.enter(ACCOUNTANT)
    found, page = shown(visitor), visitor.get(HOME).text
    assert found["type_title"] == "Xledger"
    assert found["health"] == {"colour": "grey", "reason": "har aldri kjørt"}
    assert found["backlog"]["records"] > 10
    assert found["backlog"]["whole"]
    for words in ("Grå", "har aldri kjørt", "Venter på sending", " poster, ", "Neste kjøring", "om ", "simulator"):
        assert words in page


def test_the_backlog_is_what_status_says(portal: Opened, installation: Installation) -> None:
    """`status` counts every record; the page the newest ones, and here those are all."""
    visitor = portal.enter()
    for code in (6, 0):
        parts = installation.world()
        pinned, now = pin(parts.applied.applied(*WHERE), parts.clock.now()), parts.clock.now()
        totals = [parts.records.total(each.stream, each.selection, each.category, now) for each in pinned.exports]
        found = shown(visitor)["backlog"]
        assert found["records"] == sum(count for count, _ in totals)
        assert float(found["amount"]) == pytest.approx(sum(float(amount) for _, amount in totals))
        assert installation.sync() == code


def test_after_a_run_counts_are_words_and_who_needs_somebody_is_a_link(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter()
    found, page = shown(visitor), visitor.get(HOME).text
    assert found["last_run"]["state"] == "partial"
    assert found["needing"] == found["last_run"]["counts"]["rejected"] > 0
    assert found["health"]["colour"] == "yellow"
    assert f"{found['last_run']['counts']['sent']} sendt" in page
    trouble = "&amp;".join(f"state={each}" for each in TROUBLE)
    assert f'href="{HOME}/integrations/xledger/documents?{trouble}"' in page
    assert f'href="{HOME}/integrations/xledger/withheld"' in page
    assert "Gul" in page
    english = visitor.get(HOME, headers={"accept-language": "en"}).text
    assert "Last run" in english
    assert f"{found['last_run']['counts']['rejected']} refused" in english


def test_the_same_light_as_status_in_every_colour(portal: Opened, installation: Installation, capsys) -> None:
    visitor = portal.enter()

    def same() -> str:
        capsys.readouterr()
        assert installation.run("status", WHERE[0], "--format", "json") == 0
        [row] = json.loads(capsys.readouterr().out)["integrations"]
        assert row["health"]["colour"] == shown(visitor)["health"]["colour"]
        return row["health"]["colour"]

    assert same() == "grey"
    installation.sync()
    assert same() == "yellow"
    installation.sql("update reconciler.exports set state = 'held', changed_at = '2026-02-01 00:00+01' where id = 1")
    assert same() == "red"
    assert installation.run("suspend", *WHERE, "--reason", "the auditor looks at it") == 0
    assert same() == "grey"


def test_who_stopped_it_why_and_until_when(portal: Opened, installation: Installation) -> None:
    assert installation.run("suspend", *WHERE, "--reason", f"the auditor {HOSTILE}", "--until", "2026-03-20") == 0
    visitor = portal.enter()
    [stop] = shown(visitor)["stops"]
    assert stop["by"] == "kari"
    assert stop["until"].startswith("2026-03-20")
    page = visitor.get(HOME).text
    assert "Satt på pause av kari" in page
    assert "Til 21. mars 2026" in page or "Til 20. mars 2026" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_a_credential_that_is_missing_ends_or_failed_is_told_with_a_way_to_it(
    portal: Opened, installation: Installation
) -> None:
    visitor, link = portal.enter(), f'href="{HOME}/integrations/xledger/credentials"'
    assert link not in visitor.get(HOME).text
    for change, words, remark in (
        ("expires_at = '2026-03-10 12:00+01'", "utløper 10. mars 2026", "expires"),
        ("expires_at = '2026-02-10 12:00+01'", "utløp 10. februar 2026", "expired"),
        ("expires_at = null, problem = 'credential'", "besto ikke siste test", "failed"),
    ):
        installation.sql(f"update reconciler.credentials set {change} where state = 'current'")
        page = visitor.get(HOME).text
        assert words in page
        assert link in page
        assert shown(visitor)["credential"]["remark"] == remark
    installation.sql("update reconciler.credentials set state = 'revoked'")
    assert shown(visitor)["credential"]["state"] == "missing"
    assert "mangler" in visitor.get(HOME).text


def test_the_quota_says_what_is_left_and_when_it_begins_anew(sent: Synced) -> None:
    portal, installation = sent
    visitor = portal.enter()
    quota = shown(visitor)["quota"]
    assert 0 < quota["used"] < quota["quota"] == 5000
    assert quota["renews"].startswith("2026-04-01")
    assert "av 5 000 forespørsler er brukt. Ny kvote 1. april 2026" in visitor.get(HOME).text.replace("\xa0", " ")
    installation.sql(
        "update reconciler.allowances set closed_until = now() + interval '99 years', closed_reason = %s", HOSTILE
    )
    page = visitor.get(HOME).text
    assert "tar ikke imot mer før" in page
    assert HOSTILE not in page


def test_what_stopped_a_run_is_shown_as_words_from_outside(sent: Synced) -> None:
    portal, installation = sent
    installation.sql("update reconciler.runs set state = 'failed', problem = %s", HOSTILE)
    visitor = portal.enter()
    page = visitor.get(HOME).text
    assert shown(visitor)["health"]["colour"] == "red"
    assert HOSTILE not in page
    assert 'class="outside">&lt;script&gt;' in page
    assert HOSTILE in visitor.get(TWIN).json()["integrations"][0]["last_run"]["problem"]


def test_a_configuration_that_cannot_be_read_hides_nothing_else(portal: Opened, installation: Installation) -> None:
    installation.sql(
        "insert into public.organization_integrations select (jsonb_populate_record(i, jsonb_build_object("
        "'name', 'bad', 'id', gen_random_uuid(), 'exports', '[{}]'::jsonb))).* from public.organization_integrations i"
    )
    visitor = portal.enter()
    found = {each["name"]: each for each in visitor.get(TWIN).json()["integrations"]}
    assert found["bad"]["health"]["colour"] == "red"
    assert found["bad"]["problem"]
    assert found["bad"]["backlog"] is None
    assert found["xledger"]["backlog"]["records"] > 0
    assert "Oppsettet kan ikke leses" in visitor.get(HOME).text


def test_a_change_that_git_holds_and_the_controller_refuses_is_told(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter()
    assert visitor.get(TWIN).json()["configuration"] is None
    installation.sql(
        "insert into reconciler.conditions (organization, reason, message, since, hint, findings) values"
        " ('blindeforbundet', 'SpecsInvalid', %s, '2026-03-01 08:00+01', 'reconciler validate', array['one', 'two'])",
        HOSTILE,
    )
    found, page = visitor.get(TWIN).json()["configuration"], visitor.get(HOME).text
    assert (found["word"], found["findings"]) == ("Stalled", ["one", "two"])
    assert "Stanset" in page
    assert "det som er flettet inn i git, er ugyldig" in page
    assert HOSTILE not in page
    installation.sql("update reconciler.conditions set reason = 'Applied'")
    assert "Stanset" not in visitor.get(HOME).text


def test_every_type_of_the_catalogue_is_there_with_its_state(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter()
    types = {each["name"]: each for each in visitor.get(TWIN).json()["types"]}
    assert types["xledger"]["state"] == "active"
    assert types["xledger"]["integrations"] == ["xledger"]
    assert types["dynamics"] == {
        "name": "dynamics", "title": "Dynamics 365", "kind": "link", "state": "not_configured", "integrations": [],
        "reports": [], "begun": [],
    }  # fmt: skip
    assert (types["bufdir"]["kind"], types["bufdir"]["state"], types["bufdir"]["reports"]) == (
        "report", "active", ["bufdir"],
    )  # fmt: skip
    assert "ikke satt opp" in visitor.get(HOME).text
    installation.sync()
    installation.sql("update reconciler.runs set state = 'failed', problem = 'away'")
    types = {each["name"]: each["state"] for each in visitor.get(TWIN).json()["types"]}
    assert types["xledger"] == "error"


def test_where_nothing_is_set_up_the_page_teaches(portal: Opened, installation: Installation) -> None:
    installation.sql("delete from public.organization_integrations")
    visitor = portal.enter()
    page = visitor.get(HOME).text
    assert "Ingen integrasjon er satt opp ennå" in page
    assert "Be den som har oppsettet i git" in page
    types = visitor.get(TWIN).json()["types"]
    assert {each["state"] for each in types if each["kind"] == "link"} == {"not_configured"}


def test_every_page_says_which_installation_and_environment_it_is(portal: Opened) -> None:
    visitor = portal.enter()
    for page in (portal.client().get("/login"), visitor.get(HOME), visitor.get("/o/nobody")):
        assert "ingenting forlater maskinen" in page.text
        assert 'class="where simulator"' in page.text


def test_production_looks_and_reads_otherwise(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's login is for simulators only: the house is told where it is after it was opened."""
    house = portal.server.house
    monkeypatch.setattr(house, "settings", replace(house.settings, environments=("sandbox", "production")))
    page = portal.enter().get(HOME).text
    assert "det som sendes herfra, er ekte" in page
    assert 'class="where production">produksjon' in page
    assert 'class="where sandbox">test' in page


def test_another_organisation_s_dashboard_is_not_there(portal: Opened) -> None:
    visitor = portal.enter(STRANGER)
    assert visitor.get(HOME).status_code == visitor.get(TWIN).status_code == 404


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter()
    page = visitor.get(HOME)
    files = [part.partition('"')[0] for part in page.text.split('="/static/')[1:]]
    assert len(files) == 3
    whole = len(page.content) + sum(len(visitor.get(f"/static/{each}").content) for each in files)
    assert whole < 100_000


def test_nothing_of_the_credential_is_on_the_page(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    assert TOKEN not in visitor.get(HOME).text + visitor.get(TWIN).text
