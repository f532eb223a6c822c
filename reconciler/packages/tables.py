"""A sheet as CSV for spreadsheets in Norwegian: semicolons, UTF-8 with its mark, CRLF, decimal comma, no formulas."""

import csv
import io
from collections.abc import Sequence
from typing import IO

from reconciler.packages.cells import cleaned, defused, norwegian
from reconciler.reports.document import Cell, Sheet


class Table:
    """Writes one sheet, row by row. It has no line of totals: whoever adds the column up would count it too."""

    def __init__(self, file: IO[bytes], sheet: Sheet) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        self._lines = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self._lines.writerow([defused(cleaned(column.heading)) for column in sheet.columns])

    def row(self, cells: Sequence[Cell]) -> None:
        """Write one row."""
        self._lines.writerow([defused(cell) if isinstance(cell, str) else norwegian(cell) for cell in cells])

    def end(self) -> None:
        """Hand everything to the file, which stays open."""
        self._text.flush()
        self._text.detach()
