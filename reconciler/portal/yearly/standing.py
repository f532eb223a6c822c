"""Where the yearly reports of an organisation stand: read from what is applied and frozen; nothing is counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from reconciler.plans.resource import digest
from reconciler.reports.due import Known, Standing, standing, year_in_question
from reconciler.runs.reported import Kept
from reconciler.specs.models.report import Report

if TYPE_CHECKING:
    from reconciler.database.reports import ReportRow, ReportTable

EARLIER = 5
"""Years before the one in question that are shown, and may still be due."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """One report of one year; `kept` are its frozen versions, the oldest first, `mark` what it is counted of."""

    name: str
    report: Report
    stands: Standing
    kept: Sequence[Kept]
    mark: str

    @property
    def latest(self) -> Kept | None:
        """The latest frozen version."""
        return self.kept[-1] if self.kept else None


def every(reports: "ReportTable", organization: str, today: date, *, running: bool = False) -> list[Yearly]:
    """All reports by name, the latest year first; one that another hand spoilt is the configuration's matter.

    `running` adds the year that is not over.
    """
    found: list[Yearly] = []
    for row in reports.rows(organization):
        try:
            report = _report(row)
        except ValueError:
            continue
        found += [_yearly(reports, row, report, year, today) for year in _years(report, today, running=running)]
    return found


def one(reports: "ReportTable", organization: str, name: str, year: int, today: date) -> Yearly | None:
    """One report of a year; None where there is no such one, or where it begins later."""
    for row in reports.rows(organization):
        if row.name == name:
            report = _report(row)
            if report.first_year <= year <= max(today.year, report.first_year):
                return _yearly(reports, row, report, year, today)
    return None


def _years(report: Report, today: date, *, running: bool) -> Iterator[int]:
    latest = year_in_question(report, today)
    if running and latest < today.year:
        yield today.year
    yield from range(latest, max(report.first_year, latest - EARLIER) - 1, -1)


def _yearly(reports: "ReportTable", row: "ReportRow", report: Report, year: int, today: date) -> Yearly:
    kept = reports.frozen(row.organization_id, report.rules, year)
    known = kept[-1].known if kept else Known()
    mark = f"{digest(row.body)} {len(kept)}"
    return Yearly(row.name, report, standing(report, year, known, today), kept, mark)


def _report(row: "ReportRow") -> Report:
    """Raises ValueError for a row that is not as it was applied."""
    return Report.model_validate({key: each for key, each in row.body.items() if key != "definitions"})
