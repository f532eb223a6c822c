"""A report is built from the applied spec, held against what was frozen, frozen itself, and handed over by a person.

Files are written by whoever asked for them, between building and freezing: nothing here knows of folders.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from reconciler.engine.desk import Categories, Desk
from reconciler.errors import Blocked, Bug, PlanRefused, UsageError
from reconciler.plans.resource import Definition
from reconciler.reports import build as building
from reconciler.reports.build import Built
from reconciler.reports.counting import Asked
from reconciler.reports.document import Finding
from reconciler.reports.due import notices, year_in_question
from reconciler.reports.period import period
from reconciler.reports.rows import Difference, Rows, differences, digests, gathered, shown
from reconciler.runs.reported import AppliedReport, Files, HandOver, Kept, ToKeep
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.report import Report
from reconciler.specs.models.report_rules import ReportRules
from reconciler.specs.sentences import joined, say

HEAD = ("title", "organization", "organization_number", "scope", "rules")
"""What a version says of itself that a correction has to name when it differs."""
PSEUDONYM = 12
"""Hexadecimal digits that stand for a person: enough that no two of an organisation's peers are taken for one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A report of today's data, beside what was frozen of that year. Its sheets can be read while it is open."""

    organization_id: str
    asked: Asked
    built: Built
    today: date
    frozen: Sequence[Kept]
    rows: Rows
    differences: Sequence[Difference]
    """From the latest frozen version; none where nothing was frozen."""

    @property
    def latest(self) -> Kept | None:
        """The latest frozen version."""
        return self.frozen[-1] if self.frozen else None

    @property
    def notices(self) -> list[Finding]:
        """What the day and the frozen versions add to the report's own findings."""
        known = replace(self.latest.known, differences=len(self.differences)) if self.latest else None
        return notices(self.asked.report, self.asked.language, self.asked.period.year, self.today, known)

    @property
    def current(self) -> Built:
        """The report as the version that it is: that of the frozen one where nothing differs, else the next."""
        if self.latest is None:
            return self.built
        if not self.differences:
            return self.built.corrected(self.latest.version, self.latest.corrections)
        return self.correction("")

    def correction(self, why: str) -> Built:
        """The report as the next version, naming every difference."""
        version = self.latest.version + 1 if self.latest else 1
        said = building.corrections(self.asked, self.differences, why) if self.latest else []
        return self.built.corrected(version, said)


@dataclass(frozen=True, slots=True)
class Declared:
    """A report as it is declared, applied or not: whose it is, and with the documents that it is pinned to."""

    organization_id: str
    organization: Organization
    name: str
    report: Report
    definitions: Mapping[str, Definition]
    revision: str = ""

    @property
    def categories(self) -> Categories:
        """The data categories that are counted."""
        found = (each for each in self.definitions.values() if each.kind == "DataCategory")
        return {each.name: DataCategory.model_validate(each.body) for each in found}


def declared(applied: AppliedReport) -> Declared:
    """What an applied report says."""
    body = {key: each for key, each in applied.report.body.items() if key != "definitions"}
    return Declared(
        organization_id=applied.organization_id,
        organization=Organization.model_validate(applied.organization.body),
        name=applied.report.name,
        report=Report.model_validate(body),
        definitions=applied.definitions,
        revision=applied.revision,
    )


def asked_of(found: Declared, year: int | None, today: date, desk: Desk) -> Asked:
    """What a report asks for. Raises UsageError for a year before its first."""
    report, organization = found.report, found.organization
    rules = found.definitions[f"ReportRules/{report.rules}"]
    known = ReportRules.model_validate(rules.body)
    counted = year if year is not None else year_in_question(report, today)
    if counted < report.first_year:
        message = say(
            "the first year that '{name}' reports is {first_year}, and not {counted}",
            name=found.name,
            first_year=report.first_year,
            counted=counted,
        )
        raise UsageError(message, f"leave out --year, or give one from {report.first_year} on")
    table, _ = known.county_table
    return Asked(
        name=found.name,
        report=report,
        rules=known,
        rules_digest=rules.digest,
        counties=ReferenceTable.model_validate(found.definitions[f"ReferenceTable/{table}"].body),
        organization=organization.title,
        organization_number=organization.organization_number,
        language=organization.language,
        zone=ZoneInfo(organization.zone),
        revision=found.revision,
        period=period(counted, known),
        pseudonym=partial(_pseudonym, desk, found.organization_id),
    )


def today_of(found: Declared, desk: Desk) -> date:
    """The organisation's local day."""
    return desk.clock.now().astimezone(ZoneInfo(found.organization.zone)).date()


@contextmanager
def opened(desk: Desk, organization: str, name: str, year: int | None = None) -> Iterator[Opened]:
    """Count today's data, and hold it against what was frozen. Raises UsageError where there is no such report."""
    applied = declared(desk.store.applied_report(organization, name))
    today = today_of(applied, desk)
    asked = asked_of(applied, year, today, desk)
    with desk.data(applied.organization_id, asked, applied.categories) as data:
        built = building.build(asked, data)
        frozen = desk.store.frozen(applied.organization_id, asked.report.rules, asked.period.year)
        rows = gathered(digests(built.keyed())) if frozen else {}
        found = _differences(desk, frozen[-1], built, rows) if frozen else []
        yield Opened(applied.organization_id, asked, built, today, frozen, rows, found)


def frozen(desk: Desk, organization: str, name: str, year: int | None = None) -> tuple[str, int, list[Kept]]:
    """The organisation's id in the app, the year, and the versions that were frozen of it; nothing is counted."""
    applied = declared(desk.store.applied_report(organization, name))
    asked = asked_of(applied, year, today_of(applied, desk), desk)
    kept = desk.store.frozen(applied.organization_id, asked.report.rules, asked.period.year)
    return applied.organization_id, asked.period.year, kept


def files_of(desk: Desk, kept: Kept) -> Mapping[str, bytes]:
    """The files of a frozen version, byte by byte. Raises Bug where one is not as its checksum says."""
    files = desk.store.files(kept)
    for name, checksum in kept.files.items():
        if hashlib.sha256(files[name]).hexdigest() != checksum:
            hint = "the database was changed by another hand: keep it as it is"
            raise Bug(f"{name} is not as its checksum says", hint)
    return files


def to_freeze(found: Opened, correction: str) -> Built:
    """The version that may be frozen now.

    Raises Blocked where a finding is in the way, PlanRefused for a year that is frozen already and no correction,
    UsageError for a correction of nothing.
    """
    stopping = [each for each in (*found.built.report.findings, *found.notices) if each.severity == "error"]
    if stopping:
        said = joined((joined((each.message, f" [{each.code}]")) for each in stopping), "; ")
        raise Blocked(say("the report cannot be frozen: {said}", said=said), stopping[0].hint)
    latest, year = found.latest, found.asked.period.year
    if latest is None:
        if correction:
            raise UsageError(
                say("nothing of {year} is frozen yet, so that there is nothing to correct", year=year), "leave it out"
            )
        return found.built
    if not found.differences:
        raise UsageError(
            say(
                "version {version} of {year} is frozen already, and nothing differs from it",
                version=latest.version,
                year=year,
            )
        )
    if not correction:
        message = say(
            "version {version} of {year} is frozen already, by the rules '{rules}'",
            version=latest.version,
            year=year,
            rules=found.asked.report.rules,
        )
        raise PlanRefused(message, "freeze it as a correction, with --correction REASON")
    return found.correction(correction)


def freeze(desk: Desk, found: Opened, version: Built, correction: str, files: Files) -> str:
    """Keep a version with its files, and give its digest."""
    report, rows = version.report, found.rows or gathered(digests(version.keyed()))
    kept = ToKeep(
        organization_id=found.organization_id,
        name=report.name,
        rules=found.asked.report.rules,
        year=report.year,
        version=report.version,
        head={name: str(getattr(report, name)) for name in (*HEAD, "revision", "first", "last")},
        figures=report.figures,
        corrections=report.corrections,
        reason=correction,
        digest=digest(version, rows, {name: checksum for name, (checksum, _) in files.items()}),
        rows=rows,
        files=files,
    )
    with desk.points.around("keep_report"):
        desk.store.keep_report(kept, desk.actor, desk.clock.now())
    return kept.digest


def digest(version: Built, rows: Rows, files: Mapping[str, str]) -> str:
    """SHA-256 over everything that was frozen: the head, the figures, each row's digest and each file's checksum."""
    report = version.report
    said = {
        "head": [str(getattr(report, name)) for name in (*HEAD, "name", "revision", "first", "last", "version")],
        "figures": [[each.key, shown(each)] for each in report.figures],
        "corrections": list(report.corrections),
        "rows": {
            sheet: [f"{key.hex()}{row.hex()}" for key, row in sorted(found.items())] for sheet, found in rows.items()
        },
        "files": dict(files),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def hand_over(desk: Desk, organization: str, name: str, year: int | None, given: HandOver) -> Kept:
    """Record that the latest frozen version was handed over. Raises UsageError where nothing is frozen."""
    organization_id, counted, kept = frozen(desk, organization, name, year)
    if not kept:
        raise UsageError(
            say("nothing of {counted} is frozen, so that nothing was handed over", counted=counted),
            "reconciler report freeze",
        )
    with desk.points.around("hand_over"):
        desk.store.hand_over(organization_id, kept[-1], given, desk.actor, desk.clock.now())
    return kept[-1]


def compare(desk: Desk, found: Opened) -> Kept:
    """Note how many differences there are from the latest frozen version. Raises UsageError where there is none."""
    if found.latest is None:
        year = found.asked.period.year
        raise UsageError(
            say("nothing of {year} is frozen yet: there is nothing to compare with", year=year),
            "reconciler report freeze",
        )
    with desk.points.around("note_comparison"):
        now = desk.clock.now()
        desk.store.note_comparison(found.organization_id, found.latest, len(found.differences), now)
    return found.latest


def _differences(desk: Desk, kept: Kept, built: Built, rows: Rows) -> list[Difference]:
    head = [
        Difference("head", name, name, str(kept.head[name]), str(getattr(built.report, name)))
        for name in HEAD
        if str(kept.head[name]) != str(getattr(built.report, name))
    ]
    return head + differences(kept.figures, built.report.figures, desk.store.frozen_rows(kept), rows)


def _pseudonym(desk: Desk, organization_id: str, person: str) -> str:
    return desk.pseudonym(organization_id, person)[:PSEUDONYM]
