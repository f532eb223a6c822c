"""A report written into a folder: all of its files, or no folder."""

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import PersonalData, UsageError
from reconciler.packages import cells, manifest, pdf, workbook
from reconciler.packages.archive import Archive
from reconciler.packages.privacy import Scanner
from reconciler.packages.sheets import file_of, sheets_of
from reconciler.packages.summary import Summary
from reconciler.packages.tables import Table
from reconciler.reports.document import Report, Sheet

WORKBOOK, PAPER, ARCHIVE = "summary.xlsx", "report.pdf", "report.json"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `files` has the SHA-256, in hexadecimal, of every file in the folder by its name."""

    folder: Path
    files: Mapping[str, str]


def write(report: Report, folder: Path) -> Written:
    """Write the package of a report. The same report makes the same bytes, wherever and whenever.

    It is written beside `folder` and renamed whole, so that nobody ever sees half of it. The rows of each sheet are
    read once, so that all files say the same. Raises UsageError where `folder` is there already or the report cannot
    be written, PersonalData where it would say who somebody is; then nothing is left behind.
    """
    _free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    aside.mkdir(mode=0o700)
    try:
        files = _files(report, aside)
        _take_name(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Written(folder, files)


def _files(report: Report, aside: Path) -> Mapping[str, str]:
    """Write every file and tell its checksum. The PDF comes after the archive: its footer names that one's checksum."""
    scanner = Scanner()
    _scan_texts(report, scanner)
    summaries = _sheets(report, aside, scanner)
    if scanner.findings:
        raise _refused(scanner)
    pdf.write(aside / PAPER, report, summaries, manifest.checksum(aside / ARCHIVE))
    files = {path.name: manifest.checksum(path) for path in sorted(aside.iterdir())}
    (aside / manifest.NAME).write_text(manifest.text_of(files), encoding="utf-8", newline="")
    for path in aside.iterdir():
        _to_disk(path)
    return {manifest.NAME: manifest.checksum(aside / manifest.NAME), **files}


def _sheets(report: Report, aside: Path, scanner: Scanner) -> Sequence[Summary]:
    """The files that have all rows: workbook, archive, and a CSV file per sheet."""
    summaries = []
    with ExitStack() as stack:
        archive = Archive(stack.enter_context((aside / ARCHIVE).open("wb")), report)
        book = stack.enter_context(workbook.opened(aside / WORKBOOK, report))
        for place, sheet in enumerate(sheets_of(report), start=1):
            scanner.texts(f"a heading of sheet {place}", [sheet.name, *(column.heading for column in sheet.columns)])
            with (aside / file_of(place, sheet)).open("wb") as file:
                writers = _Writers(sheet, Summary(sheet), Table(file, sheet), book.sheet(sheet), archive)
                summaries.append(writers.write(scanner))
        archive.close()
    return summaries


@dataclass(frozen=True, slots=True)
class _Writers:
    """All that one sheet's rows go to, in one pass."""

    sheet: Sheet
    summary: Summary
    table: Table
    page: workbook.Page
    archive: Archive

    def write(self, scanner: Scanner) -> Summary:
        self.archive.begin(self.sheet)
        for line, row in enumerate(self.sheet.rows(), start=1):
            clean = cells.row(self.sheet, line + 1, row)
            scanner.row(self.sheet, line + 1, clean)
            self.table.row(clean)
            self.page.row(line, clean)
            self.archive.row(clean)
            self.summary.row(clean)
        self.table.end()
        self.page.end(self.summary)
        self.archive.end(self.summary)
        return self.summary


def _scan_texts(report: Report, scanner: Scanner) -> None:
    scanner.texts("the head of the report", [report.title, report.organization, report.name, report.rules])
    for figure in report.figures:
        scanner.texts(f"the key figure '{figure.key}'", [figure.label, figure.unit, figure.note])
    for finding in report.findings:
        scanner.texts(f"the finding '{finding.code}'", [finding.message, finding.hint])
    scanner.texts("a correction", report.corrections)
    for key, text in report.texts.items():
        scanner.texts(f"the template's text '{key}'", [text])


def _refused(scanner: Scanner) -> PersonalData:
    first, count = scanner.findings[0], len(scanner.findings)
    more = f" (and {count - 1} more)" if count > 1 else ""
    return PersonalData(f"{first.message}{more}", tuple(scanner.findings), first.hint)


def _free(folder: Path) -> None:
    if os.path.lexists(folder):
        raise _taken(folder)


def _take_name(aside: Path, folder: Path) -> None:
    """Rename. Where somebody else was there first, what they wrote stays."""
    _free(folder)
    try:
        aside.rename(folder)
    except OSError as problem:
        if os.path.lexists(folder):
            raise _taken(folder) from problem
        raise
    _to_disk(folder)
    _to_disk(folder.parent)


def _taken(folder: Path) -> UsageError:
    return UsageError(f"'{folder}' is there already, and a package is never written over", "name another folder")


def _to_disk(path: Path) -> None:
    """What was handed over must not be lost with the power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
