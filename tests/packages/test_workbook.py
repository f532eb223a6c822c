"""The workbook, read by another library: its types, its totals, and that nothing in it is ever a formula."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.reports import ACTIVITY, COUNTIES, report, rows, sheet

from reconciler.errors import UsageError
from reconciler.packages.cells import LONGEST, cleaned
from reconciler.packages.package import write
from reconciler.packages.summary import Summary
from reconciler.packages.workbook import opened
from reconciler.reports.document import Column

HOSTILE = (
    "=1+1", "+47", "-2", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://127.0.0.1\")", "http://127.0.0.1/x",
    "{=1}", "0123", "1e5", "TRUE", "#REF!", "_x0041_", "<b>&amp;", " ledende", "12,5", "31.12.2025",
)  # fmt: skip


def book(tmp_path, given_report):
    return openpyxl.load_workbook(write(given_report, tmp_path / "pakke").folder / "summary.xlsx")


def test_the_key_figures_come_first_and_the_findings_last(tmp_path):
    found = book(tmp_path, report())
    assert found.sheetnames == [
        "Nøkkeltall", "Medlemmer per fylke", "Medlemmer per alder", "Lokallag", "Likepersonsaktiviteter", "Avvik",
    ]  # fmt: skip
    figures = list(found["Nøkkeltall"].iter_rows(values_only=True))
    assert figures[1][3:6] == ("Antall medlemmer", 5385, "medlemmer")
    assert figures[4][3:6] == ("Timer", 1234.5, "timer")
    assert figures[5][4] == "vises ikke"


def test_the_totals_agree_with_the_rows(tmp_path):
    found = book(tmp_path, report(40))
    sheet = found["Likepersonsaktiviteter"]
    lines = list(sheet.iter_rows(values_only=True))
    body, totals = lines[1:-1], lines[-1]
    assert len(body) == 40
    assert totals[0] == "Sum"
    for place, column in enumerate(ACTIVITY):
        if column.summed:
            exact = sum(row[place] for row in rows(40))
            assert Decimal(str(totals[place])) == exact
            assert sum(Decimal(str(row[place])) for row in body) == exact
    counties = found["Medlemmer per fylke"]
    assert counties.cell(len(COUNTIES) + 2, 6).value == found["Nøkkeltall"]["E2"].value == 5385


def test_text_stays_text_a_day_is_a_day_and_a_number_a_number(tmp_path):
    columns = (
        Column("Orgnr"),
        Column("Dag", "date"),
        Column("Antall", "whole"),
        Column("Beløp", "decimal"),
        Column("Ja", "boolean"),
    )
    first, second = (
        ("0123", date(2025, 3, 9), 7, Decimal("12.50"), True),
        (None, date(1850, 1, 1), None, Decimal("1" * 17), None),
    )
    found = book(tmp_path, report(sheets=[sheet(first, second, columns=columns)]))["Prøve"]
    assert [cell.value for cell in found[2]] == ["0123", datetime(2025, 3, 9), 7, 12.5, "ja"]
    assert [found.cell(2, place).number_format for place in range(1, 5)] == ["@", "dd.mm.yyyy", "#,##0", "#,##0.00##"]
    assert [cell.value for cell in found[3]] == [None, "01.01.1850", None, "1" * 17, None]


def test_nothing_is_ever_a_formula_or_a_link(tmp_path):
    columns = [Column(heading) for heading in ("=1+1", "Andre")]
    made = report(sheets=[sheet(*((text, text) for text in HOSTILE), columns=columns)], title="=1+1")
    folder = write(made, tmp_path / "pakke").folder
    found = openpyxl.load_workbook(folder / "summary.xlsx")
    cells = [cell for page in found for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert [row[0].value for row in found["Prøve"].iter_rows(min_row=2)] == [
        # Excel takes _x0041_ for a letter, so that it is written escaped; openpyxl shows the escape.
        cleaned(text).replace("_x0041_", "_x005F_x0041_")
        for text in HOSTILE
    ]
    with zipfile.ZipFile(folder / "summary.xlsx") as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_headings_are_bold_and_stay_in_sight_and_columns_are_as_wide_as_their_words(tmp_path):
    found = book(tmp_path, report(40))
    for page in found:
        assert page.freeze_panes == "A2"
        assert all(cell.font.bold for cell in page[1])
    page = found["Likepersonsaktiviteter"]
    assert page.column_dimensions["H"].width >= len("Likeperson (anonym ID)")
    assert all(dimension.width <= 61 for dimension in page.column_dimensions.values())
    assert page.auto_filter.ref == "A1:N41"


def test_no_moment_of_writing_stands_in_it(tmp_path):
    path = write(report(), tmp_path / "pakke").folder / "summary.xlsx"
    with zipfile.ZipFile(path) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        assert parts.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_a_cell_that_no_workbook_can_hold_is_refused_by_its_place(tmp_path):
    made = report(sheets=[sheet(("kort",), ("x" * (LONGEST + 1),))])
    with pytest.raises(UsageError, match="sheet 'Prøve', row 3, column 'Merknad': a workbook has no room"):
        write(made, tmp_path / "pakke")
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40)  # a workbook each; a list has many texts
@given(st.lists(st.text(st.characters(codec=None), max_size=20), max_size=25))
def test_any_text_comes_back_as_it_was_cleaned(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("any")
    clean, one = [cleaned(text) for text in texts], sheet()
    with opened(folder / "x.xlsx", report()) as made:
        page = made.sheet(one)
        for line, text in enumerate(clean, start=1):
            page.row(line, [text])
        page.end(Summary(one))
    found = openpyxl.load_workbook(io.BytesIO((folder / "x.xlsx").read_bytes()))["Prøve"]
    assert [found.cell(line, 1).value or "" for line in range(2, len(clean) + 2)] == clean
