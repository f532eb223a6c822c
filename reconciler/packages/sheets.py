"""The sheets of a package: those of the report, between its key figures and its findings. And what files call them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from reconciler.errors import UsageError
from reconciler.packages.cells import cleaned
from reconciler.packages.words import NOT_SHOWN, SEVERITIES
from reconciler.reports.document import Cell, Column, Report, Sheet

FIGURES = "Nøkkeltall"
FINDINGS = "Avvik"
_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|\A'|'\Z")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def sheets_of(report: Report) -> Sequence[Sheet]:
    """Every sheet in its order. A report that brings a sheet of these names itself keeps its own.

    Raises UsageError for a name that no workbook takes, and for two that are equal, of sheets or in one sheet.
    """
    named = {sheet.name.casefold() for sheet in report.sheets}
    first = [] if FIGURES.casefold() in named else [_figures(report)]
    last = [] if FINDINGS.casefold() in named else [_findings(report)]
    found = [*first, *report.sheets, *last]
    _check("two sheets are called", [sheet.name for sheet in found])
    for sheet in found:
        _check_name(sheet.name)
        _check(f"sheet '{sheet.name}' has two columns called", [column.heading for column in sheet.columns])
    return found


def file_of(place: int, sheet: Sheet) -> str:
    """The name of a sheet's CSV file, of plain letters: `02-medlemmer-per-fylke.csv`. `place` counts from 1."""
    plain = unicodedata.normalize("NFKD", sheet.name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return f"{place:02}-{re.sub('[^a-z0-9]+', '-', plain).strip('-') or 'ark'}.csv"


def _figures(report: Report) -> Sheet:
    whose = ("Organisasjonsnummer", "Organisasjon")
    columns = [*map(Column, whose), Column("Grunnlagsår"), Column(FIGURES), Column("Verdi", "decimal")]

    def rows() -> Iterator[Sequence[Cell]]:
        for each in report.figures:
            value = NOT_SHOWN if each.value is None else each.value
            whose = (report.organization_number, report.organization, str(report.year))
            yield (*whose, each.label, value, each.unit, each.note)

    return Sheet(FIGURES, (*columns, Column("Enhet"), Column("Slik er det telt")), rows)


def _findings(report: Report) -> Sheet:
    def rows() -> Iterator[Sequence[Cell]]:
        for each in report.findings:
            yield SEVERITIES[each.severity], each.code, each.message, each.hint

    return Sheet(FINDINGS, tuple(map(Column, ("Alvor", "Kode", "Avvik", "Tiltak"))), rows)


def _check(what: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if cleaned(name).casefold() in seen:
            raise UsageError(f"{what} '{name}'", "give each its own name in the report's template")
        seen.add(cleaned(name).casefold())


def _check_name(name: str) -> None:
    """The rules of Excel: at most 31 characters, none of []:*?/\\, no apostrophe at either end, not History."""
    usable = 0 < len(name) <= _LONGEST_NAME and not _FORBIDDEN.search(name) and name.casefold() != "history"
    if not usable or cleaned(name) != name:
        raise UsageError(
            f"no workbook takes a sheet called '{name}'",
            "use at most 31 characters, and none of []:*?/\\; the report's template names it",
        )
