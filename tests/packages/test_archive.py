"""The archive of record: canonical, complete, and its row hashes follow from what another library reads."""

import hashlib
import json
from datetime import date
from decimal import Decimal

import openpyxl
from parts.reports import report, sheet

from reconciler.packages.archive import canonical
from reconciler.packages.package import write
from reconciler.reports.document import Column


def archive(folder):
    return json.loads((folder / "report.json").read_bytes())


def test_it_is_canonical_json(tmp_path):
    folder = write(report(), tmp_path / "pakke").folder
    text = (folder / "report.json").read_bytes().decode()
    assert canonical(json.loads(text)) == text


def test_it_says_what_was_counted_by_which_rules_and_which_commit(tmp_path):
    found = archive(write(report(corrections=["Ett medlem mindre"], version=2), tmp_path / "pakke").folder)
    assert found["schema"] == 1
    assert found["rules"] == "likepersonsarbeid, versjon 3 (gjelder fra 01.01.2024)"
    assert (found["period"], found["commit"]) == ({"first": "2025-01-01", "last": "2025-12-31"}, "4f" * 20)
    assert (found["year"], found["version"], found["corrections"]) == (2025, 2, ["Ett medlem mindre"])
    assert found["organization"]["number"] == "988077917"
    assert [each["value"] for each in found["figures"]] == [5385, 15, 8, "1234.50", None]
    assert [each["rows"] for each in found["sheets"]] == [5, 15, 2, 1, 12, 1]
    activities = found["sheets"][4]
    assert activities["totals"] == {"Antall deltakere": 66, "Varighet (min)": 426, "Timer": "7.10"}
    assert activities["columns"][4] == {"heading": "Dato", "kind": "date"}


def test_the_row_hashes_can_be_made_from_the_workbook(tmp_path):
    folder = write(report(9), tmp_path / "pakke").folder
    told = archive(folder)["sheets"][4]
    page = openpyxl.load_workbook(folder / "summary.xlsx")["Likepersonsaktiviteter"]
    digests = []
    for row in page.iter_rows(min_row=2, max_row=10, values_only=True):
        day, hours = row[4].date().isoformat(), f"{Decimal(str(row[10])):.2f}"
        words = ["" if cell is None else cell for cell in row[12:]]
        cells = [*row[:4], day, *row[5:10], hours, row[11] == "ja", *words]
        text = json.dumps(cells, separators=(",", ":"), ensure_ascii=False)
        digests.append(hashlib.sha256(text.encode()))
    assert told["row_sha256"] == [each.hexdigest() for each in digests]
    assert told["sha256"] == hashlib.sha256(b"".join(each.digest() for each in digests)).hexdigest()


def test_a_row_that_changes_changes_its_own_hash_and_the_sheet_s(tmp_path):
    columns = (Column("Dag", "date"), Column("Timer", "decimal"))
    first = sheet((date(2025, 1, 1), Decimal("1.50")), (date(2025, 1, 2), None), columns=columns)
    second = sheet((date(2025, 1, 1), Decimal("1.51")), (date(2025, 1, 2), None), columns=columns)
    one, other = (archive(write(report(sheets=[each]), tmp_path / each_name).folder)["sheets"][1]
                  for each_name, each in (("a", first), ("b", second)))  # fmt: skip
    same = [left == right for left, right in zip(one["row_sha256"], other["row_sha256"], strict=True)]
    assert same == [False, True]
    assert one["sha256"] != other["sha256"]


def test_a_sheet_without_rows_is_there(tmp_path):
    found = archive(write(report(sheets=[sheet()], figures=(), findings=()), tmp_path / "pakke").folder)["sheets"]
    assert [(each["rows"], each["row_sha256"]) for each in found] == [(0, [])] * 3
    assert {each["sha256"] for each in found} == {hashlib.sha256(b"").hexdigest()}
