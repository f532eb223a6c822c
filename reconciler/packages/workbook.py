"""`summary.xlsx`: a sheet after another, its cells typed, row by row; one row of it is in memory. Never a formula."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reconciler.errors import Bug
from reconciler.packages.cells import cleaned, norwegian
from reconciler.packages.summary import Summary
from reconciler.reports.document import Cell, Report, Sheet

TOTAL = "Sum"
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook has no zones; the day that its own archive begins with
_NARROWEST, _WIDEST = 8, 60
_DIGITS = 15
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class _Formats:
    heading: Any
    text: Any
    whole: Any
    decimal: Any
    day: Any
    totals: Any
    total_words: Any


class Book:
    """Writes the workbook; `sheet` begins one sheet."""

    def __init__(self, path: Path, report: Report) -> None:
        import xlsxwriter  # type: ignore[import-untyped] # it has no types

        # Its aside files stand beside it, so that they go where the rest goes when the package is given up.
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        title = f"{cleaned(report.title)} {report.year}"
        self._book.set_properties({"created": _EPOCH, "title": title, "author": cleaned(report.organization)})
        self._formats = _Formats(
            heading=self._book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EDF3", "valign": "vcenter"}),
            text=self._book.add_format({"num_format": "@", "valign": "top"}),
            whole=self._book.add_format({"num_format": "#,##0", "valign": "top"}),
            decimal=self._book.add_format({"num_format": "#,##0.00##", "valign": "top"}),
            day=self._book.add_format({"num_format": "dd.mm.yyyy", "align": "left", "valign": "top"}),
            totals=self._book.add_format({"num_format": "#,##0.####", "bold": True, "top": 1}),
            total_words=self._book.add_format({"bold": True, "top": 1}),
        )

    def sheet(self, sheet: Sheet) -> "Page":
        """Begin a sheet."""
        return Page(self._book.add_worksheet(sheet.name), self._formats, sheet)

    def close(self) -> None:
        """Put the whole together."""
        self._book.close()


@contextlib.contextmanager
def opened(path: Path, report: Report) -> Iterator[Book]:
    """A workbook that is closed in the end, whatever happened: else its aside files stay open."""
    book = Book(path, report)
    try:
        yield book
    finally:
        book.close()


class Page:
    """One sheet of the workbook."""

    def __init__(self, page: Any, formats: _Formats, sheet: Sheet) -> None:
        self._page, self._formats, self._sheet = page, formats, sheet
        headings = [cleaned(column.heading) for column in sheet.columns]
        self._widths = [len(heading) + 3 for heading in headings]
        for column, heading in enumerate(headings):
            self._done(page.write_string(0, column, heading, formats.heading))
        page.freeze_panes(1, 0)
        _printing(page)

    def row(self, line: int, cells: Sequence[Cell]) -> None:
        """Write one row; `line` counts from 1 below the headings."""
        for column, cell in enumerate(cells):
            if cell is not None:
                self._done(self._cell((line, column), cell))
                self._widths[column] = max(self._widths[column], _width(cell))

    def end(self, summary: Summary) -> None:
        """The line of totals, and how wide each column is."""
        last = summary.rows
        if summary.places:
            self._totals(last + 1, summary)
        if last:
            self._page.autofilter(0, 0, last, len(self._sheet.columns) - 1)
        for column, width in enumerate(self._widths):
            self._page.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))

    def _totals(self, line: int, summary: Summary) -> None:
        label = next((n for n in range(len(self._sheet.columns)) if n not in summary.places), None)
        for column in range(len(self._sheet.columns)):
            if column in summary.places:
                self._done(self._page.write_number(line, column, summary.places[column], self._formats.totals))
                self._widths[column] = max(self._widths[column], _width(summary.places[column]) + 1)
            else:
                word = TOTAL if column == label else ""
                self._page.write_string(line, column, word, self._formats.total_words)

    def _cell(self, place: tuple[int, int], cell: Cell) -> int:
        """One cell by its type; a number that a workbook would round, and a day before its calendar, are text."""
        formats = self._formats
        match cell:
            case bool():
                return int(self._page.write_string(*place, norwegian(cell), formats.text))
            case int() | Decimal() if (
                sum(map(str.isdigit, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))) <= _DIGITS
            ):
                kind = formats.whole if isinstance(cell, int) else formats.decimal
                return int(self._page.write_number(*place, cell, kind))
            case date() if cell.year >= _FIRST_YEAR:
                return int(self._page.write_datetime(*place, cell, formats.day))
            case _:
                return int(self._page.write_string(*place, norwegian(cell), formats.text))

    def _done(self, answer: int) -> None:
        if answer != 0:
            raise Bug(f"sheet '{self._sheet.name}': the workbook did not take a cell (xlsxwriter answered {answer})")


def _width(cell: Cell) -> int:
    """Characters of the longest line, and room for the separators of a number."""
    text = norwegian(cell)
    longest = max(map(len, text.split("\n")))
    return longest + (2 + longest // 3 if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else 2)


def _printing(page: Any) -> None:
    """On paper: landscape, as wide as a page, the headings on each, and the page's number."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&Rside &P av &N")
