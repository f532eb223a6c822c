"""Looking at documents: lists with their sums, CSV that no spreadsheet runs, and one record's whole story."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from parts.claims import only_claims
from parts.decisions import only
from parts.installation import WHERE, Books, Installation

from reconciler.runs.spreadsheet import DANGEROUS, defused

ORG = WHERE[0]
WHY = "It was booked by hand"


@pytest.fixture
def shown(installation: Installation, capsys):
    """Carries out `exports ...` and gives its output, whole or as JSON."""

    def say(*words: str, code: int = 0):
        capsys.readouterr()
        assert installation.run("exports", *words) == code
        out = capsys.readouterr().out
        return json.loads(out) if "json" in words else out

    return say


def test_a_list_says_what_failed_in_the_systems_own_words_with_field_and_line_and_sums_at_the_foot(
    installation: Installation, shown
) -> None:
    assert installation.sync() == 6
    out = shown("list", ORG)
    assert "number 2026000005: dimension 9999 does not exist in entity 31007" in out
    assert "field glObject1.code, written by orgs/blindeforbundet/mappings/expense-claims.yaml:21:11" in out
    sent, total = installation.sql("select count(*) filter (where state = 'sent'), count(*) from reconciler.exports")[0]
    foot = [" ".join(line.split()) for line in out.splitlines()[-6:]]
    assert f"sent {sent} 9 936.54" in foot
    assert f"all {total} 9 936.54" in foot


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        (["--state", "rejected"], "state = 'rejected'"),
        (["--state", "rejected", "--state", "sent"], "true"),
        (["--category", "mileage_claims"], "category = 'mileage_claims'"),
        (["--integration", "xledger"], "true"),
        (["--since", "2026-03-02", "--until", "2026-03-02"], "true"),
        (["--since", "2026-03-03"], "false"),
        (["--until", "2026-03-01"], "false"),
        (["--record", "2026000003"], "number = 2026000003"),
    ],
)
def test_a_list_holds_what_was_asked_for_and_its_sums_are_those_of_the_ledger(
    installation: Installation, shown, words: list[str], condition: str
) -> None:
    assert installation.sync() == 6
    wanted = installation.sql(f"select number from reconciler.exports where {condition} order by id")
    if words[0] == "--record":
        found = shown("list", ORG, *words, "--format", "json")
    else:
        found = shown("list", ORG, *words, "--format", "json", "--limit", "5000")
    assert [(each["number"],) for each in found["exports"]] == wanted
    assert sum(each["documents"] for each in found["totals"]) == len(wanted)
    assert sum(Decimal(each["amount"]) for each in found["totals"]) == sum(
        (Decimal(each["amount"] or 0) for each in found["exports"]), Decimal(0)
    )


def test_an_empty_list_and_a_short_one_say_what_to_do(installation: Installation, shown) -> None:
    assert "next: reconciler status blindeforbundet" in shown("list", ORG)
    assert installation.sync() == 6
    out = shown("list", ORG, "--limit", "2")
    assert "2 of 19 are shown: --limit shows more, --format csv all of them" in out


def test_csv_holds_every_document_and_what_an_outside_system_says_starts_no_formula(
    installation: Installation, shown
) -> None:
    assert installation.sync() == 6
    installation.sql('update reconciler.export_payloads set message = \'=HYPERLINK("http://x";"y"),\n+1\'')
    out = shown("list", ORG, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert len(rows) == 19
    assert {row["message"] for row in rows} == {'\'=HYPERLINK("http://x";"y"),\n+1'}
    amounts = installation.sql("select amount::text from reconciler.exports order by id")
    assert [row["amount"] or None for row in rows] == [amount for (amount,) in amounts]


@pytest.mark.parametrize("start", DANGEROUS)
def test_whatever_may_begin_a_formula_is_defused(start: str) -> None:
    assert defused(f"{start}1") == f"'{start}1"
    assert defused(f"  {start}1").startswith("'")
    assert defused("RCN-1") == "RCN-1"


def test_a_record_that_changed_after_it_was_sent_is_shown_so_everywhere_and_never_sent_again(
    installation: Installation, books: Books, shown, capsys
) -> None:
    assert installation.sync() == 6
    record = only(installation, "sent", "record_id")
    installation.sql("update app.expense_claims set amount = amount + 1 where id::text = %s", record)
    before = len(books.read()["vouchers"])
    assert installation.sync(minutes=5) == 0
    assert len(books.read()["vouchers"]) == before
    found = shown("list", ORG, "--changed", "--format", "json")
    assert [(each["record"], each["changed"]) for each in found["exports"]] == [(record, True)]
    assert [(each["state"], each["documents"]) for each in found["totals"]] == [("sent", 1)]
    assert shown("list", ORG).count("record changed since") == 1
    assert installation.run("why", ORG, record) == 0
    assert "; the record has changed since, and is not sent again by itself" in capsys.readouterr().out
    installation.sql(
        "update app.expense_claims set amount = amount - 1, updated_at = now() where id::text = %s", record
    )
    assert shown("list", ORG, "--changed").startswith(f"no document of {ORG} fits.")


def test_one_records_story_has_every_epoch_every_attempt_and_who_decided_what(
    installation: Installation, shown
) -> None:
    only_claims(installation, 2)
    installation.sync()
    reference = only(installation, "sent")
    record = only(installation, "sent", "record_id")
    ola = replace(installation, settings=replace(installation.settings, actor="ola-blindeforbundet"))
    assert ola.run("exports", "resend", ORG, record, "--reason", WHY, "--confirm", "1") == 0
    installation.sync(minutes=1)
    out = shown("show", ORG, reference)
    assert out.count("sent, attempt ") == 2
    assert "  epoch 2 stands in its place" in out
    assert "resend by ola-blindeforbundet: It was booked by hand" in out
    assert "next: reconciler exports resend" in out
    found = shown("show", ORG, record, "--format", "json")
    assert [(each["epoch"], each["state"], each["superseded"]) for each in found["exports"]] == [
        (1, "sent", True), (2, "sent", False),
    ]  # fmt: skip
    assert [step["state"] for step in found["exports"][1]["history"]] == ["not_applied", "sending", "sent"]
    assert {(each["actor"], each["operation"]) for each in found["decisions"]} == {("ola-blindeforbundet", "resend")}


def test_no_list_and_no_story_shows_another_organisation(installation: Installation, shown) -> None:
    assert installation.sync() == 6
    installation.sql("update reconciler.exports set organization_id = 'c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26'")
    assert shown("list", ORG, "--format", "json")["exports"] == []
    installation.run("exports", "show", ORG, only(installation, "sent"))
    assert shown("list", ORG, "--format", "csv").count("\r\n") == 1


def test_nobody_needs_a_key_to_look_or_to_decide(installation: Installation, shown, tmp_path: Path) -> None:
    assert installation.sync() == 6
    bare = replace(installation, settings=replace(installation.settings, home=tmp_path / "nothing"))
    reference = only(installation, "rejected")
    for words in (["list", ORG], ["show", ORG, reference], ["holds", ORG], ["approve", ORG], ["retry", ORG, reference]):
        assert bare.run("exports", *words) == 0
    assert not (tmp_path / "nothing").exists()


def test_what_an_integration_that_is_gone_has_sent_is_still_listed_and_cannot_be_retried(
    installation: Installation, shown, capsys
) -> None:
    assert installation.sync() == 6
    installation.sql("delete from public.organization_integrations")
    assert len(shown("list", ORG, "--format", "json")["exports"]) == 19
    reference = only(installation, "rejected")
    assert "rejected, attempt 1 (unknown-code)" in shown("show", ORG, reference)
    assert installation.run("exports", "retry", ORG, reference) == 4
    assert "no applied integration sends expense_claims to simulator:xledger:31007:voucher" in capsys.readouterr().err
    assert installation.run("exports", "give-up", ORG, reference, "--reason", WHY) == 0


def test_another_installations_documents_are_not_decided_about(installation: Installation, capsys) -> None:
    assert installation.sync() == 6
    reference = only(installation, "rejected")
    installation.sql("update reconciler.installation set name = 'elsewhere'")
    for words in (["retry", ORG, reference], ["give-up", ORG, reference, "--reason", WHY], ["list", ORG]):
        assert installation.run("exports", *words) == 5
        assert "belongs to the installation 'elsewhere'" in capsys.readouterr().err
    assert only(installation, "rejected") == reference


def test_a_row_of_configuration_that_another_hand_spoilt_is_told_and_decides_nothing(
    installation: Installation, capsys
) -> None:
    assert installation.sync() == 6
    installation.sql("update public.organization_integrations set exports = '[{\"category\": 7}]'")
    assert installation.run("exports", "retry", ORG, only(installation, "rejected")) == 5
    assert "is not as it was applied" in capsys.readouterr().err
