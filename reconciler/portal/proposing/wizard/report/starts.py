"""What a new report may be begun from: a suggestion, or a report by the same rules of another organisation that the
visitor is somebody in. Its year, its scope and the people that it reminds stay where they are.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from reconciler.portal.proposing.neighbours import neighbours, specs_of
from reconciler.portal.proposing.wizard.report.desk import ReportDesk
from reconciler.portal.proposing.wizard.report.said import ReportAnswers
from reconciler.portal.refusals import NotThere
from reconciler.specs.models.report import COLUMNS, Report

MOST = 20
SEPARATE = ("introduction", "declaration")
"""Texts that nobody is asked about; who signs is."""


class Start(BaseModel):
    """Something to begin from; `key` is what the form sends."""

    key: str
    title: str
    report: str


def starts(desk: ReportDesk) -> list[Start]:
    """Reports of other organisations of the visitor by the same rules."""
    return [
        Start(key=f"{whose}/{name}", title=title, report=name)
        for whose, title in neighbours(desk.visit)
        for name, each in specs_of(desk.editing.copy, whose).of(Report).items()
        if each.spec.rules == desk.answers.rules
    ][:MOST]


def started(desk: ReportDesk, key: str) -> ReportAnswers:
    """The answers, begun from there. Raises NotThere for what there is not, or not for this visitor."""
    answers = desk.answers
    if key == answers.start:
        return answers
    if not key:
        return answers.saying(start="", categories={}, columns={}, types={}, more={})
    if key not in {each.key for each in starts(desk)}:
        raise NotThere
    whose, _, name = key.partition("/")
    return taken(answers, key, specs_of(desk.editing.copy, whose).of(Report)[name].spec)


def taken(answers: ReportAnswers, key: str, report: Report) -> ReportAnswers:
    """What another report says, under our own head; what was answered already stays."""
    spec = report.plain()
    columns = {
        f"{source}/{name}": report.column(source, name).plain() for source in COLUMNS for name in COLUMNS[source]
    }
    texts = {name: text for name, text in spec.get("texts", {}).items() if name in SEPARATE}
    more: dict[str, Any] = {"remind_days": spec["remind_days"]} | ({"texts": texts} if texts else {})
    own: Mapping[str, str] = {
        "title": report.title,
        "month": str(report.deadline.month),
        "day": str(report.deadline.day),
        "signed_by": report.texts.signed_by or "",
        "suppress_below": str(report.suppress_below or ""),
    }
    first = {name: getattr(answers, name) or text for name, text in own.items()}
    return answers.saying(
        start=key, categories=spec["categories"], columns=columns, types=dict(report.activity_types), more=more, **first
    )  # fmt: skip
