"""What single changes do to data: shared values, closed days, tables and lists that were read, renames."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.proposals import commit, edited, git, organization_added, proposed, written

from reconciler.database.columns import ColumnTable
from reconciler.demo.filling import fill
from reconciler.mappings.columns import Column
from reconciler.runs.listed import Shelf
from reconciler.schedules.expression import parse
from reconciler.schedules.occurrences import following
from reconciler.settings import Settings
from reconciler.wiring import database

NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
BLIND, HLF = "orgs/blindeforbundet/organization.yaml", "orgs/hlf/organization.yaml"
DEMO_ID = "c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26"
Reported = Callable[..., dict[str, Any]]
Edit = Callable[[Path], Any]


def effects(reported: Reported, config: Path, edit: Edit, *more: str, **given: Any) -> list[dict[str, Any]]:
    """What an edit does to the first organisation."""
    proposed(config, edit)
    return reported("--head", "proposal", *more, **given)["organizations"][0]["effects"]


def of(kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    (one,) = [each for each in found if each["effect"] == kind]
    return one


def filled(url: str) -> Settings:
    """An installation to which nothing was applied, beside the app's records."""
    with psycopg.connect(url) as connection:
        fill(connection)
    return Settings(clock_start=NOW, database_url=url)


def test_a_rate_that_all_share_shows_in_the_documents_of_whoever_uses_it(config, reported):
    path = "specs/reference/mileage.yaml"
    name = "metadata: {name: mileage}"

    def edit(root: Path) -> None:
        edited(root, path, name, "metadata: {name: mileage, annotations: {overrides: builtin}}")
        edited(root, path, 'state_rate: "5.00", tax_free: "3.50"', 'state_rate: "5.00", tax_free: "3.60"')

    found = effects(reported, config, edit)
    mapping = of("mapping", found)
    assert mapping["changed"] > 0
    assert {each["label"] for each in mapping["fields"]} == {"Amount (amount)", "Invoice amount (invoiceAmount)"}
    assert of("shared", found)["document"] == "ReferenceTable/mileage"


def test_closed_days_that_are_added_name_the_runs_that_fall_into_them(config, reported, review):
    window = "    - {from: 2026-03-09, to: 2026-03-13, reason: Moving house}\n"
    found = effects(reported, config, lambda root: edited(root, BLIND, "  freeze:\n", f"  freeze:\n{window}"))
    schedule = of("schedule", found)
    assert schedule["before"]["words"] == schedule["after"]["words"]
    assert [(each["first"], each["runs"]) for each in schedule["after"]["frozen"]] == [
        ("2026-03-09", 5),
        ("2027-01-11", 5),
    ]
    assert (
        "5 runs fall into closed days, 2026-03-09 to 2026-03-13 (Moving house): skipped."
        in review("--head", "proposal")[1]
    )


@pytest.mark.parametrize("cron", ["30 3 * * 1-5", "0 6,18 1-7 * *", "15 9-17 * * *", "45 7 2 3 *"])
def test_runs_in_closed_days_are_those_that_a_walk_would_find(config, reported, cron):
    """Also where the window is open already, and some of today's runs are over."""
    window = "    - {from: 2026-02-20, to: 2026-03-15, reason: Moving house}\n"
    edited(config, "orgs/blindeforbundet/schedules/xledger.yaml", "30 3 * * 1-5", cron)
    commit(config)
    found = effects(reported, config, lambda root: edited(root, BLIND, "  freeze:\n", f"  freeze:\n{window}"))
    walked = following(parse(cron), "Europe/Oslo", NOW, 300)
    runs = sum(each.local.date().isoformat() <= "2026-03-15" for each in walked)
    frozen = {each["first"]: each["runs"] for each in of("schedule", found)["after"]["frozen"]} if runs else {}
    assert frozen.get("2026-02-20", 0) == runs


def test_a_schedule_that_only_a_person_starts_from_now_on_has_no_next_run(config, reported, review):
    def edit(root: Path) -> None:
        edited(root, "orgs/hlf/schedules/accounts.yaml", '  every: daily\n  at: "04:10"', "  every: manual")

    schedule = of("schedule", effects(reported, config, edit))
    assert (schedule["after"], len(schedule["before"]["next"])) == (None, 5)
    assert "only when somebody asks" in review("--head", "proposal")[1]


def test_a_change_of_clocks_is_told_by_the_zone_beside_each_run(config, review):
    proposed(
        config,
        lambda root: edited(root, "orgs/blindeforbundet/schedules/xledger.yaml", "30 3 * * 1-5", "30 4 28-31 3 *"),
    )
    text = review("--head", "proposal")[1]
    assert "Sat 2026-03-28 04:30 CET" in text
    assert "Sun 2026-03-29 04:30 CEST" in text


def test_a_table_that_was_read_is_held_against_the_mapping_with_its_age(config, reported, review, database_url):
    settings = filled(database_url)
    owner = next(line.split()[1] for line in (config / HLF).read_text().splitlines() if line.startswith("  id:"))
    place = "simulator:dynamics:https://hlf-test.crm19.dynamics.com,hlf_expenseclaims"
    tables = ColumnTable(database(settings))
    mapping = "orgs/hlf/mappings/expense-claims.yaml"
    line = next(each for each in (config / mapping).read_text().splitlines() if "template:" in each)
    target = line.split("to: ")[1].split(",")[0]
    known = {name: Column() for name in ("hlf_reference",)} | {target: Column(max_length=4)}
    document = next(
        each.split()[1] for each in (config / mapping).read_text().splitlines() if each.startswith("  document:")
    )
    tables.keep_columns(Shelf(owner, place, document), known, NOW)
    edit = line.replace('template: "', 'template: "Nytt ')
    found = effects(reported, config, lambda root: edited(root, mapping, line, edit), "--database", settings=settings)
    columns = of("columns", found)
    assert columns["read_at"].startswith("2026-03-02T08:00:00")
    assert any(f"({target})" in message for _, message, _ in columns["remarks"])
    text = review("--head", "proposal", "--database", settings=settings)[1]
    assert "Held against the table of" in text


def test_a_table_that_was_never_read_is_said_so(config, reported, review, database_url):
    settings = filled(database_url)
    mapping = "orgs/hlf/mappings/expense-claims.yaml"
    line = next(each for each in (config / mapping).read_text().splitlines() if "template:" in each)
    edit = line.replace('template: "', 'template: "Nytt ')
    found = effects(reported, config, lambda root: edited(root, mapping, line, edit), "--database", settings=settings)
    assert of("columns", found)["read_at"] is None
    assert (
        "was never read: nothing is held against it" in review("--head", "proposal", "--database", settings=settings)[1]
    )


CATEGORY = "specs/data-categories/expense_claims.yaml"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("organization: organization_id", "organization: volunteer_id"),
        ("relation: app.expense_claims", "relation: app.mileage_claims"),
        ("relation: app.expense_claims", "relation: reconciler.secret_values"),
    ],
)
def test_a_proposal_does_not_choose_the_table_that_is_read_for_it(config, reported, review, database_url, old, new):
    """It could count what belongs to others, or have the database refuse a statement."""
    settings = filled(database_url)

    def edit(root: Path) -> None:
        edited(root, CATEGORY, "{name: expense_claims}", "{name: expense_claims, annotations: {overrides: builtin}}")
        edited(root, CATEGORY, old, new)
        edited(root, "orgs/hlf/integrations/accounts.yaml", "since: 2026-01-01", "since: 2025-01-01")

    proposed(config, edit)
    found = reported("--head", "proposal", "--database", settings=settings)
    one = next(each for each in found["organizations"] if each["name"] == "hlf")
    assert one["uncounted"] == ["expense_claims"]
    assert of("selection", [each for each in one["effects"] if each.get("integration") == "accounts"])["real"] is None
    text = review("--head", "proposal", "--database", settings=settings)[1]
    assert "Real records are not counted for `expense_claims`" in text


def test_a_new_organisation_has_no_records_counted_for_it(config, reported, database_url):
    settings = filled(database_url)
    proposed(config, organization_added)
    (one,) = reported("--head", "proposal", "--database", settings=settings)["organizations"]
    assert all(each["real"] is None for each in one["effects"] if each["effect"] == "selection")


def test_an_organisation_that_takes_another_id_sees_nothing_of_that_one(config, reported, database_url):
    settings = filled(database_url)
    git(config, "rm", "--quiet", "-r", "orgs/hlf")
    commit(config)
    theirs = "2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3"

    def edit(root: Path) -> None:
        edited(root, "orgs/demoforeningen/organization.yaml", DEMO_ID, theirs)
        edited(root, "orgs/demoforeningen/integrations/members.yaml", "since: 2026-01-01", "since: 2020-01-01")

    proposed(config, edit)
    (one,) = reported("--head", "proposal", "--database", settings=settings)["organizations"]
    assert "organization-id" in [each["rule"] for each in one["refused"]]
    assert all(each["real"] is None for each in one["effects"] if each["effect"] == "selection")


def test_an_organisation_that_is_renamed_with_its_history_is_one_and_not_two(config, reported):
    def edit(root: Path) -> None:
        git(root, "mv", "orgs/nhf", "orgs/handikap")
        edited(
            root,
            "orgs/handikap/organization.yaml",
            "metadata: {name: nhf}",
            "metadata: {name: handikap, renamedFrom: nhf}",
        )

    proposed(config, edit)
    found = reported("--head", "proposal")
    assert [(each["name"], each["new"]) for each in found["organizations"]] == [("handikap", False)]
    (change,) = found["organizations"][0]["changes"]
    assert change["renamed_from"] == "nhf"


def test_an_organisation_that_is_renamed_without_saying_so_is_refused(config, reported):
    def edit(root: Path) -> None:
        git(root, "mv", "orgs/nhf", "orgs/handikap")
        edited(root, "orgs/handikap/organization.yaml", "metadata: {name: nhf}", "metadata: {name: handikap}")

    proposed(config, edit)
    found = reported("--head", "proposal")
    assert found["code"] == 1
    gone = next(each for each in found["organizations"] if each["name"] == "nhf")
    assert "its folder is gone" in gone["unusable"][0]


def test_an_organisation_that_is_retired_is_refused_until_it_is_allowed(config, reported):
    proposed(config, lambda root: edited(root, HLF, "  language: nb", "  language: nb\n  state: retired"))
    found = reported("--head", "proposal")
    assert (found["code"], [each["rule"] for each in found["organizations"][0]["refused"]]) == (4, ["retire"])


def test_an_approval_that_has_expired_allows_nothing(config, reported):
    def edit(root: Path) -> None:
        edited(root, HLF, "  language: nb", "  language: nb\n  state: retired")
        written(root, "orgs/hlf/approvals/retire.yaml", APPROVAL)

    proposed(config, edit)
    assert reported("--head", "proposal")["code"] == 0
    late = Settings(clock_start=datetime.fromisoformat("2026-04-01T00:30:00+02:00"))
    found = reported("--head", "proposal", settings=late)
    assert (found["code"], found["organizations"][0]["allowed"]) == (4, [])


APPROVAL = """\
apiVersion: reconciler/v1
kind: Approval
metadata: {name: retire}
spec:
  rule: retire
  object: Organization/hlf
  expires: 2026-03-31
  reason: They left the union at the end of the year
"""


def test_the_removal_of_one_integration_of_several_says_what_git_cannot_know(config, review):
    def edit(root: Path) -> None:
        for path in ("integrations/accounts", "mappings/accounts-expense-claims", "schedules/accounts"):
            (root / f"orgs/hlf/{path}.yaml").unlink()

    proposed(config, edit)
    code, text = review("--head", "proposal")
    assert code == 0, text
    assert "Whether `accounts` ever sent is not known here: if so, the removal needs an Approval too." in text


def test_a_filter_that_moves_no_sample_is_not_told_as_if_it_moved_no_record(config, review):
    def edit(root: Path) -> None:
        edited(root, "orgs/blindeforbundet/integrations/xledger.yaml", "[approved]", "[approved, submitted]")
        edited(root, "orgs/blindeforbundet/mappings/mileage-claims.yaml", '"5330"', '"5331"')

    proposed(config, edit)
    first = review("--head", "proposal")[1].splitlines()[:10]
    (row,) = [each for each in first if "Blindeforbund" in each]
    assert "`approved, submitted` (and 2 more); mapping" in row
    assert "other documents (mileage claims); no invented sample newly in or out; real records were not counted" in row


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "github", "sarif"])
def test_every_form_is_made_of_an_empty_change(config, review, form):
    proposed(config, lambda root: written(root, "README.md", "Nothing to see\n"))
    code, text = review("--head", "proposal", form=form)
    assert (code, "Traceback" in text) == (0, False)


def test_a_file_in_a_place_that_nobody_reads_is_no_change(config, reported):
    proposed(config, lambda root: written(root, "orgs/hlf/notes.txt", "later\n"))
    found = reported("--head", "proposal")
    assert (found["code"], found["organizations"], found["files"]) == (0, [], ["orgs/hlf/notes.txt"])


def test_a_merge_into_the_proposal_does_not_bring_the_bases_changes_along(config, reported):
    proposed(config, lambda root: edited(root, HLF, "  language: nb", "  language: en"))
    git(config, "checkout", "--quiet", "main")
    edited(config, BLIND, "language: nb", "language: en")
    commit(config)
    git(config, "checkout", "--quiet", "proposal")
    git(config, "merge", "--quiet", "--no-edit", "main")
    assert [each["name"] for each in reported("--head", "proposal")["organizations"]] == ["hlf"]


MILEAGE = "orgs/blindeforbundet/mappings/mileage-claims.yaml"


def summary(reported: Reported, config: Path, edit: Edit) -> str:
    """What the first lines say of records and money."""
    proposed(config, edit)
    affected: str = reported("--head", "proposal")["organizations"][0]["summary"]["affected"]
    return affected


def test_documents_that_would_be_refused_are_not_told_as_documents(config, reported, review):
    def edit(root: Path) -> None:
        edited(root, MILEAGE, "{Oslo: ", "{Hamar: ")
        text = (root / MILEAGE).read_text(encoding="utf-8")
        (root / MILEAGE).write_text(text[: text.index("  tests:")], encoding="utf-8")

    assert summary(reported, config, edit) == "1 of 5 invented samples would be refused (mileage claims)"
    assert "1 of 5 invented samples would be refused." in review("--head", "proposal")[1]


def test_a_mapping_whose_change_no_sample_shows_is_not_told_as_if_it_were_about_no_record(config, reported):
    found = summary(reported, config, lambda root: edited(root, MILEAGE, "{Oslo: ", '{Hamar: "999", Oslo: '))
    assert (
        found == "none of 5 invented samples becomes another document (mileage claims); real records were not counted"
    )


def test_days_that_are_closed_in_the_accounts_are_not_told_as_if_no_record_had_a_date(config, reported):
    found = summary(reported, config, lambda root: edited(root, BLIND, "through: 2025-12-31", "through: 2026-01-05"))
    assert "real records were not counted" in found


def test_an_integration_that_sends_from_now_on_is_not_told_as_no_record(config, reported, review):
    path = "orgs/hlf/integrations/min-side.yaml"
    found = summary(reported, config, lambda root: edited(root, path, "mode: observe", "mode: send"))
    assert found == "records that were not counted would be sent, which was only observed (expense claims)"
    assert (
        "With the next sync everything goes that is selected. That is: not counted here."
        in (review("--head", "proposal")[1])
    )


def test_another_document_of_the_same_system_is_another_target_and_everything_goes_again(config, reported, review):
    """The ledger hangs off the target, and the document is part of it."""
    path = "orgs/demoforeningen/mappings/activity-logs.yaml"

    def edit(root: Path) -> None:
        edited(root, path, "document: activity", "document: expense")
        text = (root / path).read_text(encoding="utf-8")
        rules = """
        - {to: reference, from: export.reference}
        - {to: memberNumber, value: "1"}
        - {to: date, from: started_at, date: iso}
        - {to: kind, value: travel}
        - {to: amount, from: minutes, number: {decimals: 2}}
        - {to: text, value: Tur}
"""
        (root / path).write_text(text[: text.index("      fields:")] + "      fields:" + rules, encoding="utf-8")

    found = summary(reported, config, edit)
    assert "would go to another target, sent before or not (activity logs)" in found
    text = review("--head", "proposal")[1]
    assert "also what went to the old target: the ledger knows none of it there" in text
    assert "nothing is sent again by itself" not in text


def test_a_first_schedule_says_that_what_waits_goes_by_itself(config, reported):
    path = "orgs/hlf/schedules/accounts.yaml"
    edited(config, path, '  every: daily\n  at: "04:10"', "  every: manual")
    commit(config)
    found = summary(
        reported, config, lambda root: edited(root, path, "  every: manual", '  every: daily\n  at: "04:10"')
    )
    assert found == "what waits goes by itself from now on; no record is newly in or out"
