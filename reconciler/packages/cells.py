"""The cells of a report as every file of its package has them, and as the person's language writes them."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from reconciler.errors import Bug, UsageError
from reconciler.reports.document import Cell, Column, Sheet

LONGEST = 32_767
"""Characters in a cell of a workbook (Excel specifications and limits, Microsoft)."""
MOST_ROWS = 1_048_574
"""Rows of a sheet of a workbook, less its headings and its totals (the same page)."""
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
_TYPES = {"text": (str, int), "whole": (int,), "decimal": (int, Decimal), "date": (date,), "boolean": (bool,)}


def cleaned(text: str) -> str:
    """Text without what no reader takes: control characters become U+FFFD, every line break is one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _IMPOSSIBLE.sub("\ufffd", text))


def row(sheet: Sheet, number: int, cells: Sequence[Cell]) -> list[Cell]:
    """One row, clean and held against its columns; `number` is its line in the workbook, where the headings are 1.

    Text may stand in any column: a number that is withheld has a word in its place. Raises UsageError for what a
    workbook cannot hold, Bug for what does not fit its column. No message repeats a value.
    """
    if len(cells) != len(sheet.columns):
        raise Bug(f"sheet '{sheet.name}', row {number}: {len(cells)} cells under {len(sheet.columns)} headings")
    if number > MOST_ROWS + 1:
        raise UsageError(f"sheet '{sheet.name}' has more than {MOST_ROWS} rows", "report a smaller scope or period")
    return [_cell(sheet, number, column, cell) for column, cell in zip(sheet.columns, cells, strict=True)]


def norwegian(cell: Cell) -> str:
    """What a person reads: 31.12.2025, 12,50, ja. Thousands are not grouped, so that a program can read it too."""
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nei"
        case date():
            return f"{cell.day:02}.{cell.month:02}.{cell.year:04}"
        case Decimal():
            return f"{cell:f}".replace(".", ",")
        case _:
            return str(cell)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what may begin one.

    The signs are those of OWASP's page on CSV injection, their wide forms and those behind blanks included.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _cell(sheet: Sheet, number: int, column: Column, cell: Cell) -> Cell:
    if cell is None:
        return None
    if not isinstance(cell, str):
        if not _fits(column, cell):
            where = f"sheet '{sheet.name}', row {number}, column '{column.heading}'"
            raise Bug(f"{where}: {type(cell).__name__} in a column of {column.kind}")
        return str(cell) if column.kind == "text" else cell
    text = cleaned(cell)
    if len(text) > LONGEST:
        where = f"sheet '{sheet.name}', row {number}, column '{column.heading}'"
        raise UsageError(
            f"{where}: a workbook has no room for more than {LONGEST} characters", "shorten it at its source"
        )
    return text


def _fits(column: Column, cell: Cell) -> bool:
    """Whether a cell is of its column's kind; Python takes a boolean for a number, and a moment for a day."""
    if isinstance(cell, bool | datetime):
        return isinstance(cell, bool) and column.kind == "boolean"
    finite = not isinstance(cell, Decimal) or cell.is_finite()
    return finite and isinstance(cell, _TYPES[column.kind])
