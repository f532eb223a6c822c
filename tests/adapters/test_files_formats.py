"""What a file holds: typed, escaped, harmless to spreadsheets, and the same bytes whenever it is written."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from reconciler.adapters.formats import Table, Unwritable, write
from reconciler.specs.models.operations import Drop

COLUMNS = {
    "reference": "text", "amount": "money", "party.name": "text", "day": "date", "count": "integer", "ok": "boolean",
}  # fmt: skip
ROW = {
    "reference": "RCN-1", "amount": "-1234.50", "party.name": "Åse & <Co> \"ltd\"; \r\n\x01", "day": "2026-03-01",
    "count": 7, "ok": True,
}  # fmt: skip
FORMATS = ("csv", "jsonl", "xml", "xlsx")


def written(form: str, *rows: dict[str, Any], **more: Any) -> bytes:
    drop = Drop.model_validate({"format": form, "folder": "in", "name": "{batch}.x", **more})
    file = io.BytesIO()
    write(Table(drop, COLUMNS), rows, file)
    return file.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_make_the_same_bytes_on_every_day_and_machine(
    form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = written(form, ROW, {"reference": "RCN-2"})
    before = os.umask(0)
    try:
        monkeypatch.setenv("TZ", "Pacific/Auckland")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        time.tzset()
        assert written(form, ROW, {"reference": "RCN-2"}) == first
    finally:
        os.umask(before)
        monkeypatch.undo()
        time.tzset()


def test_a_csv_file_is_as_the_drop_declares_it() -> None:
    text = 'Åse & <Co> ""ltd""; \r\n\ufffd'
    head = "reference;amount;party.name;day;count;ok\r\n"
    row = f'RCN-1;-1234,50;"{text}";2026-03-01;7;true\r\n'
    assert written("csv", ROW).decode() == head + row
    other = written("csv", ROW, delimiter=",", decimal=".", byte_order_mark="true")
    assert other.startswith(b"\xef\xbb\xbfreference,amount,")
    assert b"RCN-1,-1234.50," in other
    assert written("csv", ROW, delimiter="tab").startswith(b"reference\tamount")
    assert written("csv", {}) == head.encode() + b";;;;;\r\n"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_calculate_is_defused_unless_the_drop_says_otherwise(sign: str) -> None:
    attack = f"{sign}cmd|' /C calc'!A0"
    (_, row) = csv.reader(io.StringIO(written("csv", {"reference": attack}).decode(), newline=""), delimiter=";")
    assert row[0] == f"'{attack}"
    kept = written("csv", {"reference": attack}, formulas="keep").decode()
    assert list(csv.reader(io.StringIO(kept, newline=""), delimiter=";"))[1][0] == attack


def test_a_negative_amount_is_a_number_and_not_a_formula() -> None:
    assert b";-1234,50;" in written("csv", ROW)


def test_json_lines_are_nested_and_keep_decimals_as_text() -> None:
    (line,) = written("jsonl", ROW).splitlines()
    assert json.loads(line) == {
        "reference": "RCN-1",
        "amount": "-1234.50",
        "party": {"name": 'Åse & <Co> "ltd"; \r\n\ufffd'},
        "day": "2026-03-01",
        "count": 7,
        "ok": True,
    }


def test_an_xml_file_is_well_formed_whatever_it_holds() -> None:
    root = ET.fromstring(written("xml", ROW, {"reference": "]]>&amp;<!--"}, root="batch", record="claim"))
    assert (root.tag, [each.tag for each in root]) == ("batch", ["claim", "claim"])
    first, second = root
    assert first.findtext("party/name") == 'Åse & <Co> "ltd"; \r\n\ufffd'
    assert (first.findtext("ok"), first.findtext("amount")) == ("true", "-1234.50")
    assert second.findtext("reference") == "]]>&amp;<!--"
    assert [each.tag for each in second] == ["reference"]


TEXTS = st.text(st.characters(), max_size=60)


@given(TEXTS)
def test_no_text_breaks_a_file(text: str) -> None:
    row = {"reference": text, "party.name": text}
    seen = ET.fromstring(written("xml", row))[0].findtext("reference")
    lines = list(csv.reader(io.StringIO(written("csv", row, formulas="keep").decode(), newline=""), delimiter=";"))
    assert len(lines) == 2
    assert lines[1][0] == (seen or "")
    assert json.loads(written("jsonl", row))["reference"] == (seen or "")


@given(TEXTS)
def test_a_cell_of_a_workbook_never_begins_a_formula(text: str) -> None:
    cell = load_workbook(io.BytesIO(written("xlsx", {"reference": f"={text}"}))).active["A2"]
    assert cell.data_type != "f"


def test_the_cells_of_a_workbook_are_typed() -> None:
    sheet = load_workbook(io.BytesIO(written("xlsx", ROW))).active
    head, row = sheet.iter_rows()
    assert [each.value for each in head] == list(COLUMNS)
    assert [each.value for each in row][:2] == ["RCN-1", -1234.5]
    assert [each.value for each in row][3:] == [datetime(2026, 3, 1), 7, True]
    assert (row[1].number_format, row[3].number_format) == ("0.00", "yyyy-mm-dd")


def test_what_a_cell_cannot_hold_exactly_stays_text() -> None:
    row = {"amount": "12345678901234567.89", "count": 12345678901234567, "day": "1899-12-31"}
    sheet = load_workbook(io.BytesIO(written("xlsx", row))).active
    found = {name: cell.value for name, cell in zip(COLUMNS, sheet[2], strict=True)}
    assert Decimal(found["amount"]) == Decimal("12345678901234567.89")
    assert (found["count"], found["day"]) == ("12345678901234567", "1899-12-31")


def test_nothing_is_left_out_of_a_workbook_without_a_word() -> None:
    with pytest.raises(Unwritable) as caught:
        written("xlsx", {"reference": "x" * 32_768})
    assert (caught.value.field, len(caught.value.value)) == ("reference", 32_768)
    assert written("xlsx", {"reference": "x" * 32_767})


CHILD = """
import re, sys
from reconciler.adapters.formats import Table, write
from reconciler.specs.models.operations import Drop
table = Table(Drop.model_validate({"format": "xlsx", "folder": "in", "name": "{batch}.xlsx"}), {
    "reference": "text", "amount": "money", "text": "text", "day": "date"})
rows = ({"reference": f"RCN-{n:020}", "amount": f"{n}.50", "text": f"Utlegg {n} " * 4, "day": "2026-03-01"}
        for n in range(int(sys.argv[2])))
with open(sys.argv[1], "wb") as file:
    write(table, rows, file)
with open("/proc/self/status") as status:  # the most of this program alone: ru_maxrss remembers who started it
    print(re.search("VmHWM:\\s+([0-9]+)", status.read())[1])
"""


def test_a_workbook_is_written_in_memory_that_does_not_grow_with_it(tmp_path: Path) -> None:
    def needed(rows: int) -> int:
        command = [sys.executable, "-c", CHILD, str(tmp_path / "x.xlsx"), str(rows)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    small, large = needed(100), needed(20_000)
    assert large < 200 * 1024
    assert large - small < 12 * 1024, (small, large)
