"""The editors over HTTP: what one writes into a form stands in a draft, and nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from parts.databases import database, url_of
from parts.drafting import HOME, Drafting, drafting
from parts.editing import claims, editor
from parts.page_forms import Form
from parts.proposing import ACCOUNTANT, OWN

from reconciler.database.portal_drafts import DraftTable
from reconciler.database.scoped import Scope

PAGES = ("/schedules/members/edit", "/integrations/members/selection", "/exclusions/courses/edit", "/freezes")


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, server_url: str, administration: psycopg.Connection, template: str
) -> Iterator[Drafting]:
    """One for all tests that only write drafts."""
    with database(administration, "test", template) as name:
        yield from staged(tmp_path_factory.mktemp("editors"), url_of(server_url, name))


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Drafting]:
    """One for tests that change what is followed, or count drafts, in their order."""
    yield from staged(tmp_path_factory.mktemp("apart"), shared_url)


def staged(folder: Path, database_url: str) -> Iterator[Drafting]:
    with drafting(folder, database_url, OWN) as found:
        claims(
            found,
            ("approved", "2026-02-01", 100, "receipts/1"),
            ("approved", "2026-02-02", 200, "receipts/2"),
            ("approved", "2026-02-03", 40, None),
            ("approved", "2025-11-03", 500, "receipts/3"),
            ("draft", "", 30, None),
        )
        yield found


def test_a_form_that_comes_back_as_it_was_changes_nothing_and_begins_no_draft(apart: Drafting) -> None:
    admin = editor(apart)
    for path in PAGES:
        assert admin.saved(admin.form(path)) == path
        assert "Ingenting er endret" in admin.page(path)
    assert admin.drafts() == []


def test_another_time_is_said_in_words_before_anybody_saves_it_and_is_one_change_of_its_file(stage: Drafting) -> None:
    admin = editor(stage)
    sent = admin.form("/schedules/members/edit").put("every", "daily").put("at", "04:30")
    back = admin.saved(sent, "check")
    page = admin.page(back)
    assert "hver dag kl. 04.30 (Europe/Oslo)" in page
    assert "every day at 04:30 (Europe/Oslo)" not in page  # one language at a time
    assert page.count("<time datetime=") >= 5
    draft = admin.saved(admin.form(back, "/schedules/members/edit"))
    assert draft.startswith("/drafts/")
    assert admin.lines(draft) == [
        '-  cron: "15 5 * * 1,4"                # Mondays and Thursdays at 05:15',
        "+  every: daily",
        '+  at: "04:30"',
    ]


def test_a_schedule_that_is_proposed_at_once_is_live_after_a_round_where_the_rules_let_one_decide(
    apart: Drafting,
) -> None:
    admin = editor(apart)
    draft = admin.saved(admin.form("/schedules/members/edit").put("cron", "45 5 * * 1,4"), "propose")
    apart.round()
    assert admin.visitor.get(f"/api/v1/organizations/alfa{draft}").json()["word"] == "live"


def test_a_cron_expression_that_is_none_stays_in_the_form_with_what_is_wrong_beside_it(stage: Drafting) -> None:
    admin = editor(stage)
    sent = admin.form("/schedules/members/edit").put("cron", '"><script>alert(1)</script> * *')
    back = admin.saved(sent, "propose")
    assert back.startswith("/schedules/members/edit?draft=")
    page = admin.page(back)
    assert "<script>alert" not in page
    assert "kan ikke leses" in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page
    assert stage.here.bare.git("branch", "--list", "proposal/*") == ""


def test_the_hour_that_the_clock_change_moves_is_warned_of_in_the_language_of_the_visit(stage: Drafting) -> None:
    admin = editor(stage)
    asked = {"every": "daily", "at": "02:30"}
    words = admin.visitor.get("/api/v1/organizations/alfa/schedules/words", params=asked).json()
    assert words["nb"] == "hver dag kl. 02.30 (Europe/Oslo)"
    assert len(words["coming"]) == 5
    assert [each["severity"] for each in words["remarks"]] == ["warning"]
    assert "klokka" in words["remarks"][0]["message"] or "02.00" in words["remarks"][0]["message"]
    page = admin.visitor.get("/o/alfa/schedules/words", params=asked).text
    assert "Advarsel" in page


def test_days_on_which_nothing_is_sent_stand_beside_the_runs_that_fall_into_them(stage: Drafting) -> None:
    admin = editor(stage)
    asked = {"every": "cron", "cron": "0 4 24-28 12 *"}
    words = admin.visitor.get("/api/v1/organizations/alfa/schedules/words", params=asked).json()
    assert all(each["frozen"] for each in words["coming"])
    assert "over Christmas" in words["coming"][0]["note"]


def test_what_an_integration_exports_is_switched_and_narrowed_where_it_is_written(stage: Drafting) -> None:
    admin = editor(stage)
    sent = admin.form("/integrations/members/selection")
    sent.untick("on", "activity_logs").tick("chosen", "expense_claims/expense_type=travel")
    sent.put_at("expense_claims//since", "2025-06-01")
    sent.put_at("expense_claims/amount/low", "100").put_at("expense_claims/cost_center/filled", "present")
    back = admin.saved(sent, "check")
    page = admin.page(back)
    assert "Dagen er flyttet bakover fra 1. januar 2026" in page
    draft = admin.saved(admin.form(back, "/integrations/members/selection"))
    assert admin.lines(draft) == [
        "-      since: 2026-01-01",
        "-      where: {status: [approved], present: [receipt]}",
        "-    - category: activity_logs",
        "-      since: 2026-01-01",
        "+      since: 2025-06-01",
        (
            "+      where: {status: [approved], present: [receipt, cost_center], expense_type: [travel],"
            ' amount: {min: "100"}}'
        ),
    ]


def test_a_mistake_of_a_condition_stands_at_its_field(stage: Drafting) -> None:
    admin = editor(stage)
    sent = admin.form("/integrations/members/selection").put_at("expense_claims/amount/low", "<b>mye</b>")
    back = admin.saved(sent, "check")
    told = admin.visitor.get(f"/api/v1/organizations/alfa{back}").json()["told"]
    assert told[0]["place"] == "expense_claims/amount"
    page = admin.page(back)
    assert "<b>mye" not in page
    assert "&lt;b&gt;mye" in page


def test_an_exclusion_is_made_changed_and_removed(stage: Drafting) -> None:
    admin = editor(stage)
    new = admin.form("/exclusions/new?what=records&category=expense_claims", "/exclusions/new")
    new.put("name", "small-ones").put("reason", "Small amounts are paid <i>in cash</i>").put("until", "2026-12-31")
    new.put_at("expense_claims/amount/high", "50")
    back = admin.saved(new, "check")
    page = admin.page(back)
    assert "<i>in cash" not in page
    draft = admin.saved(admin.form(back, "/exclusions/small-ones/edit"))
    assert [each for each in admin.lines(draft) if "amount:" in each] == ['+  records: {amount: {max: "50"}}']
    changed = admin.form("/exclusions/courses/edit").put("until", "2027-06-30")
    assert admin.lines(admin.saved(changed)) == ["+  until: 2027-06-30"]
    gone = admin.form("/exclusions/courses/edit", "/exclusions/courses/remove")
    assert all(each[0] == "-" for each in admin.lines(admin.saved(gone)))


def test_single_records_and_fields_are_excluded_by_name(stage: Drafting) -> None:
    admin, one = editor(stage), "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
    ids = admin.form("/exclusions/new?what=ids&category=expense_claims", "/exclusions/new")
    ids.put("name", "one").put("reason", "It was paid twice by hand").put("ids", f" {one}\r\n\r\n")
    assert f"+  ids: [{one}]" in admin.lines(admin.saved(ids))
    fields = admin.form("/exclusions/new?what=fields&category=activity_logs", "/exclusions/new")
    fields.put("name", "notes").put("reason", "Free text stays in the app").tick("fields", "notes")
    assert "+  fields: [notes]" in admin.lines(admin.saved(fields))


def test_a_draft_leads_back_to_the_page_where_it_can_be_changed_further(stage: Drafting) -> None:
    admin = editor(stage)
    draft = admin.saved(admin.form("/freezes").put_row(0, "first", "2026-12-23"))
    again = f"/freezes?draft={draft.rpartition('/')[2]}"
    assert f'href="{HOME}{again}"' in admin.page(draft)
    assert 'value="2026-12-23"' in admin.page(again)


def test_features_that_a_portal_owns_are_ticked(stage: Drafting) -> None:
    admin = editor(stage)
    new = admin.form("/exclusions/new?what=features", "/exclusions/new")
    new.put("name", "own-portal").put("reason", "Kept in our own portal only")
    new.tick("features", "chat").tick("features", "news")
    lines = admin.lines(admin.saved(new))
    assert "+  features: [chat, news]" in lines


def test_the_list_of_exclusions_says_what_until_when_and_which_are_over(apart: Drafting) -> None:
    spec = "{features: [chat], reason: <b>Until the move</b>, until: 2026-01-31}"
    text = f"apiVersion: reconciler/v1\nkind: Exclusion\nmetadata: {{name: over}}\nspec: {spec}\n"
    apart.here.push(files={"orgs/alfa/exclusions/over.yaml": text})
    apart.portal.server.house.copy.head(fresh=True)
    admin = editor(apart)
    rows = admin.visitor.get("/api/v1/organizations/alfa/exclusions").json()["exclusions"]
    assert [(each["name"], each["ended"]) for each in rows] == [("courses", False), ("over", True)]
    page = admin.page("/exclusions")
    assert "(over)" in page
    assert "<b>Until" not in page
    assert "Meldinger" in page


def test_closed_days_come_and_go(stage: Drafting) -> None:
    admin = editor(stage)
    sent = admin.form("/freezes").put_row(1, "first", "2026-07-01").put_row(1, "last", "2026-06-01")
    back = admin.saved(sent.put_row(1, "reason", "<u>Summer closing</u>").put_row(1, "stops", "both"), "check")
    page = admin.page(back)
    assert "ends before it begins" in page
    assert "<u>Summer" not in page
    draft = admin.saved(admin.form(back, "/freezes").put_row(1, "last", "2026-07-31").tick("gone", "0"))
    assert [each[:40] for each in admin.lines(draft)] == [
        "-    - {from: 2026-12-24, to: 2027-01-03",
        "+    - {from: 2026-07-01, to: 2026-07-31",
    ]


def test_what_would_go_and_what_waits_is_counted_before_and_after_with_the_reasons(stage: Drafting) -> None:
    admin = editor(stage)
    path = "/api/v1/organizations/alfa/integrations/members/selection"
    assert (admin.visitor.get(path).json()["counted"], admin.visitor.get(path).json()["counts"]) == (False, [])
    counts = admin.visitor.get(f"{path}?count=true").json()["counts"]
    (now,) = [each for each in counts if each["category"] == "expense_claims"]
    assert (now["before"]["go"], now["before"]["amount"], now["changed"]) == (2, "300.00", False)
    assert [(each["records"], each["reason"]) for each in now["before"]["withheld"]] == [(1, "kvittering mangler")]
    assert now["before"]["left_out"] == 2
    sent = admin.form("/integrations/members/selection").put_at("expense_claims//since", "2025-11-01")
    back = admin.saved(sent.put_at("expense_claims/receipt/filled", ""), "check")
    counts = admin.visitor.get(f"/api/v1/organizations/alfa{back}").json()["counts"]
    (then,) = [each for each in counts if each["category"] == "expense_claims"]
    assert (then["before"]["go"], then["after"]["go"], then["after"]["amount"]) == (2, 4, "840.00")
    page = admin.page(back)
    assert "Med utkastet" in page
    assert "kr\N{NO-BREAK SPACE}840,00" in page


def test_an_exclusion_says_how_many_records_it_would_hold_back(stage: Drafting) -> None:
    admin = editor(stage)
    new = admin.form("/exclusions/new?what=records&category=expense_claims", "/exclusions/new")
    new.put("name", "small-ones").put("reason", "Small amounts are paid in cash")
    back = admin.saved(new.put_at("expense_claims/amount/high", "150"), "check")
    (told,) = admin.visitor.get(f"/api/v1/organizations/alfa{back}").json()["counts"]
    assert (told["before"]["go"], told["after"]["go"]) == (2, 1)
    assert "Small amounts are paid in cash" in admin.page(back)


def test_whoever_may_not_propose_looks_at_what_is_set_up_and_changes_nothing(stage: Drafting) -> None:
    other = editor(stage, ACCOUNTANT)
    assert "Lag tidsplan" not in other.page("/setup")
    assert other.visitor.get(f"{HOME}/exclusions").status_code == 200
    for path in PAGES:
        assert other.visitor.get(HOME + path).status_code == 403, path
        assert other.visitor.post(HOME + path, do="save").status_code == 403, path
        assert other.visitor.tell(f"/api/v1/organizations/alfa{path}", {}).status_code == 403, path
    assert other.visitor.post(f"{HOME}/exclusions/courses/remove").status_code == 403


def test_another_organisation_and_what_is_not_there_are_the_same(stage: Drafting) -> None:
    admin = editor(stage)
    for path in PAGES:
        assert admin.visitor.get(f"/o/beta{path}").status_code == 404, path
        assert admin.visitor.post(f"/o/beta{path}", do="save").status_code == 404, path
    for path in ("/schedules/none/edit", "/integrations/none/selection", "/exclusions/none/edit"):
        assert admin.visitor.get(HOME + path).status_code == 404, path
        assert admin.visitor.post(HOME + path, do="save").status_code == 404, path
    assert admin.visitor.get(f"{HOME}/freezes?draft={uuid4()}").status_code == 404


def test_a_form_without_its_word_is_refused(stage: Drafting) -> None:
    admin = editor(stage)
    for path in PAGES:
        answer = admin.visitor.client.post(HOME + path, data={"do": "save"}, headers={"origin": admin.visitor.address})
        assert answer.status_code == 403, path


def test_two_windows_of_one_draft_do_not_write_over_each_other(stage: Drafting) -> None:
    admin = editor(stage)
    back = admin.saved(admin.form("/schedules/members/edit").put("zone", "Europe/London"), "check")
    first, second = (admin.form(back, "/schedules/members/edit") for _ in range(2))
    admin.saved(first.put("cron", "45 5 * * *"))
    answer = admin.visitor.tell("/api/v1/organizations/alfa/schedules/members/edit", one_of(second))
    assert answer.status_code == 409


def test_what_is_taken_back_is_no_change_any_more(stage: Drafting) -> None:
    admin = editor(stage)
    back = admin.saved(admin.form("/schedules/members/edit").put("zone", "Europe/London"), "check")
    draft = admin.saved(admin.form(back, "/schedules/members/edit").put("zone", ""))
    assert admin.lines(draft) == []
    assert "endrer ingenting" in admin.page(draft)


def test_an_integration_that_only_a_draft_has_can_be_narrowed_there(stage: Drafting) -> None:
    admin, house = editor(stage), stage.portal.server.house
    files = {path: text.decode() for path, text in house.copy.files("alfa", house.copy.head()).items()}
    begun = admin.saved(admin.form("/freezes").put_row(0, "first", "2026-12-23")).rpartition("/")[2]
    scope = Scope(house.lines, stage.here.one.world.applied.organization_id("alfa"))
    table = DraftTable(scope)
    draft = table.draft(UUID(begun))
    assert draft is not None
    text = files["orgs/alfa/integrations/members.yaml"].replace("metadata: {name: members}", "metadata: {name: other}")
    table.save(replace(draft, files={"orgs/alfa/integrations/other.yaml": text}), house.now)
    scope.close()
    sent = admin.form(f"/integrations/other/selection?draft={begun}").untick("on", "activity_logs")
    assert admin.saved(sent, "check") == f"/integrations/other/selection?draft={begun}"


def test_what_is_typed_into_any_field_is_text(stage: Drafting) -> None:
    admin, hostile = editor(stage), "'\"><img src=x onerror=alert(1)>{{7*7}}"
    for name in ("cron", "zone"):
        back = admin.saved(admin.form("/schedules/members/edit").put(name, hostile), "check")
        page = admin.page(back)
        assert "<img" not in page, name
        assert "&lt;img" in page, name
    sent = admin.form("/integrations/members/selection").put_at("expense_claims/project/mode", "in")
    page = admin.page(admin.saved(sent.put_at("expense_claims/project/words", hostile), "check"))
    assert "<img" not in page
    assert "&lt;img" in page
    assert (
        admin.visitor.get(f"{HOME}/schedules/words", params={"every": "cron", "cron": hostile}).text.count("<img") == 0
    )
    assert admin.visitor.get(f"{HOME}/exclusions/new", params={"category": hostile}).text.count("<img") == 0
    for name in ("name", "integration", "category", "what"):
        wanted = {"name": "a", "what": "records", "category": "expense_claims", "reason": "Long enough", name: hostile}
        answer = admin.visitor.tell("/api/v1/organizations/alfa/exclusions/new", wanted)
        assert answer.status_code in (200, 422), (name, answer.text)
        assert "<img" not in admin.page("/drafts")


def one_of(sent: Form) -> dict:
    """What a form without lists holds, as JSON."""
    return {name: values[0] for name, values in sent.fields().items()} | {"do": "save"}


def test_what_somebody_changed_meanwhile_is_not_taken_back_unseen(apart: Drafting) -> None:
    admin = editor(apart)
    sent, before = admin.form("/schedules/members/edit").put("zone", "Europe/London"), admin.drafts()
    apart.here.push(("orgs/alfa/schedules/members.yaml", "* * 1,4", "* * 2,4"))
    apart.portal.server.house.copy.head(fresh=True)
    answer = admin.visitor.tell("/api/v1/organizations/alfa/schedules/members/edit", one_of(sent))
    assert answer.status_code == 409, answer.text
    assert "meanwhile" in answer.json()["message"]
    assert admin.drafts() == before


def test_an_integration_without_a_schedule_gets_one(apart: Drafting) -> None:
    apart.here.push(files={"orgs/alfa/schedules/members.yaml": None})
    apart.portal.server.house.copy.head(fresh=True)
    admin = editor(apart)
    assert "bare når noen ber om det" in admin.page("/setup")
    sent = admin.form("/schedules/new?integration=members").put("every", "monthly").put("day", "last")
    draft = admin.saved(sent)
    assert [each for each in admin.lines(draft) if "  " in each] == [
        "+  integration: members",
        "+  every: monthly",
        "+  on: last",
        '+  at: "03:30"',
    ]
