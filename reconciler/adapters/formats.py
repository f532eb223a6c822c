"""Rows as the bytes of a file: CSV, JSON lines, XML and workbooks. The same rows make the same bytes, on every machine.

Rows come one by one and are never held together, so that a file may be larger than what there is of memory. Characters
that XML 1.0 (2.2) cannot hold become U+FFFD in every format: what no reader takes is no text.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from reconciler.adapters.answers import nest
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.operations import Drop

Row = Mapping[str, Any]
"""The fields of one line, by dotted target name: text, whole numbers and truths, as a payload has them."""
DELIMITERS = {";": ";", ",": ",", "tab": "\t"}
CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""
NUMBERS = frozenset({"integer", "decimal", "money"})
DIGITS = 15
"""What a cell of a workbook holds exactly: its numbers are binary (IEEE 754)."""
CELL = 32_767
"""Characters of one cell; the library leaves out what is longer, without a word."""
EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAYS_BEFORE = date(1900, 3, 1)
"""Spreadsheets count a 29 February 1900 that there never was: what is before stays text."""


class Unwritable(Exception):
    """A value that the format has no room for: nothing of the file may leave."""

    def __init__(self, message: str, field: str, value: str) -> None:
        super().__init__(message)
        self.message, self.field, self.value = message, field, value


@dataclass(frozen=True, slots=True)
class Table:
    """What a file looks like: the drop's declaration, and the columns with the type of each."""

    drop: Drop
    columns: Mapping[str, str]

    @classmethod
    def of(cls, drop: Drop, document: DocumentType) -> "Table":
        """Every field in its order, unless the drop names columns."""
        return cls(drop, {name: document.fields[name].type for name in drop.columns or document.fields})


def write(table: Table, rows: Iterable[Row], file: IO[bytes]) -> None:
    """Write a whole file. Raises Unwritable; what was written until then is of no use."""
    WRITERS[table.drop.format](table, rows, file)


def _csv(table: Table, rows: Iterable[Row], file: IO[bytes]) -> None:
    """RFC 4180: CRLF, quotes where they are needed, a head. Texts that would be calculated begin with an apostrophe."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if table.drop.byte_order_mark else "utf-8", newline="")
    lines = csv.writer(text, delimiter=DELIMITERS[table.drop.delimiter], lineterminator="\r\n")
    lines.writerow(table.columns)
    for row in rows:
        lines.writerow([_field(row.get(name), kind, table.drop) for name, kind in table.columns.items()])
    text.flush()
    text.detach()


def _field(value: Any, kind: str, drop: Drop) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = printable(value)
    if kind in NUMBERS:
        return text.replace(".", drop.decimal)
    return f"'{text}" if drop.formulas == "defuse" and text.startswith(CALCULATED) else text


def _jsonl(table: Table, rows: Iterable[Row], file: IO[bytes]) -> None:
    """An object a line, nested as the names are dotted; decimals stay text, so that no reader rounds them."""
    for row in rows:
        kept = {name: _json(row[name]) for name in table.columns if row.get(name) is not None}
        file.write(json.dumps(nest(kept), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _json(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


def _xml(table: Table, rows: Iterable[Row], file: IO[bytes]) -> None:
    """An element per line, and in it one per field that has a value; dotted names are elements in elements."""
    drop = table.drop
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{drop.root}>\n'.encode())
    for row in rows:
        kept = nest({name: row[name] for name in table.columns if row.get(name) is not None})
        file.write(f"<{drop.record}>{''.join(_elements(kept))}</{drop.record}>\n".encode())
    file.write(f"</{drop.root}>\n".encode())


def _elements(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield f"<{name}>{''.join(_elements(value))}</{name}>"
        else:
            text = ("true" if value else "false") if isinstance(value, bool) else printable(value)
            yield f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>"


def _xlsx(table: Table, rows: Iterable[Row], file: IO[bytes]) -> None:
    """A workbook of one sheet, its cells typed, row by row: xlsxwriter keeps one row in memory."""
    import xlsxwriter  # type: ignore[import-untyped] # it has no types

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": EPOCH, "title": "", "author": ""})
    sheet, two = book.add_worksheet("records"), book.add_format({"num_format": "0.00"})
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name)
    try:
        for place, row in enumerate(rows, start=1):
            for column, (name, kind) in enumerate(table.columns.items()):
                if row.get(name) is not None and _cell(sheet, (place, column), row[name], kind, two) != 0:
                    message = f"a workbook has no room for it: at most {CELL} characters in a cell, 1048576 rows"
                    raise Unwritable(message, name, str(row[name]))
    finally:
        book.close()


def _cell(sheet: Any, place: tuple[int, int], value: Any, kind: str, two: Any) -> int:
    """Write one cell by its type; 0 where it was written."""
    if isinstance(value, bool):
        return int(sheet.write_boolean(*place, value))
    text = printable(value)
    if kind in NUMBERS and sum(map(str.isdigit, text)) <= DIGITS:
        return int(sheet.write_number(*place, float(text), *([] if kind == "integer" else [two])))
    if kind == "date" and (day := _day(text)) is not None:
        return int(sheet.write_datetime(*place, day))
    return int(sheet.write_string(*place, text))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:  # the mapping writes days in another form: they stay as they are
        return None
    return found if found >= _DAYS_BEFORE else None


def printable(value: Any) -> str:
    """The text of a value, without what no reader takes; nothing for none."""
    return "" if value is None else _IMPOSSIBLE.sub("\ufffd", str(value))


WRITERS: Mapping[str, Callable[[Table, Iterable[Row], IO[bytes]], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "xml": _xml,
    "xlsx": _xlsx,
}
