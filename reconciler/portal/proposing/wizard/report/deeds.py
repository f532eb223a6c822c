"""What people do with a new report: begin, answer a step, have today's data counted. Every answer is kept at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from reconciler.portal.proposing.editors.sheet import opened as sheet_opened
from reconciler.portal.proposing.wizard.begun import at_version, kept
from reconciler.portal.proposing.wizard.deeds import MOST, Answering, Key, gathered
from reconciler.portal.proposing.wizard.fields import telling
from reconciler.portal.proposing.wizard.report.columns import Shown, said, shown
from reconciler.portal.proposing.wizard.report.counting import begun, forget, result
from reconciler.portal.proposing.wizard.report.desk import ReportDesk, opened
from reconciler.portal.proposing.wizard.report.pages import CONSTANT
from reconciler.portal.proposing.wizard.report.ready import WAY, mark_of
from reconciler.portal.proposing.wizard.report.said import ReportAnswers, Scope
from reconciler.portal.proposing.wizard.report.starts import started
from reconciler.portal.proposing.wizard.said import REPORT, Short, Step
from reconciler.portal.refusals import NotDone, NotThere, Unfit
from reconciler.portal.texts import text
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Proposes
from reconciler.reports.suggest import fitting
from reconciler.runs.draft import TITLE
from reconciler.runs.host import one_line
from reconciler.specs.models.report import COLUMNS, Report, Source
from reconciler.specs.models.report_rules import ReportRules


class BeginReport(BaseModel):
    """By which rules it reports."""

    rules: Short


class ReportWanted(Answering):
    """What the report is called, and what it is about. What is left empty is taken from `start`."""

    start: Short = Field("", description="Another organisation's report, as `organisation/report`; or a suggestion.")
    name: Short = ""
    title: Short = ""
    first_year: Short = ""
    scope: Scope = "national"
    parts: Short = Field("", description="The counties of a region, or the numbers of local branches.")
    month: Short = ""
    day: Short = ""
    contacts: list[Short] = Field(default_factory=list, max_length=MOST)
    signed_by: Short = ""
    suppress_below: Short = ""


class ColumnsWanted(Answering):
    """Where values come from, by `source/value`: a field, one value for all, and what says yes. In a form they are
    called `field.PLACE`, `value.PLACE` and `yes.PLACE`. What is not spoken of stays.
    """

    field: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    value: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    yes: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        return gathered(given, {"field.": "field", "value.": "value", "yes.": "yes"})


class ActivitiesWanted(Answering):
    """What each activity type is; in a form called `kind.TYPE`. An empty one is taken away."""

    kinds: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    more: Short = Field("", description="One more type, that no activity has had yet.")
    more_kind: Short = ""

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        return gathered(given, {"kind.": "kinds"})


class CountWanted(BaseModel):
    """Go on, once it was looked at; or count anew."""

    version: int | None = Field(None, description="The draft's, as it was seen.")
    do: Literal["next", "again"] = "next"


def begin_report(visit: Proposes, wanted: BeginReport) -> Done:
    """Begin to set up a yearly report: a draft, which can be left and gone on with."""
    sheet = sheet_opened(visit, None)
    rules = sheet.found.specs.catalog.of(ReportRules).get(wanted.rules)
    if rules is None:
        raise NotThere
    own = sheet.found.own
    if any(each.spec.rules == wanted.rules for each in own.of(Report).values()):
        raise NotDone("wizard.report.there")
    people = [each.account for each in own.organization.spec.people] if own.organization is not None else []
    answers = ReportAnswers(
        rules=wanted.rules,
        name=wanted.rules,
        first_year=str(visit.today.year - 1),
        contacts=[each for each in people if each == visit.account],
    )
    title = text(
        "wizard.report.draft", visit.organization.language, label=rules.spec.label.said(visit.organization.language)
    )  # fmt: skip
    draft = sheet.editing.begin(REPORT.kind, one_line(title, TITLE), answers.model_dump(mode="json"))
    return Done(said="wizard.begun", back=f"{REPORT.path}/{draft.id}/{REPORT.order[0]}")


def answer_report(visit: Proposes, draft: UUID, wanted: ReportWanted) -> Done:
    """Say what the report is called, and what it is about."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    own = wanted.model_dump(exclude={"start", "version", "do"})
    _check({name: each for name, each in own.items() if isinstance(each, str)})
    contacts = [each for each in wanted.contacts if each in desk.people]
    answered = replace(desk, answers=desk.answers.saying(**{**own, "contacts": contacts}))
    return _kept(desk, started(answered, wanted.start), "report", wanted.do)


def answer_columns(visit: Proposes, draft: UUID, wanted: ColumnsWanted) -> Done:
    """Say where values come from. What no field fits is taken away."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    _check({**wanted.value, **wanted.yes})
    found = dict(desk.answers.columns)
    for source, columns in desk.columns().items():
        for name, column in columns.items():
            place = f"{source}/{name}"
            form = shown(column, COLUMNS[source][name])
            typed = {key: given[place] for key, given in _given(wanted).items() if place in given}
            if typed and (changed := form.model_copy(update=typed)) != form:
                found[place] = _column(desk, source, name, changed)
    return _kept(desk, desk.answers.saying(columns=found), "columns", wanted.do)


def _given(wanted: ColumnsWanted) -> Mapping[str, Mapping[str, str]]:
    return {"field": wanted.field, "value": wanted.value, "yes": wanted.yes}


def _column(desk: ReportDesk, source: Source, name: str, form: Shown) -> dict[str, Any]:
    kind, category = COLUMNS[source][name], desk.category(source)
    if form.field and form.field not in fitting(source, name, category):
        return {}
    if not form.field and kind not in CONSTANT:
        return {}
    straight = bool(form.field) and category.fields[form.field].type == "boolean"
    return said(None, kind, form.model_copy(update={"yes": ""}) if straight else form)


def answer_activities(visit: Proposes, draft: UUID, wanted: ActivitiesWanted) -> Done:
    """Say what each activity type is, among the kinds of the rules."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    told = {**wanted.kinds, **({wanted.more: wanted.more_kind} if wanted.more else {})}
    _check({name: name for name in told})
    types = {name: kind for name, kind in {**desk.answers.types, **told}.items() if kind in desk.kinds}
    return _kept(desk, desk.answers.saying(types=types), "activities", wanted.do)


def count_draft(visit: Proposes, draft: UUID, wanted: CountWanted) -> Done:
    """Count today's data as the draft says, anew; or go on with what was counted, once somebody has looked at it."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    if wanted.do == "again":
        forget(desk)
    trial = result(desk, begun(desk))
    back = f"{REPORT.path}/{draft}/count"
    if trial is None:
        return Done(ok=False, said="wizard.count.waits", back=back)
    if trial.problem or wanted.do == "again":
        return Done(ok=not trial.problem, said=f"wizard.count.{'failed' if trial.problem else 'again'}", back=back)
    return _kept(desk, desk.answers.saying(counted=mark_of(desk)), "count", "next")


def _kept(desk: ReportDesk, answers: ReportAnswers, here: Step, do: str) -> Done:
    said = replace(desk, answers=answers.saying(said=[*dict.fromkeys([*answers.said, here])]))
    return kept(WAY, desk, said, here, do)


def _check(texts: Mapping[str, str]) -> None:
    """Raises Unfit for what looks like a secret: it is kept nowhere."""
    for name, value in texts.items():
        if telling(name, value):
            raise Unfit(name, "wizard.report.secret")
