"""With a database that is only read, a review counts real records and kroner, and names nobody."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.fixtures import books, config_repository, forking, installation, prepared, simulator_process
from parts.installation import ROOT, START, Installation, committed
from parts.proposals import edited, git

from reconciler.cli.main import run
from reconciler.specs.collection import read_catalog
from reconciler.wiring import catalog

__all__ = ["books", "config_repository", "forking", "installation", "prepared", "simulator_process"]

MILEAGE = "orgs/blindeforbundet/mappings/mileage-claims.yaml"
EXPENSES = "orgs/blindeforbundet/mappings/expense-claims.yaml"
XLEDGER = "orgs/blindeforbundet/integrations/xledger.yaml"
COURSES = "orgs/blindeforbundet/exclusions/courses.yaml"
FORMS = ("markdown", "text", "html", "json")
Edit = Callable[[Path], None]
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def root(installation: Installation, tmp_path: Path) -> Path:
    """A config repository of the test's own."""
    return shutil.copytree(installation.repository, tmp_path / "config")


@pytest.fixture
def said(installation: Installation, root: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """A review of the newest commit, with the database."""

    def report(form: str = "markdown", *more: str) -> tuple[int, str]:
        capsys.readouterr()
        settings = replace(installation.settings, clock_start=START + timedelta(minutes=30))
        asked = ["review", "--repository", str(root), "--base", "HEAD~1", "--head", "HEAD", "--format", form]
        code = run([*asked, *(more or ("--database",))], settings)
        return code, capsys.readouterr().out

    return report


@pytest.fixture
def effects(root: Path, said: Said) -> Callable[[Edit], list[dict[str, Any]]]:
    """What an edit does to data."""

    def found(edit: Edit) -> list[dict[str, Any]]:
        edit(root)
        committed(root, "proposed")
        (organization,) = json.loads(said("json")[1])["organizations"]
        return organization["effects"]

    return found


def another_account(root: Path) -> None:
    edited(root, MILEAGE, 'value: "5330"', 'value: "5331"')


def test_documents_that_went_and_would_look_different_are_counted_and_left_alone(installation, root, said, effects):
    installation.sync()
    rows = "select state, count(*), max(attempt) from reconciler.exports group by 1 order by 1"
    before = installation.sql(rows)
    (effect, _) = effects(another_account)
    assert effect["real"]["waiting"] == {"records": 0, "sum": "0.00"}
    assert effect["real"]["different"] == {"records": 6, "sum": "2110.54"}
    assert effect["real"]["fields"] == [["Account (account.code)", 6]]
    assert installation.sql(rows) == before
    head = said()[1].splitlines()[:15]
    assert any("none waits, 6 of the last 6 sent, NOK 2 110.54, would look different" in line for line in head)


def test_a_code_that_the_target_does_not_know_is_named_with_the_age_of_the_list(installation, effects, said):
    installation.sync()
    (_, codes) = effects(another_account)
    assert (codes["unknown"], codes["read_at"][:16]) == (["5331"], "2026-03-02T08:00")
    words = "account `5331` does not exist in entity 31007, by the list read 2026-03-02 08:00 CET"
    assert words in said()[1]


def test_a_list_that_was_never_read_says_nothing_of_a_code(effects, said):
    (_, codes) = effects(another_account)
    assert (codes["asked"], codes["read_at"], codes["unknown"]) == (True, None, [])
    assert "was never read: the next sync asks before it sends" in said()[1]


def test_records_that_wait_are_counted_with_their_sum(installation, effects):
    (effect, _) = effects(another_account)
    expected = installation.sql(
        "select count(*), sum(amount)::text from app.mileage_claims where status = 'approved'"
        " and organization_id = (select id from reconciler.organizations) and approved_at >= '2025-12-31T23:00Z'"
    )
    assert [tuple(effect["real"]["waiting"].values())] == expected


def test_records_that_an_exclusion_held_back_are_newly_in_from_the_day_after_its_end(installation, effects):
    found = effects(lambda root: edited(root, COURSES, "until: 2029-12-31", "until: 2026-03-31"))
    (effect,) = [each for each in found if each["effect"] == "selection"]
    held = (
        "select count(*), sum(amount)::text from app.expense_claims where status = 'approved' and receipt is not null"
        " and cost_center <> '' and expense_type = 'course' and organization_id = (select id from"
        " reconciler.organizations) and approved_at >= '2025-12-31T23:00Z'"
    )
    assert (effect["on"], effect["today"]) == ("2026-04-01", False)
    assert [tuple(effect["real"][0]["amount"].values())] == installation.sql(held)
    assert effect["real"][0]["way"] == "in"


def test_what_a_narrower_filter_leaves_out_is_counted_by_reason(effects):
    status = "present: [receipt, cost_center]"
    found = effects(lambda root: edited(root, XLEDGER, status, "present: [receipt, cost_center, project]"))
    (effect,) = [each for each in found if each["effect"] == "selection"]
    assert {(each["way"], each["reason"]) for each in effect["real"]} == {("out", "project is missing")}


def test_a_retarget_says_what_went_to_the_old_target(installation, root, said):
    installation.sync()
    edited(root, XLEDGER, 'entity: "31007"', 'entity: "31008"')
    committed(root, "another entity")
    code, text = said()
    assert code == 4
    head = "\n".join(text.splitlines()[:15])
    assert "16 records, NOK 9 936.54, already sent to simulator:xledger:31007" in head


def test_an_integration_that_sent_is_not_deleted_however_small_the_organisation(installation, root, said):
    installation.sync()
    for path in ("mappings/mileage-claims.yaml", "mappings/driver-honorariums.yaml", "mappings/expense-claims.yaml"):
        (root / "orgs/blindeforbundet" / path).unlink()
    for path in (XLEDGER, COURSES, "orgs/blindeforbundet/schedules/xledger.yaml"):
        (root / path).unlink()
    committed(root, "all of it")
    code, text = said()
    assert code == 4
    assert "Integration/xledger has sent" in text


def personal(installation: Installation) -> Iterator[str]:
    """Every value of a personal field of the organisation's records that is long enough to be told from others."""
    categories = read_catalog({}, catalog()).categories
    for name in ("expense_claims", "mileage_claims", "driver_honorariums"):
        spec = categories[name].spec
        for field, each in spec.fields.items():
            if each.personal != "none":
                column = spec.column(field)
                query = f"select distinct {column}::text from {spec.relation} where {column} is not null"
                yield from (value for (value,) in installation.sql(query) if len(value) > 4)


def test_no_form_of_a_report_holds_anything_of_a_real_person(installation, root, said):
    """A mapping that refuses every record quotes what it refuses: that must stay inside."""
    installation.sync()
    rule = "{to: subledger.code, from: volunteer_number}"
    for path in (MILEAGE, EXPENSES):
        edited(root, path, rule, "{to: subledger.code, from: volunteer_number, lookup: people}")
        edited(root, path, "  lookups:\n", "  lookups:\n    people: {V10001: '1', V10011: '2'}\n")
        text = (root / path).read_text(encoding="utf-8")
        (root / path).write_text(text[: text.index("  tests:")], encoding="utf-8")
    committed(root, "people by a list")
    samples = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "specs/data-categories").glob("*.yaml"))
    canary = [each for each in personal(installation) if each not in samples]
    assert len(canary) > 30
    for form in FORMS:
        code, text = said(form)
        assert (code, "would now be refused" in text or form == "json") == (0, True)
        assert [each for each in canary if each in text] == []


def test_a_database_that_cannot_be_reached_is_no_empty_one(root, said):
    another_account(root)
    committed(root)
    code, text = said("markdown", "--database", "postgresql://x@127.0.0.1:1/x")
    assert (code, text) == (75, "")


def test_without_the_option_no_database_is_opened(installation, root, said, capsys):
    another_account(root)
    committed(root)
    asked = ["review", "--repository", str(root), "--base", "HEAD~1"]
    assert run(asked, replace(installation.settings, database_url="postgresql://x@127.0.0.1:1/x")) == 0
    assert "no database was read" in capsys.readouterr().out
    assert git(root, "status", "--short") == ""


@pytest.fixture
def reading_only(administration, installation: Installation) -> Iterator[str]:
    """The URL of a role that may read everything and write nothing, as docs/reference/review.md makes it."""
    page = (ROOT / "docs/reference/review.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    administration.execute(recipe.replace("'...'", "'only-reads'"))
    yield re.sub(r"//[^@]*@", "//reconciler_review:only-reads@", installation.settings.database_url)
    administration.execute("drop role reconciler_review")


def test_a_role_that_can_only_read_is_enough(installation, root, said, reading_only):
    installation.sync()
    another_account(root)
    committed(root)
    code, text = said("markdown", "--database", reading_only)
    assert (code, "6 of the last 6 sent, NOK 2 110.54, would look different" in text) == (0, True)
    with psycopg.connect(reading_only) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("delete from reconciler.voices")


def test_a_retarget_counts_what_goes_once_more_to_the_new_target(installation, root, said):
    installation.sync()
    edited(root, XLEDGER, 'entity: "31007"', 'entity: "31008"')
    another_account(root)
    committed(root, "another entity, and another account")
    text = said()[1]
    head = "\n".join(text.splitlines()[:15])
    assert "19 records, NOK 12 525.86 would go to another target, sent before or not" in head
    assert "nothing is sent again by itself" not in text


def test_a_mapping_that_refuses_what_was_sent_says_so_in_the_first_lines(installation, root, said):
    installation.sync()
    text = (root / MILEAGE).read_text(encoding="utf-8")
    (root / MILEAGE).write_text(text[: text.index("  tests:")], encoding="utf-8")
    rule = "{to: subledger.code, from: volunteer_number}"
    edited(root, MILEAGE, rule, "{to: subledger.code, from: volunteer_number, lookup: people}")
    edited(root, MILEAGE, "  lookups:\n", "  lookups:\n    people: {V10001: '1', V10011: '2'}\n")
    committed(root, "people by a list")
    head = "\n".join(said()[1].splitlines()[:15])
    assert "would look different, and" in head
    assert "would be refused (mileage claims)" in head


def test_what_the_target_has_refused_goes_again_with_another_mapping_and_that_is_said(
    installation, root, said, effects
):
    """The next sync tries it anew, also where both mappings make a document of it."""
    installation.sync()
    rejected = "update reconciler.exports set state = 'rejected', sent_at = null where category = 'mileage_claims'"
    installation.sql(f"{rejected} returning id")
    (effect, _) = effects(another_account)
    assert (effect["real"]["turned_down"], effect["real"]["mended"]) == (7, 6)
    assert "6 refused before would be sent again" in "\n".join(said()[1].splitlines()[:15])
