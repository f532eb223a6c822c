"""The tables of a package, read by themselves: CSV by their own rules, and the names of a workbook's sheets."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_WORKBOOK = "xl/workbook.xml"
_LARGEST_WORKBOOK = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: its headings, and each row by them."""

    headings: Sequence[str]
    rows: Sequence[Mapping[str, str]]


def table(content: bytes) -> Table:
    """Read one CSV file: UTF-8 with its mark, semicolons. Raises ValueError with a Norwegian text."""
    if not content.startswith(b"\xef\xbb\xbf"):
        raise ValueError("filen begynner ikke med UTF-8-merket (BOM)")
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise ValueError("filen er ikke CSV i UTF-8 med semikolon") from problem
    if not lines:
        raise ValueError("filen er tom")
    headings, rows = [_unmarked(cell) for cell in lines[0]], lines[1:]
    if any(len(row) != len(headings) for row in rows):
        raise ValueError("en rad har ikke like mange felt som overskriften")
    return Table(headings, [dict(zip(headings, map(_unmarked, row), strict=True)) for row in rows])


def sheet_names(content: bytes) -> Sequence[str]:
    """The names of a workbook's sheets in their order. Raises ValueError with a Norwegian text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entry = book.getinfo(_WORKBOOK)
            if entry.file_size > _LARGEST_WORKBOOK:
                raise ValueError("arbeidsboken kan ikke leses")
            text = book.read(entry)
        if b"<!DOCTYPE" in text:
            raise ValueError("arbeidsboken kan ikke leses")
        return [each.attrib["name"] for each in ET.fromstring(text).iter(_SHEETS)]  # noqa: S314 - no entities in it
    except (zipfile.BadZipFile, KeyError, ET.ParseError, OSError, RuntimeError, NotImplementedError) as problem:
        raise ValueError("arbeidsboken kan ikke leses") from problem


def whole(text: str) -> int | None:
    """A whole number; None where there is a word in its place, such as one that keeps a small number back."""
    return int(text) if text.isascii() and text.isdigit() else None


def _unmarked(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell.removeprefix("'")
