"""The CSV files, read as a Norwegian spreadsheet does, and what would be a formula there."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.reports import report, sheet

from reconciler.packages.cells import cleaned, defused
from reconciler.packages.package import write
from reconciler.packages.tables import Table
from reconciler.reports.document import Column

STARTS = tuple("=+-@\t\r＝＋－＠")


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def test_it_has_the_mark_semicolons_and_windows_line_ends(tmp_path):
    content = (write(report(), tmp_path / "pakke").folder / "02-medlemmer-per-fylke.csv").read_bytes()
    assert content.startswith("\ufeffOrganisasjonsnummer;Organisasjon;Grunnlagsår;Fylkesnr;Fylke;".encode())
    assert content.count(b"\r\n") == content.count(b"\n") == 16
    assert lines(content)[3][3:6] == ["15", "Møre og Romsdal", "174"]


def test_days_numbers_and_words_are_norwegian():
    columns = [
        Column("Dag", "date"),
        Column("Beløp", "decimal"),
        Column("Antall", "whole"),
        Column("Ja", "boolean"),
        Column("Nr"),
    ]
    file = io.BytesIO()
    table = Table(file, sheet(columns=columns))
    table.row([date(2025, 2, 1), Decimal("-1234.50"), -14211, True, "0123"])
    table.row([None, Decimal("1E+3"), None, False, None])
    table.end()
    assert lines(file.getvalue())[1:] == [
        ["01.02.2025", "-1234,50", "-14211", "ja", "0123"],
        ["", "1000", "", "nei", ""],
    ]


@pytest.mark.parametrize("start", [*STARTS, " =", "\u00a0+", "\n="])
def test_what_may_begin_a_formula_gets_an_apostrophe(start):
    assert defused(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_headings_are_defused_too_and_plain_text_is_left_alone(tmp_path):
    made = report(sheets=[sheet(("a=b",), ("2-3",), ('"; =1',), ("linje\r\nto",), columns=[Column("=x")])])
    found = lines((write(made, tmp_path / "pakke").folder / "02-prove.csv").read_bytes())
    assert found == [["'=x"], ["a=b"], ["2-3"], ['"; =1'], ["linje\nto"]]


@given(st.lists(st.lists(st.text(st.characters(codec=None), max_size=12), min_size=2, max_size=2), max_size=4))
def test_any_text_comes_back_and_none_begins_like_a_formula(rows):
    clean = [[cleaned(text) for text in row] for row in rows]
    file = io.BytesIO()
    table = Table(file, sheet(columns=[Column("A"), Column("B")]))
    for row in clean:
        table.row(row)
    table.end()
    found = lines(file.getvalue())[1:]
    assert [[text.removeprefix("'") for text in row] for row in found] == [
        [text.removeprefix("'") for text in row] for row in clean
    ]
    assert not any(text.strip().startswith(STARTS) for row in found for text in row)
