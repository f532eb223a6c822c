"""A report that only a draft holds, counted once: what `report check` would say of it today. Nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.engine.desk import Desk
from reconciler.engine.reporting import Declared, asked_of, today_of
from reconciler.reports.build import build
from reconciler.reports.document import Figure, Finding
from reconciler.reports.due import notices


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What today's data come to. `unmapped` are the app's own activity types that the draft says nothing of yet."""

    year: int
    figures: Sequence[Figure]
    findings: Sequence[Finding]
    unmapped: Mapping[str, int]


def rehearse(desk: Desk, found: Declared) -> Rehearsed:
    """Count the year in question. Raises Blocked where the app's records cannot be read."""
    today = today_of(found, desk)
    asked = asked_of(found, None, today, desk)
    with desk.data(found.organization_id, asked, found.categories) as data:
        built = build(asked, data)
    year = asked.period.year
    said = [*built.report.findings, *notices(asked.report, asked.language, year, today, None)]
    said.sort(key=lambda each: each.severity != "error")
    return Rehearsed(year, built.report.figures, said, built.unmapped)
