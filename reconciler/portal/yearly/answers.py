"""The yearly reports, and one of them. Nothing is counted for these pages."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import Path

from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.portal.yearly.counting import Counted
from reconciler.portal.yearly.counts import Count, Key
from reconciler.portal.yearly.models import (
    FigureLine,
    FileLine,
    HandOverLine,
    ReportPage,
    ReportsPage,
    Under,
    VersionLine,
    YearLine,
)
from reconciler.portal.yearly.standing import Yearly, every, one
from reconciler.reports.document import Figure
from reconciler.runs.reported import Kept

Year = Annotated[int, Path(ge=2000, le=2199)]
CORRECTIONS = 100
"""Sentences of a correction that a page shows; its files have all."""
LONGEST = 100
"""Characters of a receipt, and of the name of whoever got the report."""


def reports(visit: Sees) -> ReportsPage:
    """Where each yearly report stands, year by year."""
    with visit.parts.moment() as reading:
        found = every(reading.reports, visit.organization.name, visit.today, running=True)
    return ReportsPage(name="", reports=[_line(visit, each) for each in found])


def report_years(visit: Sees, name: Name) -> ReportsPage:
    """Where one yearly report stands, year by year."""
    with visit.parts.moment() as reading:
        found = every(reading.reports, visit.organization.name, visit.today, running=True)
    if not (mine := [each for each in found if each.name == name]):
        raise NotThere
    return ReportsPage(name=name, reports=[_line(visit, each) for each in mine])


def report(visit: Sees, name: Name, year: Year) -> ReportPage:
    """A report of one year: where it stands, and what was frozen, handed over and compared."""
    return _page(visit, found_of(visit, name, year))


def found_of(visit: Visit, name: str, year: int) -> Yearly:
    """A report of a year. Raises NotThere."""
    with visit.parts.moment() as reading:
        found = one(reading.reports, visit.organization.name, name, year, visit.today)
    if found is None:
        raise NotThere
    return found


def _page(visit: Visit, found: Yearly) -> ReportPage:
    stands, report = found.stands, found.report
    return ReportPage(
        name=found.name,
        title=report.title,
        year=stands.year,
        first=date(stands.year, 1, 1),
        last=date(stands.year + 1, 1, 1) - timedelta(days=1),
        state=stands.state,
        colour=stands.colour,
        deadline=stands.deadline,
        days_left=stands.days_left,
        overdue=stands.overdue,
        contacts=list(report.contacts),
        signed_by=report.texts.signed_by or "",
        today=visit.today,
        language=visit.organization.language,
        counted=_under(visit, found),
        versions=[_version(each) for each in reversed(found.kept)],
        longest=LONGEST,
    )


def _line(visit: Visit, found: Yearly) -> YearLine:
    stands, latest = found.stands, found.latest
    return YearLine(
        name=found.name,
        title=found.report.title,
        year=stands.year,
        state=stands.state,
        colour=stands.colour,
        deadline=stands.deadline,
        days_left=stands.days_left,
        overdue=stands.overdue,
        version=latest.version if latest else 0,
        receipts=[each.receipt for each in latest.handed_over] if latest else [],
        differences=latest.differences if latest else None,
        counted=_under(visit, found),
    )


def _under(visit: Visit, found: Yearly) -> Under | None:
    """What was counted here a moment ago, or is being counted."""
    key: Key = (visit.organization.id, found.name, found.stands.year, "count")
    begun: Count | None = visit.parts.house.counts.last(key, found.mark, visit.now)
    if begun is None:
        return None
    done = begun.future.done()
    counted: Counted | None = begun.future.result() if done else None
    return Under(begun_at=begun.begun_at, done=done, blocking=counted.blocking if counted else 0)


def _version(kept: Kept) -> VersionLine:
    return VersionLine(
        version=kept.version,
        digest=kept.digest,
        frozen_by=kept.frozen_by,
        frozen_at=kept.frozen_at,
        reason=kept.reason,
        revision=kept.head.get("revision", ""),
        rules=kept.head.get("rules", ""),
        figures=figures(kept.figures),
        corrections=list(kept.corrections[:CORRECTIONS]),
        more_corrections=max(0, len(kept.corrections) - CORRECTIONS),
        files=[FileLine(name=name, sha256=checksum) for name, checksum in sorted(kept.files.items())],
        handed_over=[
            HandOverLine(to=each.to, receipt=each.receipt, on=each.on, by=each.by) for each in kept.handed_over
        ],
        differences=kept.differences,
        compared_at=kept.compared_at,
    )


def figures(found: Sequence[Figure]) -> list[FigureLine]:
    """Key figures, with zeros; what is not shown is null."""
    return [
        FigureLine(key=each.key, label=each.label, value=_value(each), unit=each.unit, note=each.note) for each in found
    ]


def _value(figure: Figure) -> str | None:
    return f"{figure.value:f}" if isinstance(figure.value, Decimal) else _text(figure.value)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
