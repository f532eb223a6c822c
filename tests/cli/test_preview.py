"""`reconciler preview`: what would go, as documents; and nothing happens by looking."""

import json
from pathlib import Path

import psycopg

from reconciler.cli.main import run
from reconciler.settings import Settings

PREVIEW = ["preview", "blindeforbundet", "xledger"]
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


def test_records_stand_as_documents_in_the_order_of_the_mapping(applied, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    out = preview(applied, capsys, "--category", "expense_claims", "--records", "1")
    cells = [line.split("  ") for line in out.splitlines() if "NOK 936.50" in line or "reserved" in line]
    fields = [[cell.strip() for cell in line if cell.strip()] for line in cells]
    assert fields == [
        ["all lines", "Voucher number", "trRegNumber", "(reserved when it is sent)"],
        ["Our reference", "extIdentifier", "(reserved when it is sent)"],
        ["Amount", "amount", "NOK 936.50"],
        ["Invoice amount", "invoiceAmount", "NOK 936.50"],
    ]
    tables = [line for line in out.splitlines() if "excluded:" not in line]
    assert max(map(len, tables)) <= 100


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
    assert "  5: 3ea7d5c9-1f80-4b2e-a6c4-d90b8e7f5a13\n    would be refused: 'postedDate' is required" in out
    assert "    field postedDate, orgs/blindeforbundet/mappings/expense-claims.yaml:13:7" in out


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
