"""A yearly report in the wizard: from an organisation without one to a report that is proposed, applied and counted."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from parts.browser import Chromium, Visits, chromium, visiting
from parts.changing import BETA_ADMIN, READER, Changing, changing
from parts.databases import database, url_of
from parts.followed import ROOT, id_of
from parts.page_forms import form
from parts.portal import Visitor
from parts.proposing import ACCOUNTANT, ADMIN, ORGANIZATION
from parts.reader import entered

from reconciler.demo.membership import TABLES, fill_reports
from reconciler.demo.people import FOURTH_ORGANIZATION, OTHER_ORGANIZATION

__all__ = ["chromium"]
HOME, TWIN = "/o/alfa", "/api/v1/organizations/alfa"
NAUGHTY = "<script>alert(1)</script>\"'{{7*7}}"
SECRET = "ghp_T0kenThatSomebodyPastedHere01"
FILE = "orgs/alfa/reports/bufdir.yaml"
REVIEWER = (
    ORGANIZATION,
    "{account: tore-alfa, roles: [accountant]}",
    "{account: tore-alfa, roles: [accountant, reviewer]}",
)
BETAS = (ROOT / "orgs/nhf/reports/bufdir.yaml").read_text().replace("[siri-nhf, hanne-nhf]", f"[{BETA_ADMIN}]")
ANSWER = {"title": "Rapport om likepersonsarbeid", "first_year": "2025", "day": "15", "month": "9", "contacts": [ADMIN]}
TYPES = {"hearing_talk": "outreach", "discussion_group": "group", "course": "course", "social": "social"}
SPOILT = "update app.peer_support_activities set activity_type = %s where activity_type = %s"


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, administration: psycopg.Connection, template: str, server_url: str
) -> Iterator[Changing]:
    """Alfa has no report, and members, branches and activities of 2025. Beta, where its admin may look, has a report;
    so has gamma, which is none of theirs.
    """
    more = {f"orgs/{name}/reports/bufdir.yaml": BETAS for name in ("beta", "gamma")}
    with database(administration, "wizard_report", template) as name:
        url = url_of(server_url, name)
        with psycopg.connect(url) as connection:
            connection.execute(files("reconciler.demo").joinpath("app_schema.sql").read_bytes())
            fill_reports(connection)
            for table in TABLES:
                owners = [id_of("alfa"), str(FOURTH_ORGANIZATION)]
                connection.execute(f"update app.{table} set organization_id = %s where organization_id = %s", owners)
        with changing(tmp_path_factory.mktemp("report"), url, REVIEWER, more=more) as found:
            yield found


@pytest.fixture(scope="module")
def visit(there: Changing, chromium: Chromium) -> Iterator[Visits]:
    """Before the portal goes, its pages do."""
    with visiting(chromium) as found:
        yield found


def told(visitor: Visitor, path: str, body: object) -> dict[str, Any]:
    answer = visitor.tell(TWIN + path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def begun(visitor: Visitor) -> str:
    """The path of a new draft, by what the page of types offers."""
    return told(visitor, "/new/report", {"rules": "bufdir"})["back"].rpartition("/")[0]


def seen(visitor: Visitor, path: str) -> dict[str, Any]:
    answer = visitor.get(TWIN + path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def answered(visitor: Visitor, **more: object) -> str:
    """A draft whose steps are answered up to its count."""
    path = begun(visitor)
    for step, body in (("report", {**ANSWER, **more}), ("columns", {}), ("activities", {"kinds": TYPES})):
        assert told(visitor, f"{path}/{step}", {"name": "bufdir", **body})["ok"], step
    return path


def written(there: Changing, path: str, files: dict[str, str]) -> None:
    """What somebody wrote into the files of a draft by another page."""
    query = "update reconciler.portal_drafts set files = files || %s::jsonb where id = %s"
    there.here.one.write(query, json.dumps(files), path.rpartition("/")[2])


def test_a_report_is_suggested_counted_and_written_and_a_mistake_stands_at_its_field(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    [choice] = seen(lise, "/new")["reports"]
    assert (choice["rules"], choice["versions"], choice["reports"]) == ("bufdir", ["2020", "2021"], [])
    path = begun(lise)
    page = seen(lise, f"{path}/report")
    assert (page["name"], page["first_year"], page["contacts"]) == ("bufdir", "2025", [ADMIN])
    assert "Dette må fylles ut." not in lise.get(f"{HOME}{path}/report").text, "nobody has answered anything yet"
    wrong = {
        "name": "Mine Tall",
        "first_year": "25",
        "scope": "region",
        "day": "30",
        "month": "2",
        "suppress_below": "1",
    }
    assert not told(lise, f"{path}/report", wrong)["ok"]
    assert seen(lise, f"{path}/report")["problems"] == {
        "name": "name", "title": "missing", "first_year": "year", "parts": "missing", "deadline": "day",
        "contacts": "missing", "suppress_below": "least",
    }  # fmt: skip
    assert seen(lise, f"{path}/count")["state"] == "not-yet"
    assert told(lise, f"{path}/report", {"name": "bufdir", **ANSWER})["back"].endswith("/columns")
    rows = {each["place"]: each for part in seen(lise, f"{path}/columns")["parts"] for each in part["rows"]}
    assert (rows["members/county"]["field"], rows["members/county"]["guessed"]) == ("county", False)
    assert (rows["activities/in_norway"]["field"], rows["activities/in_norway"]["yes"]) == ("country", "NO")
    assert rows["activities/in_norway"]["guessed"]
    assert not told(lise, f"{path}/columns", {"field": {"activities/place": ""}})["ok"]
    taken = {
        "field": {"activities/place": "venue", "activities/peer": "no-such"},
        "value": {"activities/in_norway": ""},
    }
    assert not told(lise, f"{path}/columns", taken)["ok"], "no field fits that is not there"
    assert told(lise, f"{path}/columns", {"field": {"activities/peer": "peer_id"}})["ok"]
    page = seen(lise, f"{path}/activities")
    assert (page["state"], page["year"]) == ("counted", 2025)
    assert {each["type"]: each["kind"] for each in page["rows"]} == {
        "course": "course", "discussion_group": "group", "hearing_talk": "", "social": "social",
    }  # fmt: skip
    assert all(each["seen"] for each in page["rows"])
    assert told(lise, f"{path}/activities", {"kinds": TYPES})["back"].endswith("/count")
    assert seen(lise, f"{path}/summary")["missing"] == ["count"], "nobody has looked at what it counts"
    page = seen(lise, f"{path}/count")
    assert (page["state"], page["blocking"], page["problem"]) == ("counted", 0, "")
    [(members,)] = there.here.one.rows(
        "select count(*) from app.members where organization_id = %s and joined_on <= '2025-12-31'"
        " and coalesce(left_on > '2025-12-31', true)", id_of("alfa"),
    )  # fmt: skip
    assert {each["key"]: each["value"] for each in page["figures"]}["members"] == str(members)
    assert told(lise, f"{path}/count", {})["back"].endswith("/summary")
    page = seen(lise, f"{path}/summary")
    assert (page["missing"], page["told"], [each["path"] for each in page["files"]]) == ([], [], [FILE])
    assert "place: {field: venue}" in page["files"][0]["text"]
    told(lise, f"{path}/report", {"name": "bufdir", **ANSWER, "suppress_below": "5"})
    assert seen(lise, f"{path}/summary")["missing"] == ["count"], "it would count otherwise by now"


def test_what_stands_in_the_way_is_counted_before_it_is_proposed_and_data_of_today_are(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    path = answered(lise)
    there.here.one.write(SPOILT, "podkast", "social")
    try:
        assert told(lise, f"{path}/count", {"do": "again"})["said"] == "wizard.count.again"
        page = seen(lise, f"{path}/count")
        assert page["blocking"] == 1
        assert "podkast" in page["findings"][0]["message"]
        assert [(each["type"], each["seen"]) for each in seen(lise, f"{path}/activities")["rows"] if each["seen"]] == [
            ("podkast", 3)
        ]
        assert told(lise, f"{path}/count", {})["back"].endswith("/summary"), "it can be mended later"
    finally:
        there.here.one.write(SPOILT, "social", "podkast")
    there.here.one.write("alter table app.members rename column county to fylke")
    try:
        assert told(lise, f"{path}/count", {"do": "again"})["said"] == "wizard.count.failed"
        assert "the app's records cannot be read" in seen(lise, f"{path}/count")["problem"]
        assert "postene i appen kan ikke leses" in lise.get(f"{HOME}{path}/count").text
    finally:
        there.here.one.write("alter table app.members rename column fylke to county")


def test_a_report_is_begun_from_that_of_another_organisation_which_one_may_see(there: Changing) -> None:
    lise, tore = there.portal.enter(ADMIN), there.portal.enter(ACCOUNTANT)
    path = begun(lise)
    assert [each["key"] for each in seen(lise, f"{path}/report")["starts"]] == ["beta/bufdir"]
    told(lise, f"{path}/report", {"name": "bufdir", "start": "beta/bufdir", "first_year": "2024", "contacts": [ADMIN]})
    page = seen(lise, f"{path}/report")
    assert (page["title"], page["day"], page["month"]) == ("Årsrapport: medlemmer og likepersonsarbeid", "15", "9")
    assert (page["first_year"], page["suppress_below"], page["signed_by"]) == ("2024", "3", "Generalsekretær")
    assert told(lise, f"{path}/columns", {})["ok"]
    told(lise, f"{path}/activities", {})
    text = seen(lise, f"{path}/summary")["files"][0]["text"]
    assert (
        "paying:\n        field: fee_status\n        lookup: {paid: true, waived: true}\n        other: false" in text
    )
    assert "home_visit: outreach" in text
    assert "Rapporten viser medlemmer" in text
    assert BETA_ADMIN not in text, "whom they remind is theirs"
    assert lise.tell(f"{TWIN}{path}/report", {"start": "gamma/bufdir"}).status_code == 404, "it is none of theirs"
    assert tore.get(f"{TWIN}{path}/report").status_code == 403


def test_what_was_written_by_hand_stays_and_a_secret_is_kept_nowhere(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    path = answered(lise)
    text = seen(lise, f"{path}/summary")["files"][0]["text"].replace("spec:", "# Of the office\nspec:")
    written(there, path, {FILE: text})
    told(lise, f"{path}/report", {"name": "bufdir", **ANSWER, "title": "En annen tittel"})
    [after] = seen(lise, f"{path}/summary")["files"]
    assert "# Of the office" in after["text"]
    assert "title: En annen tittel" in after["text"]
    refused = lise.tell(f"{TWIN}{path}/report", {"name": "bufdir", **ANSWER, "signed_by": SECRET})
    assert (refused.status_code, refused.json()["error"]) == (422, "wizard.report.secret")
    rows = there.here.one.rows("select d::text from reconciler.portal_drafts d")
    assert not [row for (row,) in rows if SECRET in row]


def test_what_is_counted_is_of_the_organisation_that_is_visited_whatever_a_draft_says_of_its_id(
    there: Changing,
) -> None:
    lise = there.portal.enter(ADMIN)
    path = answered(lise)
    before = seen(lise, f"{path}/count")["figures"]
    own = (there.here.one.remote.folder / ORGANIZATION).read_text()
    written(there, path, {ORGANIZATION: own.replace(id_of("alfa"), str(OTHER_ORGANIZATION))})
    told(lise, f"{path}/count", {"do": "again"})
    page = seen(lise, f"{path}/count")
    assert (page["state"], page["problem"]) == ("counted", "")
    assert page["figures"] == before


def test_words_of_others_are_text_and_whoever_may_not_propose_begins_nothing(there: Changing) -> None:
    lise, reader = there.portal.enter(ADMIN), there.portal.enter(READER)
    assert reader.tell(f"{TWIN}/new/report", {"rules": "bufdir"}).status_code == 403
    assert lise.tell(f"{TWIN}/new/report", {"rules": NAUGHTY}).status_code == 404
    path = answered(lise)
    told(lise, f"{path}/report", {"name": NAUGHTY, **ANSWER, "title": NAUGHTY, "parts": NAUGHTY, "month": NAUGHTY})
    told(lise, f"{path}/report", {"name": "bufdir", **ANSWER, "title": NAUGHTY})
    told(lise, f"{path}/columns", {"field": {"members/county": NAUGHTY}, "yes": {"members/paying": NAUGHTY}})
    told(lise, f"{path}/columns", {"field": {"members/county": "county"}, "value": {"branches/name": NAUGHTY}})
    told(lise, f"{path}/activities", {"more": NAUGHTY, "more_kind": "course", "kinds": {NAUGHTY[:5]: "no-kind"}})
    pages = [lise.get(f"{HOME}{path}/{step}") for step in ("report", "columns", "activities", "count", "summary")]
    assert [each.status_code for each in pages] == [200] * 5
    assert not [each.url for each in pages if "<script>alert" in each.text]
    sent = form(pages[2].text, f"{HOME}{path}/activities").fields()
    assert sent[f"kind.{NAUGHTY}"] == ["course"]
    assert reader.get(f"{HOME}{path}/summary").status_code == 403


def merged(there: Changing, branch: str) -> None:
    """A person merges what was approved, and a controller applies it."""
    git = there.here.one.remote.git
    git("fetch", "--quiet", "origin")
    git("checkout", "--quiet", "-B", "main", f"origin/{branch}")
    git("push", "--quiet", "origin", "main")
    there.here.settle()
    there.portal.server.house.copy.head(fresh=True)


def test_a2_the_yearly_report_is_set_up_counted_proposed_approved_and_stands_on_its_page(
    visit: Visits, there: Changing
) -> None:
    there.here.one.write("update reconciler.portal_drafts set state = 'dropped' where state = 'open'")
    reader = entered(visit, there.portal, ADMIN).follow("Demoforeningen")
    named = "Årsrapport: Tilskudd til funksjonshemmedes organisasjoner"
    reader.sees(f"{named} ikke satt opp ingen", part="Systemer som kan kobles til")
    reader.follow(f"Sett opp {named}").sees(f"{named} ikke satt opp", "Du trenger ingen pålogging.")
    reader.press(f"Sett opp {named}").press("Lagre og gå videre").sees("Dette må fylles ut.")
    reader.write("Tittel", "Rapport om medlemmer og likepersonsarbeid").write("Dag", "15").write("Måned", "9")
    reader.press("Lagre og gå videre").sees("Holdt i Norge (gjetning, se over)", "Sted (gjetning, se over)")
    reader.choose("Felt i appen for Sted (Likepersonsaktiviteter)", "Møtested")
    reader.press("Lagre og gå videre").sees("Typene er lest av aktivitetene i 2025.", "hearing_talk 14 aktiviteter")
    reader.choose("Hva hearing_talk er", "Oppsøkende likepersonsarbeid")
    reader.press("Lagre og gå videre").sees("Ingenting hindrer rapporten for 2025.", "Antall medlemmer")
    reader.press("Jeg har sett på det. Gå videre").sees("Fra og med grunnlagsåret 2025", "place: {field: venue}", FILE)
    reader.follow("Se over og foreslå").press("Foreslå endringen").sees("Venter på godkjenning")
    other = there.portal.enter(ACCOUNTANT)
    [mine] = [each for each in seen(other, "/drafts")["drafts"] if each["word"] == "waiting"]
    page = seen(other, f"/drafts/{mine['id']}")
    told(other, f"/drafts/{mine['id']}/say", {"word": "approve", "reason": "Sett på sammen", "commit": page["commit"]})
    merged(there, page["branch"])
    reader.follow("Demoforeningen").sees(f"{named} aktiv bufdir", part="Systemer som kan kobles til")
    reader.follow("bufdir", part="Systemer som kan kobles til").follow("bufdir 2025")
    reader.sees("Frist 15. september 2026", "Blir minnet på den lise-alfa").follow("Kontroller med dagens data")
    reader.waits("Ingenting hindrer at rapporten låses.")
    lise = there.portal.enter(ADMIN)
    assert lise.tell(f"{TWIN}/new/report", {"rules": "bufdir"}).json()["error"] == "wizard.report.there"
