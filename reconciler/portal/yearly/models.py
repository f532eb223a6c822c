"""What the pages of a yearly report say, and their twins."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from reconciler.reports.due import Colour, State
from reconciler.specs.languages import Language


class Under(BaseModel):
    """What this process has counted, or counts, of a report."""

    begun_at: datetime
    done: bool
    blocking: int = Field(description="Findings that keep the report from being frozen, as far as it is done.")


class YearLine(BaseModel):
    """A report of one year."""

    name: str
    title: str
    year: int
    state: State
    colour: Colour
    deadline: date
    days_left: int = Field(description="Until the deadline; below zero once it has passed.")
    overdue: bool
    version: int = Field(description="The latest frozen version; 0 where there is none.")
    receipts: list[str] = Field(description="What was given for the latest version.")
    differences: int | None = Field(description="That the latest comparison found; null where nobody compared since.")
    counted: Under | None = Field(description="Null where nobody has counted it here lately.")


class ReportsPage(BaseModel):
    """The yearly reports, by name, the latest year first."""

    name: str = Field(description="Where it is one report that was asked for.")
    reports: list[YearLine]


class FigureLine(BaseModel):
    """One key figure."""

    key: str
    label: str
    value: str | None = Field(description="The number, with a decimal point; null where it is not shown.")
    unit: str
    note: str = Field(description="How it was counted, or why it is not shown; in the organisation's language.")


class FileLine(BaseModel):
    """One file of a package."""

    name: str
    sha256: str
    bytes: int | None = Field(None, description="Its size, where it is known.")


class HandOverLine(BaseModel):
    """That a version was handed over."""

    to: str
    receipt: str
    on: date
    by: str = Field(description="An account.")


class VersionLine(BaseModel):
    """A frozen version; nothing of it is ever changed."""

    version: int
    digest: str = Field(description="SHA-256 over the head, the figures, every row's digest and every file's checksum.")
    frozen_by: str = Field(description="An account.")
    frozen_at: datetime
    reason: str
    revision: str = Field(description="The commit of the spec.")
    rules: str
    figures: list[FigureLine]
    corrections: list[str] = Field(description="What differs from the version before; in the organisation's language.")
    more_corrections: int
    files: list[FileLine]
    handed_over: list[HandOverLine]
    differences: int | None = Field(description="That the latest comparison found; null where nobody compared since.")
    compared_at: datetime | None


class ReportPage(BaseModel):
    """A report of one year: where it stands, and everything that was frozen of it, the latest first."""

    name: str
    title: str
    year: int
    first: date
    last: date
    state: State
    colour: Colour
    deadline: date
    days_left: int
    overdue: bool
    contacts: list[str] = Field(description="Accounts that are reminded.")
    signed_by: str = Field(description="The office that signs; empty where nobody has said so.")
    today: date
    language: Language = Field(description="Of what stands in the report itself.")
    counted: Under | None
    versions: list[VersionLine]
    longest: int = Field(description="Characters of a name and of a receipt.")


class FindingLine(BaseModel):
    """Something that has to be known before signing."""

    severity: Literal["error", "warning"]
    code: str = Field(description="A key; keys are only ever added.")
    message: str = Field(description="In the organisation's language; `personal-data` in English.")
    hint: str
    place: str = Field(description="Where the spec is mended, as file:line:column; empty where it is not the spec.")


class CheckLine(BaseModel):
    """One thing that is looked at before a report may be frozen."""

    code: str
    found: int = Field(description="How often it was in the way; 0 where all is well.")


class DifferenceLine(BaseModel):
    """One thing that is not as it was frozen. Rows are named by a digest of what the app knows them by."""

    what: Literal["figure", "added", "removed", "changed", "head"]
    said: str
    place: str
    key: str
    before: str
    after: str


class CountPage(BaseModel):
    """What today's data come to, beside what was frozen."""

    name: str
    title: str
    year: int
    state: Literal["counting", "counted"]
    begun_at: datetime
    counted_at: datetime | None
    language: Language = Field(description="Of figures and findings.")
    version: int = Field(description="That it would be frozen as; the frozen one where nothing differs from it.")
    frozen: int = Field(description="The latest frozen version; 0 where there is none.")
    handed_over: bool = Field(description="Whether that one was handed over.")
    revision: str
    rules: str
    checks: list[CheckLine]
    figures: list[FigureLine]
    findings: list[FindingLine]
    differences: list[DifferenceLine]
    differing: int = Field(description="All differences; the page names the first.")
    files: list[FileLine] = Field(description="Of the preview; none where it would say who somebody is.")
    seen: str = Field(description="What to send back to freeze exactly this.")
    freezable: bool = Field(description="Whether it may be frozen as it stands.")
