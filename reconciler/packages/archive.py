"""`report.json`, the archive of record: what was reported, under which rules, and a checksum of every row. Canonical.

Keys are sorted, nothing is blank, text is UTF-8 (as RFC 8785 has it, but that exact decimal numbers are text).
A row is hashed as the canonical array of its cells: a day as 2025-12-31, a decimal number as text, nothing as null.
`sha256` of a sheet is over the digests of its rows, 32 bytes each, one after another.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from reconciler.packages.cells import cleaned
from reconciler.packages.summary import Summary
from reconciler.reports.document import Cell, Figure, Finding, Report, Sheet

SCHEMA = 1
"""Raised when a reader of the archive would have to read it in another way."""


class Archive:
    """Writes the archive while the rows pass by: `begin`, `row` and `end` for each sheet, then `close`."""

    def __init__(self, file: IO[bytes], report: Report) -> None:
        self._file = file
        whole = _whole(report)
        self._after = {key: value for key, value in whole.items() if key > "sheets"}
        before = {key: value for key, value in whole.items() if key < "sheets"}
        self._write(canonical(before)[:-1], ',"sheets":[')
        self._next = ""
        self._rows = hashlib.sha256()

    def begin(self, sheet: Sheet) -> None:
        """A sheet begins."""
        columns = [{"heading": cleaned(each.heading), "kind": each.kind} for each in sheet.columns]
        head = canonical({"columns": columns, "name": cleaned(sheet.name)})
        self._write(self._next, head[:-1], ',"row_sha256":[')
        self._rows, self._next = hashlib.sha256(), ""

    def row(self, cells: Sequence[Cell]) -> None:
        """One row of the sheet that was begun."""
        digest = hashlib.sha256(canonical(list(map(_exact, cells))).encode())
        self._rows.update(digest.digest())
        self._write(self._next, f'"{digest.hexdigest()}"')
        self._next = ","

    def end(self, summary: Summary) -> None:
        """The sheet is over."""
        totals = {heading: _exact(value) for heading, value in summary.totals.items()}
        tail = {"rows": summary.rows, "sha256": self._rows.hexdigest(), "totals": totals}
        self._write("],", canonical(tail)[1:])
        self._next = ","

    def close(self) -> None:
        """The archive is over; the file stays open."""
        self._write("],", canonical(self._after)[1:])

    def _write(self, *texts: str) -> None:
        self._file.write("".join(texts).encode())


def canonical(value: Any) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _whole(report: Report) -> Mapping[str, Any]:
    """All but the sheets. Everything that people wrote is cleaned as in the other files."""
    return {
        "commit": cleaned(report.revision),
        "corrections": list(map(cleaned, report.corrections)),
        "figures": list(map(_figure, report.figures)),
        "findings": list(map(_finding, report.findings)),
        "name": cleaned(report.name),
        "organization": {"name": cleaned(report.organization), "number": cleaned(report.organization_number)},
        "period": {"first": report.first.isoformat(), "last": report.last.isoformat()},
        "rules": cleaned(report.rules),
        "schema": SCHEMA,
        "scope": report.scope,
        "texts": {cleaned(key): cleaned(text) for key, text in report.texts.items()},
        "title": cleaned(report.title),
        "version": report.version,
        "year": report.year,
    }


def _figure(figure: Figure) -> Mapping[str, Any]:
    texts = {"key": figure.key, "label": figure.label, "note": figure.note, "unit": figure.unit}
    return {**{name: cleaned(text) for name, text in texts.items()}, "value": _exact(figure.value)}


def _finding(finding: Finding) -> Mapping[str, str]:
    texts = {"code": finding.code, "hint": finding.hint, "message": finding.message, "severity": finding.severity}
    return {name: cleaned(text) for name, text in texts.items()}


def _exact(cell: Cell) -> str | int | bool | None:
    match cell:
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
        case _:
            return cell
