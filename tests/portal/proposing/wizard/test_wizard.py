"""The wizard over HTTP: every type goes through it by the same code, and nothing that was answered is lost."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from contracts.systems import register
from contracts.systems.makers import MAKERS, business_central, dynamics, xledger
from contracts.systems.system import System
from parts.changing import READER, Changing, changing
from parts.databases import database, url_of
from parts.dropbox import Dropbox
from parts.forms import fields_of
from parts.portal import Visitor, answering
from parts.proposing import ADMIN
from parts.served import served

HOME, TWIN = "/o/alfa", "/api/v1/organizations/alfa"
NAUGHTY = "<script>alert(1)</script>\"'{{7*7}}"
SECRET = "ghp_T0kenThatSomebodyPastedHere01"
Found = tuple[Changing, Mapping[str, System]]


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, administration: psycopg.Connection, template: str, server_url: str
) -> Iterator[Found]:
    """A portal beside the simulator of every type."""
    with ExitStack() as running:
        members = running.enter_context(served("register", *register.LOGINS))
        others = {"business_central": business_central.LOGINS, "dynamics": dynamics.LOGINS, "xledger": xledger.LOGINS}
        started: dict[str, Any] = {name: running.enter_context(served(name, *how)) for name, how in others.items()}
        for name in ("consio-files", "cornerstone-files"):
            started[name] = Dropbox(name=name)
            running.callback(started[name].stop)
        makers = {name: maker(started.get(name, members)) for name, maker in MAKERS.items()}
        urls = {name: started.get(name, members).url for name in MAKERS}
        name = running.enter_context(database(administration, "wizard", template))
        folder = tmp_path_factory.mktemp("wizard")
        yield running.enter_context(changing(folder, url_of(server_url, name), beta=False, simulators=urls)), makers


def told(visitor: Visitor, path: str, body: object) -> dict[str, Any]:
    answer = visitor.tell(TWIN + path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def sources(visitor: Visitor, draft: str) -> dict[str, dict[str, str]]:
    """What somebody chooses who knows no better: the first field that fits, or a word."""
    source, value = {}, {}
    for part in visitor.get(f"{TWIN}/new/{draft}/mapping").json()["parts"]:
        for row in part["rows"]:
            if row["missing"] and row["sources"] and row["type"] != "reference":
                source[row["place"]] = row["sources"][0]["field"]
            elif row["missing"]:
                value[row["place"]] = "4000"
    return {"source": source, "value": value}


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_draft_of_each_type_validates_without_findings(there: Found, kind: str) -> None:
    here, makers = there
    lise, maker, name = here.portal.enter(ADMIN), makers[kind], f"new-{kind.replace('_', '-')}"
    draft = told(lise, "/new", {"type": kind})["back"].split("/")[2]
    settings = {**known(maker), "not-a-setting": "x"}
    place = {"name": name, "environment": "simulator", "settings": settings}
    assert told(lise, f"/new/{draft}/place", place)["back"].endswith("/credentials")
    failed = told(lise, f"/new/{draft}/credentials", {"fields": dict(maker.wrong)})
    assert (failed["ok"], failed["said"], failed["values"]["verdict"]["key"]) == (False, "wizard.failed", "credential")
    assert told(lise, f"/new/{draft}/credentials", {"fields": dict(maker.credential)})["said"] == "wizard.passed"
    page = lise.get(f"{TWIN}/new/{draft}/data").json()
    document = maker.document if maker.document in page["documents"] else next(iter(page["documents"]))
    data = {"on": [maker.category], "since": {maker.category: "2026-03-02"}, "document": {maker.category: document}}
    told(lise, f"/new/{draft}/data", data)
    said = told(lise, f"/new/{draft}/mapping", sources(lise, draft))
    assert said["ok"], lise.get(f"{TWIN}/new/{draft}/mapping").text
    told(lise, f"/new/{draft}/schedule", {"every": "daily", "at": "03:30"})
    summary = lise.get(f"{TWIN}/new/{draft}/summary").json()
    assert (summary["missing"], summary["told"], summary["tested"]) == ([], [], True)
    assert sorted(each["path"].split("/")[2] for each in summary["files"]) == ["integrations", "mappings", "schedules"]


def known(maker: System) -> dict[str, str]:
    """The settings that the suite of the type uses; another system than that of alfa's own link."""
    return {name: "clubs" if name == "system" else value for name, value in maker.settings.items()}


def begun(visitor: Visitor, kind: str = "xledger") -> str:
    """The id of a new draft, by the form on the page of types."""
    answer = visitor.post(f"{HOME}/new", type=kind)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[4]


def sent(visitor: Visitor, draft: str, step: str, **fields: str) -> str:
    """The step that a form leads to."""
    answer = visitor.post(f"{HOME}/new/{draft}/{step}", **fields)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{HOME}/new/{draft}/"), answer.headers
    return answer.headers["location"].rpartition("/")[2]


def seen(visitor: Visitor, draft: str, step: str) -> str:
    answer = visitor.get(f"{HOME}/new/{draft}/{step}")
    assert answer.status_code == 200, answer.text
    return answer.text


PLACE = {"environment": "simulator", "setting.entity": "31007"}
EXPENSES = {"on": "expense_claims", "since.expense_claims": "2026-03-02", "mode": "send"}
ACCOUNTS = {f"value.expense_claims/{line}/account.code": code for line, code in (("debit", "7140"), ("credit", "2910"))}


def test_a_mistake_stands_at_its_field_and_nothing_that_was_answered_is_lost(there: Found) -> None:
    lise = there[0].portal.enter(ADMIN)
    draft = begun(lise)
    assert "Dette må fylles ut." not in seen(lise, draft, "place"), "nobody has answered anything yet"
    assert (
        sent(lise, draft, "place", name="Mitt Regnskap", environment="production", **{"setting.entity": "x7"})
        == "place"
    )
    page = seen(lise, draft, "place")
    for words in ("Navnet kan bare ha små bokstaver", "Denne installasjonen får ikke gå dit.", "Dette har ikke formen"):
        assert words in page, words
    assert 'value="Mitt Regnskap"' in page
    assert lise.post(f"{HOME}/new/{draft}/credentials", **{"secret.token": "T0ken"}).status_code == 409
    assert sent(lise, draft, "place", name="books", **PLACE) == "credentials"
    assert sent(lise, draft, "data", **EXPENSES) == "mapping"
    assert sent(lise, draft, "mapping", **ACCOUNTS) == "schedule"
    assert sent(lise, draft, "schedule", every="weekly", weekday="tue", at="04:10") == "summary"
    assert sent(lise, draft, "data", **{**EXPENSES, "since.expense_claims": "2026-02-30"}) == "data"
    assert "Dagen mangler eller finnes ikke." in seen(lise, draft, "data")
    assert sent(lise, draft, "data", **EXPENSES) == "mapping"
    assert 'value="7140"' in seen(lise, draft, "mapping")
    page = seen(lise, draft, "schedule")
    assert 'value="04:10"' in page
    assert '<option value="tue" selected>' in page
    page = seen(lise, draft, "summary")
    assert "since: 2026-03-02" in page
    assert "orgs/alfa/mappings/books-expense-claims.yaml" in page
    assert "guess: " in page, "what is guessed is marked in the file"


def test_nothing_is_proposed_before_the_test_has_passed_where_the_link_leads_now(there: Found) -> None:
    lise, maker = there[0].portal.enter(ADMIN), there[1]["xledger"]
    draft = begun(lise)
    steps = (
        ("place", {"name": "ledger", **PLACE}),
        ("data", EXPENSES),
        ("mapping", ACCOUNTS),
        ("schedule", {"every": "daily"}),
    )
    for step, fields in steps:
        sent(lise, draft, step, **fields)
    refused = lise.tell(f"{TWIN}/drafts/{draft}/propose")
    assert (refused.status_code, refused.json()["error"]) == (409, "wizard.untested")
    assert "Se over og foreslå" not in seen(lise, draft, "summary")
    assert told(lise, f"/new/{draft}/credentials", {"fields": dict(maker.credential)})["ok"]
    assert "Se over og foreslå" in seen(lise, draft, "summary")
    sent(lise, draft, "place", name="ledger", environment="simulator", **{"setting.entity": "31008"})
    assert lise.tell(f"{TWIN}/drafts/{draft}/propose").status_code == 409, "it leads elsewhere by now"
    sent(lise, draft, "place", name="ledger", **PLACE)
    assert lise.tell(f"{TWIN}/drafts/{draft}/propose").json()["said"] == "proposing.proposed"


def test_a_portal_that_has_just_begun_goes_on_with_what_was_begun_on_another(there: Found, tmp_path: Path) -> None:
    settings, draft = there[0].portal.server.house.settings, begun(there[0].portal.enter(ADMIN))
    home = shutil.copytree(settings.home, tmp_path / "home", ignore=shutil.ignore_patterns("*.git"))
    for step in ("place", "data"):
        with answering(replace(settings, home=home)) as fresh:
            page = fresh.enter(ADMIN).get(f"{HOME}/new/{draft}/{step}")
        assert page.status_code == 200, page.text
        shutil.rmtree(home / "portal.git")


def test_a_secret_is_in_no_draft_and_on_no_page(there: Found, caplog: pytest.LogCaptureFixture) -> None:
    here, makers = there
    lise, right = here.portal.enter(ADMIN), makers["xledger"].credential["token"]
    draft = begun(lise)
    refused = lise.tell(f"{TWIN}/new/{draft}/place", {"name": "safe", "settings": {"entity": SECRET}})
    assert (refused.status_code, refused.json()["error"]) == (422, "wizard.unfit.secret")
    sent(lise, draft, "place", name="safe", **PLACE)
    answers = [refused.text]
    for value in ("T0ken-that-is-wrong-and-was-typed", right):
        answers.append(lise.post(f"{HOME}/new/{draft}/credentials", **{"secret.token": value, "expires_on": ""}).text)
        answers.append(seen(lise, draft, "credentials"))
    sent(lise, draft, "data", **EXPENSES)
    refused = lise.tell(f"{TWIN}/new/{draft}/mapping", {"value": {"expense_claims/debit/account.code": SECRET}})
    assert refused.status_code == 422
    answers += [refused.text, *(seen(lise, draft, step) for step in ("place", "data", "mapping", "summary"))]
    rows = here.here.one.rows("select d::text from reconciler.portal_drafts d")
    rows += here.here.one.rows("select s::text from reconciler.portal_sessions s")
    told_of = "\n".join([*answers, *(each for (each,) in rows), caplog.text])
    assert not [each for each in (SECRET, right, "T0ken-that-is-wrong") if each in told_of]
    [(kept,)] = here.here.one.rows(
        "select count(*) from reconciler.credentials where name = 'safe' and locator is not null"
    )
    assert kept == 1, "what failed is kept nowhere"


def test_a_link_is_left_and_gone_on_with_and_what_was_written_by_hand_stays(there: Found) -> None:
    lise = there[0].portal.enter(ADMIN)
    draft = begun(lise)
    sent(lise, draft, "place", name="first", **PLACE)
    sent(lise, draft, "data", **EXPENSES)
    for page in ("/new", "/drafts", ""):
        assert f"{HOME}/new/{draft}/mapping" in lise.get(HOME + page).text, page
    edit = f"{HOME}/mappings/first-expense-claims/edit"
    form = fields_of(lise.get(f"{edit}?draft={draft}").text, "mapping")
    row = next(
        name.removesuffix(".to") for name, value in form.items() if value == "postedDate" and name.endswith(".to")
    )
    form[f"{row}.source"] = "from:incurred_on"
    saved = lise.client.post(edit, data={**form, "do": "save"}, headers={"origin": lise.address})
    assert saved.status_code == 303, saved.text
    assert "endret for hånd" in seen(lise, draft, "mapping")
    sent(lise, draft, "place", name="second", **PLACE)
    files = {each["path"]: each["text"] for each in lise.get(f"{TWIN}/new/{draft}/summary").json()["files"]}
    assert sorted(files) == ["orgs/alfa/integrations/second.yaml", "orgs/alfa/mappings/second-expense-claims.yaml"]
    mapping = files["orgs/alfa/mappings/second-expense-claims.yaml"]
    assert "from: incurred_on" in mapping
    assert "integration: second" in mapping
    assert "name: second-expense-claims" in mapping


def test_a_name_or_a_file_of_others_is_not_taken(there: Found) -> None:
    lise = there[0].portal.enter(ADMIN)
    draft = begun(lise)
    assert sent(lise, draft, "place", name="members", **PLACE) == "place"
    assert "Navnet er i bruk av en annen integrasjon" in seen(lise, draft, "place")
    assert not lise.get(f"{TWIN}/new/{draft}/credentials").json()["ready"]


def test_words_of_others_are_text_and_whoever_may_not_propose_begins_nothing(there: Found) -> None:
    lise, reader = there[0].portal.enter(ADMIN), there[0].portal.enter(READER)
    assert reader.get(f"{HOME}/new").status_code == 403
    assert reader.tell(f"{TWIN}/new", {"type": "xledger"}).status_code == 403
    assert lise.tell(f"{TWIN}/new", {"type": NAUGHTY}).status_code == 404
    draft = begun(lise)
    fields = {"name": NAUGHTY, "environment": NAUGHTY, "setting.entity": NAUGHTY}
    sent(lise, draft, "place", **fields)
    sent(lise, draft, "data", **{**EXPENSES, "since.expense_claims": NAUGHTY, "document.expense_claims": NAUGHTY})
    sent(lise, draft, "place", name="hostile", **PLACE)
    sent(lise, draft, "data", **EXPENSES)
    sent(lise, draft, "mapping", **dict.fromkeys(ACCOUNTS, NAUGHTY))
    sent(lise, draft, "schedule", every="cron", cron=NAUGHTY, zone=NAUGHTY, spread=NAUGHTY)
    assert lise.tell(f"{TWIN}/new/{draft}/schedule", {"every": "daily", "at": "\x00"}).status_code == 422
    pages = [seen(lise, draft, step) for step in ("place", "credentials", "data", "mapping", "schedule", "summary")]
    pages += [lise.get(f"{HOME}/new").text, lise.get(f"{HOME}/drafts").text]
    assert not [each for each in pages if "<script>alert" in each]
    assert reader.get(f"{HOME}/new/{draft}/summary").status_code == 403
