"""`reconciler preview`: what would go, as documents; and nothing happens by looking."""

import json
import re
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from reconciler.cli.context import Context
from reconciler.cli.document_tables import show
from reconciler.cli.documents import Part, Shown, part_data
from reconciler.cli.main import run
from reconciler.cli.reading import reading
from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.masking import mask_of
from reconciler.mappings.refusal import Refusal
from reconciler.runs.report import Notice
from reconciler.settings import Settings

PREVIEW = ["preview", "blindeforbundet", "xledger"]
COURSES = "excluded: Course costs are invoiced to the course grant until its accounts are closed (until 2029-12-31)"
WRITTEN = ("exports", "export_payloads", "export_numbers", "withheld", "runs", "audit", "leases")


def preview(settings, capsys, *more: str) -> str:
    capsys.readouterr()
    assert run([*PREVIEW, *more], settings) == 0
    return capsys.readouterr().out


def rows(settings) -> list[int]:
    with psycopg.connect(settings.database_url) as connection:
        counts = [connection.execute(f"select count(*) from reconciler.{table}").fetchone() for table in WRITTEN]
    return [count[0] for count in counts if count]


def test_it_counts_sums_and_says_what_is_withheld(applied, capsys):
    out = preview(applied, capsys)
    assert "Expense claims (expense_claims), each as a voucher to simulator:xledger:31007:voucher" in out
    assert "  60 would go, NOK 49 619.00" in out
    assert "  31 withheld:" in out
    assert "       6  receipt is missing" in out
    assert "  88 would go, NOK 39 381.37" in out
    assert "  1 of them would be refused by the mapping:" in out
    assert "the lookup 'departments' has no entry for 'Hamar'" in out


def tables(out: str) -> list[list[str]]:
    """The cells of every row, without what is empty."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines() if line.startswith("   ")]
    return [found for line in cells if (found := [cell for cell in line if cell])]


def test_the_apps_fields_stand_beside_the_targets_in_the_order_of_the_mapping(applied, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    rows = tables(preview(applied, capsys, "--category", "expense_claims", "--records", "1"))
    assert [row for row in rows if "(reserved)" in row or "NOK 936.50" in row or "account.code" in row] == [
        ["(the ledger)", "trRegNumber", "(reserved)"],
        ["(the ledger)", "extIdentifier", "(reserved)"],
        ["expense_type", "materials", "account.code", "6800"],
        ["amount", "936.50", "amount", "NOK 936.50"],
        ["(as amount)", "invoiceAmount", "NOK 936.50"],
        ["(constant)", "account.code", "2910"],
    ]


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_tables_fit_the_screen_and_cut_nothing_off(repository, capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal of that width
    out = preview(Settings(), capsys, "--samples", "--root", str(repository), "--records", "5")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    lines = [line for line in plain.splitlines() if not re.search("samples of|orgs/|would (not )?be", line)]
    assert max(map(len, lines)) <= int(width)
    assert "transactionSource.code" in plain
    assert "…" not in plain
    assert ("Cost centre (glObject1.code)" in plain) == (width == "120")


def test_nothing_is_written_or_reserved(applied, capsys):
    before, home = rows(applied), sorted(applied.home.rglob("*"))
    preview(applied, capsys)
    assert rows(applied) == before
    assert sorted(applied.home.rglob("*")) == home


def test_the_json_twin_carries_every_line(applied, capsys):
    found = json.loads(preview(applied, capsys, "--category", "mileage_claims", "--records", "5", "--format", "json"))
    (category,) = found["categories"]
    assert category["would_send"] == {"documents": 88, "amount": "39381.37"}
    assert category["would_be_refused"] == {"the lookup 'departments' has no entry for 'Hamar'": 1}
    assert len(category["records"]) == 5
    assert {line["name"] for line in category["records"][0]["lines"]} == {"tax_free", "taxable", "payable"}
    written = {each["field"]: each["value"] for each in category["records"][0]["lines"][0]["fields"]}
    assert written["trRegNumber"] == "(reserved when it is sent)"
    assert written["amount"] == "341.95"


def test_what_was_sent_is_no_longer_previewed(connected, send, capsys):
    send()
    assert preview(connected, capsys).count("  nothing would go\n") == 3


def test_samples_need_no_database_and_show_refusals_with_their_line(repository: Path, capsys):
    more = ["--samples", "--root", str(repository), "--records", "5", "--category", "expense_claims"]
    out = preview(Settings(), capsys, *more)
    assert "samples of the category" in out
    assert "  5: 3ea7d5c9-1f80-4b2e-a6c4-d90b8e7f5a13\n" in out
    assert "    would be refused: 'postedDate' is required" in out
    assert "    field postedDate, orgs/blindeforbundet/mappings/expense-claims.yaml:13:7" in out


def test_a_sample_says_what_the_exports_conditions_would_make_of_it(repository: Path, capsys):
    more = ["--samples", "--root", str(repository), "--records", "5", "--category", "expense_claims"]
    found = json.loads(preview(Settings(), capsys, *more, "--format", "json"))["categories"][0]["records"]
    assert [each["remarks"] for each in found] == [
        [],
        [],
        ["would be withheld: " + COURSES],
        ["would be withheld: receipt is missing", "would be withheld: cost_center is missing"],
        [
            "would not be selected: status is not approved",
            "would not be selected: approved is before the cut-over day 2026-01-01, or there is none",
            "would be withheld: receipt is missing",
        ],
    ]


def test_a_warning_of_the_mapping_is_shown(applied, capsys):
    with reading(applied) as found:
        export = found.pinned(*PREVIEW[1:]).exports[0]
        ((wanted, record),) = found.records.waiting(export.stream, export.selection, export.category, found.now, 1)
    made = export.mapping.render({**record, **SAMPLE_EXPORT})
    notice = Notice("expense_claims", wanted.record_id, "above the limit of the year")
    part = Part(
        "expense_claims", "Claims", export.mapping, "x", (Shown(wanted.record_id, made, record, notices=(notice,)),)
    )
    show(Context(applied), part)
    assert "    warning: above the limit of the year" in capsys.readouterr().out
    assert part_data(part)["records"][0]["warnings"][0]["message"] == "above the limit of the year"


PERSONAL = "select volunteer_number, volunteer_id::text, description from app.expense_claims where organization_id = %s"


def people(settings) -> set[str]:
    with psycopg.connect(settings.database_url) as connection:
        identity = connection.execute("select id from reconciler.organizations").fetchone()[0]
        rows = connection.execute(PERSONAL, [identity]).fetchall()
    return {value for row in rows for value in row if value}


def shown_of(settings, out: str) -> set[str]:
    return {value for value in people(settings) if value in out}


@pytest.mark.parametrize("form", ["text", "json"])
def test_personal_data_of_real_records_is_masked_on_both_sides(applied, capsys, form):
    out = preview(applied, capsys, "--live", "--records", "5", "--format", form)
    assert shown_of(applied, out) == set()
    assert "subledger.code" in out
    assert "••••" in out


@pytest.mark.parametrize("target", ["subledger.code", "account.code"])
def test_a_refusal_repeats_no_personal_data_and_all_other(applied, target):
    with reading(applied) as found:
        export = found.pinned(*PREVIEW[1:]).exports[0]
        ((_, record),) = found.records.waiting(export.stream, export.selection, export.category, found.now, 1)
    path = export.mapping.rules_for(target)[-1 if target == "subledger.code" else 0]
    refusal = Refusal("the lookup 'accounts' has no entry for 'v7, materials'", target, path)
    part = Part("expense_claims", "Claims", export.mapping, "x", (), mask_of(export.category))
    hidden = part.without_personal(refusal.message, Shown("1", refusal, record))
    personal = target == "subledger.code"
    assert hidden == f"the lookup 'accounts' has no entry for '{'••••' if personal else 'v7, materials'}'"


def test_unmasked_shows_personal_data_and_who_and_why_stands_in_the_audit_trail(applied, capsys):
    out = preview(applied, capsys, "--unmasked", "The accountant asks who claim 7 is from")
    assert shown_of(applied, out)
    assert "••••" not in out
    with psycopg.connect(applied.database_url) as connection:
        query = "select actor, object, detail ->> 'reason' from reconciler.audit where action = 'preview-unmasked'"
        assert connection.execute(query).fetchall() == [("kari", "xledger", "The accountant asks who claim 7 is from")]


@pytest.mark.parametrize("reason", ["", "because", "kari@example.org asked me to look"])
def test_without_a_proper_reason_nothing_is_unmasked_or_audited(applied, capsys, reason):
    before = rows(applied)
    assert run([*PREVIEW, "--unmasked", reason], applied) == 2
    assert (rows(applied), capsys.readouterr().out) == (before, "")


@pytest.mark.parametrize("more", [["--live"], ["--selection"], ["--unmasked", "a long enough reason"]])
def test_options_of_real_records_do_not_go_with_samples(more):
    assert run([*PREVIEW, "--samples", *more], Settings()) == 2


def test_the_selection_counts_every_record_once_by_what_becomes_of_it_and_why(applied, capsys):
    found = json.loads(preview(applied, capsys, "--selection", "--format", "json"))["exports"]
    claims = found[0]
    assert (claims["category"], claims["go"]) == ("expense_claims", {"records": 60, "amount": "49619.00"})
    held = {each["reason"]: each["records"] for each in claims["withheld"]["reasons"]}
    assert claims["withheld"]["records"] == sum(held.values()) == 31
    assert held["receipt is missing"] == 6
    assert {each["reason"] for each in claims["not_selected"]["reasons"]} == {
        "status is not approved",
        "approved is before the cut-over day 2026-01-01, or there is none",
    }
    with psycopg.connect(applied.database_url) as connection:
        query = "select count(*), sum(amount)::text from app.expense_claims where organization_id ="
        total = connection.execute(f"{query} (select id from reconciler.organizations)").fetchone()
    fates = [claims[fate] for fate in ("go", "later", "refused", "withheld", "not_selected", "settled")]
    assert sum(each["records"] for each in fates) == total[0]
    assert str(sum(Decimal(each["amount"]) for each in fates)) == total[1]


def test_the_selection_as_people_read_it(applied, capsys):
    rows = tables(preview(applied, capsys, "--selection", "--category", "expense_claims"))
    assert ["60", "NOK 49 619.00", "would go with the next sync"] in rows
    assert ("6", "receipt is missing") in {(row[0], row[-1]) for row in rows}


def test_what_was_sent_is_settled_in_the_selection(connected, send, capsys):
    send()
    found = json.loads(preview(connected, capsys, "--selection", "--format", "json"))["exports"]
    assert [each["go"]["records"] for each in found] == [0, 0, 0]
    assert sum(each["settled"]["records"] + each["refused"]["records"] for each in found) == 186


def test_the_selection_of_a_category_that_is_not_exported_is_a_usage_error(applied):
    assert run([*PREVIEW, "--selection", "--category", "activity_logs"], applied) == 2


def test_samples_of_specs_with_errors_are_refused(repository: Path, capsys):
    mapping = repository / "orgs/blindeforbundet/mappings/expense-claims.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("account.code", "acount.code"), encoding="utf-8")
    assert run([*PREVIEW, "--samples", "--root", str(repository)], Settings()) == 1
    assert "expense-claims.yaml:" in capsys.readouterr().err


def test_a_category_that_is_not_exported_is_a_usage_error(applied, capsys):
    assert run([*PREVIEW, "--category", "activity_logs"], applied) == 2
    assert "it exports expense_claims, mileage_claims, driver_honorariums" in capsys.readouterr().err


def test_more_than_five_records_are_refused(applied):
    assert run([*PREVIEW, "--records", "6"], applied) == 2


def test_an_organisation_that_is_nowhere_is_a_usage_error(applied, repository: Path, capsys):
    assert run(["preview", "nobody", "xledger"], applied) == 2
    assert run(["preview", "nobody", "xledger", "--samples", "--root", str(repository)], applied) == 2
    assert run(["preview", "blindeforbundet", "portal", "--samples", "--root", str(repository)], applied) == 2
