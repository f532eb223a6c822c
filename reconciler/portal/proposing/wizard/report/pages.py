"""What the steps of a new report show: what it is, where values come from, what activities are, and a count."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.fields import English
from reconciler.portal.proposing.wizard.frame import Frame, Head, Wrong, framed, told
from reconciler.portal.proposing.wizard.later_pages import FileText, Source
from reconciler.portal.proposing.wizard.report.columns import shown
from reconciler.portal.proposing.wizard.report.counting import Trial, begun, result
from reconciler.portal.proposing.wizard.report.desk import ReportDesk, opened
from reconciler.portal.proposing.wizard.report.ready import (
    WAY,
    column_problems,
    countable,
    done,
    report_problems,
    wrong,
)
from reconciler.portal.proposing.wizard.report.said import Scope
from reconciler.portal.proposing.wizard.report.starts import Start, starts
from reconciler.portal.proposing.wizard.said import Step
from reconciler.portal.visiting import Proposes
from reconciler.portal.yearly.answers import figures
from reconciler.portal.yearly.models import FigureLine
from reconciler.reports.suggest import Column, fitting, kind_of
from reconciler.specs.languages import Language
from reconciler.specs.models.category import FieldType
from reconciler.specs.models.report import COLUMNS
from reconciler.specs.models.report import Source as Counted

CONSTANT: tuple[FieldType, ...] = ("text", "integer", "boolean")
"""Types of values that may be the same for all: no day and no person is."""
State = Literal["not-here", "not-yet", "counting", "counted"]
"""`not-here` is a portal without the keys of the installation; `not-yet` is before the steps before are done."""


class ReportStep(BaseModel):
    """What the report is called, and what it is about."""

    frame: Frame
    name: str
    title: str
    first_year: str
    scope: Scope
    parts: str
    month: str
    day: str
    contacts: list[str]
    people: list[str] = Field(description="Who may be reminded.")
    signed_by: str
    suppress_below: str
    start: str
    starts: list[Start]
    problems: dict[str, str] = Field(description="What is wrong, as keys by field.")
    answered: bool = Field(description="Whether the form was sent before: then what is missing is wrong.")


class ColumnRow(BaseModel):
    """A value that is counted, and where it comes from. `place` is its place in the form."""

    place: str
    name: str
    type: FieldType
    field: str
    value: str
    yes: str
    fields: list[Source]
    constant: bool = Field(description="Whether it may be the same for all.")
    guessed: bool
    missing: bool
    problem: English


class ColumnPart(BaseModel):
    """One sort of what is counted."""

    source: Counted
    label: str
    rows: list[ColumnRow]


class ColumnStep(BaseModel):
    """Where the values come from."""

    frame: Frame
    parts: list[ColumnPart]
    answered: bool


class ActivityRow(BaseModel):
    """One of the app's activity types. `seen` is how many activities have it, where it is not said yet what it is."""

    type: str
    kind: str
    seen: int | None
    guessed: bool


class ActivityStep(BaseModel):
    """What the activities are, among the kinds of the rules."""

    frame: Frame
    state: State
    year: int
    problem: English
    rows: list[ActivityRow]
    kinds: dict[str, str] = Field(description="The kinds of the rules, as they are called there.")
    answered: bool


class TrialFinding(BaseModel):
    """Something that would have to be known before signing, in the organisation's language."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str


class CountStep(BaseModel):
    """What today's data come to by the draft."""

    frame: Frame
    state: State
    language: Language = Field(description="Of figures and findings.")
    counted_at: datetime | None
    year: int
    problem: English
    blocking: int = Field(description="Findings that would keep it from being frozen.")
    figures: list[FigureLine]
    findings: list[TrialFinding]


class ReportSummary(BaseModel):
    """Everything together, before it is looked through and proposed."""

    frame: Frame
    files: list[FileText]
    told: list[Wrong]
    missing: list[Step]
    title: str
    first_year: str
    scope: Scope
    parts: list[str]
    month: str
    day: str
    contacts: list[str]


def frame(desk: ReportDesk, here: Step) -> Frame:
    """Around one step."""
    return framed(WAY, desk, here, Head(desk.rules.label.said(desk.visit.language), desk.answers.rules))


def new_report(visit: Proposes, draft: UUID) -> ReportStep:
    """The first step: a name and a title, the year, the scope, the deadline, and who is reminded."""
    desk = opened(visit, draft)
    answers = desk.answers
    names = ("name", "title", "first_year", "scope", "parts", "month", "day", "contacts", "signed_by", "suppress_below")
    return ReportStep(
        frame=frame(desk, "report"),
        **{name: getattr(answers, name) for name in (*names, "start")},
        people=desk.people,
        starts=starts(desk),
        problems=report_problems(desk),
        answered="report" in answers.said,
    )


def new_columns(visit: Proposes, draft: UUID) -> ColumnStep:
    """The second step: where each value comes from, as it is suggested or begun from."""
    desk = opened(visit, draft)
    problems = column_problems(desk)
    parts = [
        ColumnPart(
            source=source,
            label=desk.category(source).label.said(visit.language),
            rows=[_row(desk, source, name, each, problems) for name, each in columns.items()],
        )
        for source, columns in desk.columns().items()
    ]
    return ColumnStep(frame=frame(desk, "columns"), parts=parts, answered="columns" in desk.answers.said)


def _row(desk: ReportDesk, source: Counted, name: str, column: Column | None, problems: dict[str, str]) -> ColumnRow:
    place, kind, category = f"{source}/{name}", COLUMNS[source][name], desk.category(source)
    problem = problems.get(place, "")
    form = shown(column, kind)
    fields = fitting(source, name, category)
    if form.field and form.field not in fields and form.field in category.fields:
        fields = [form.field, *fields]
    return ColumnRow(
        place=place,
        name=name,
        type=kind,
        **form.model_dump(),
        fields=[Source(field=each, label=category.fields[each].label.said(desk.visit.language)) for each in fields],
        constant=kind in CONSTANT,
        guessed=place not in desk.answers.columns and column not in (None, {"field": name}),
        missing=problem == "missing",
        problem="" if problem == "missing" else problem,
    )


def new_activities(visit: Proposes, draft: UUID) -> ActivityStep:
    """The third step: what each activity type is. Those that the app has and nobody has spoken of are counted out."""
    desk = opened(visit, draft)
    here, known, kinds = frame(desk, "activities"), desk.answers.types, desk.kinds
    state, trial = _counted(desk)
    seen = dict(trial.unmapped or {}) if trial is not None else {}
    rows = [ActivityRow(type=each, kind=kind, seen=None, guessed=False) for each, kind in known.items()]
    rows += [
        ActivityRow(type=each, kind=(guess := kind_of(each, kinds)), seen=count, guessed=bool(guess))
        for each, count in seen.items()
    ]
    return ActivityStep(
        frame=here,
        state=state,
        year=trial.year if trial is not None else 0,
        problem=trial.problem if trial is not None else "",
        rows=rows,
        kinds=dict(kinds),
        answered="activities" in desk.answers.said,
    )


def new_count(visit: Proposes, draft: UUID) -> CountStep:
    """The fourth step: today's data, counted as the draft says: what stands in the way is found before it is live."""
    desk = opened(visit, draft)
    here = frame(desk, "count")
    state, trial = _counted(desk)
    return CountStep(
        frame=here,
        state=state,
        language=visit.organization.language,
        counted_at=trial.at if trial is not None else None,
        year=trial.year if trial is not None else 0,
        problem=trial.problem if trial is not None else "",
        blocking=trial.blocking if trial is not None else 0,
        figures=figures(trial.figures) if trial is not None else [],
        findings=[TrialFinding.model_validate(each, from_attributes=True) for each in trial.findings]
        if trial is not None
        else [],
    )


def _counted(desk: ReportDesk) -> tuple[State, Trial | None]:
    """Last of all that is asked: the page's connection is given back meanwhile."""
    if not countable(desk):
        return ("not-yet" if desk.visit.parts.house.portal.credentials else "not-here"), None
    trial = result(desk, begun(desk))
    return ("counted" if trial is not None else "counting"), trial


def new_report_summary(visit: Proposes, draft: UUID) -> ReportSummary:
    """The last step: the file, what is wrong or missing, and the way to review and proposal."""
    desk = opened(visit, draft)
    answers = desk.answers
    names = ("title", "first_year", "scope", "month", "day", "contacts")
    return ReportSummary(
        frame=frame(desk, "summary"),
        files=[FileText(path=path, text=text or "") for path, text in sorted(desk.draft.files.items())],
        told=told(wrong(desk)),
        missing=[step for step, ready in done(desk).items() if not ready and step != "summary"],
        **{name: getattr(answers, name) for name in names},
        parts=answers.listed if answers.scope != "national" else [],
    )
