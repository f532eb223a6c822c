"""How far a new report is: what each step is missing, and whether somebody has looked at what it counts."""

import re
from collections.abc import Mapping
from datetime import date

from reconciler.plans.resource import digest
from reconciler.portal.proposing.wizard.begun import Files, Way
from reconciler.portal.proposing.wizard.fields import misnamed
from reconciler.portal.proposing.wizard.report.composing import PARTS, composed, declared, report_of
from reconciler.portal.proposing.wizard.report.desk import ReportDesk, desk_of
from reconciler.portal.proposing.wizard.said import REPORT, Step
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.models.report import COLUMNS
from reconciler.specs.rules_report import misfit

_YEAR, _NUMBER = re.compile("20[0-9]{2}|21[0-9]{2}"), re.compile("[1-9][0-9]?|100")


def report_problems(desk: ReportDesk) -> dict[str, str]:
    """What is wrong with the first step, as keys by field."""
    answers = desk.answers
    found = {
        "name": _name_problem(desk),
        "title": "" if answers.title else "missing",
        "first_year": "" if _YEAR.fullmatch(answers.first_year) else "year" if answers.first_year else "missing",
        "parts": "missing" if answers.scope in PARTS and not answers.listed else "",
        "deadline": _deadline_problem(answers.month, answers.day),
        "contacts": "" if set(answers.contacts) & set(desk.people) else "missing",
        "suppress_below": _least_problem(answers.suppress_below),
    }
    return {name: each for name, each in found.items() if each}


def _name_problem(desk: ReportDesk) -> str:
    name = desk.answers.name
    if wrong := misnamed(name):
        return wrong
    file = desk.found.files.get(desk.file) is not None and desk.file not in desk.answers.made
    return "taken" if file or name in desk.others() else ""


def _deadline_problem(month: str, day: str) -> str:
    """A day that every year has."""
    if not month or not day:
        return "missing"
    if not (_NUMBER.fullmatch(month) and _NUMBER.fullmatch(day)):
        return "day"
    try:
        date(2001, int(month), int(day))
    except ValueError:
        return "day"
    return ""


def _least_problem(text: str) -> str:
    return "" if not text or (_NUMBER.fullmatch(text) and int(text) > 1) else "least"


def column_problems(desk: ReportDesk) -> dict[str, str]:
    """What is wrong with the columns, by `source/value`: a key, or a sentence of the rules."""
    found: dict[str, str] = {}
    for source, columns in desk.columns().items():
        found |= {f"{source}/{name}": "missing" for name, each in columns.items() if each is None}
    report = report_of(desk)
    if found or report is None:
        return found
    for source in COLUMNS:
        said = {name: misfit(report, source, name, desk.category(source)) for name in COLUMNS[source]}
        found |= {f"{source}/{name}": each for name, each in said.items() if each}
    return found


def countable(desk: ReportDesk) -> bool:
    """Whether it is known what would be counted, and this portal counts."""
    known = not report_problems(desk) and not column_problems(desk) and declared(desk) is not None
    return known and desk.visit.parts.house.portal.credentials


def mark_of(desk: ReportDesk) -> str:
    """A digest of all that is counted by: where it is the same, so are the figures of the same data."""
    found = declared(desk)
    if found is None:
        return ""
    return digest([found.report.plain(), {key: each.digest for key, each in found.definitions.items()}])


def wrong(desk: ReportDesk) -> list[Diagnostic]:
    """The errors of the draft."""
    return desk.found.wrong


def done(desk: ReportDesk) -> Mapping[Step, bool]:
    """Which steps are done. The count is, once somebody has looked at what this very report counts."""
    answers = desk.answers
    head, columns = not report_problems(desk), not column_problems(desk)
    typed = bool(answers.types) and set(answers.types.values()) <= set(desk.kinds)
    looked = head and columns and typed and answers.counted == mark_of(desk) != ""
    found: dict[Step, bool] = {
        "report": head,
        "columns": head and columns and "columns" in answers.said,
        "activities": head and typed,
        "count": looked or not desk.visit.parts.house.portal.credentials,
    }
    return {**found, "summary": all(found.values()) and desk.file in desk.draft.files and not wrong(desk)}


def _written(desk: ReportDesk) -> Files:
    return {} if report_problems(desk) else composed(desk)


WAY = Way(REPORT, desk_of, done, composed, _written)
"""How a report is set up."""
