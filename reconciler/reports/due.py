"""Where a yearly report stands, and when somebody has to be reminded. Pure: the day is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reconciler.reports.document import Finding
from reconciler.reports.sentences import Language, finding
from reconciler.specs.models.report import Report

Colour = Literal["green", "yellow", "red", "grey"]
State = Literal["not due", "not built", "frozen", "handed over", "drifted"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one year's report: its latest frozen version, 0 where there is none, and what became of it.

    `differences` are those that the latest comparison found; None where nobody compared since it was frozen.
    """

    version: int = 0
    handed_over: bool = False
    differences: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One year's report on one day, as health shows it."""

    year: int
    state: State
    colour: Colour
    reason: str
    deadline: date
    days_left: int
    """Days until the deadline; below zero once it has passed."""

    @property
    def overdue(self) -> bool:
        """Whether the deadline has passed without a hand-over."""
        return self.days_left < 0 and self.state in ("not built", "frozen")


def year_in_question(report: Report, today: date) -> int:
    """The last year that is over, but not one before the first that is reported."""
    return max(today.year - 1, report.first_year)


def standing(report: Report, year: int, known: Known, today: date) -> Standing:
    """The state, the colour and one sentence."""
    deadline = report.due(year)
    left = (deadline - today).days
    state = _state(known, year, today)
    colour, words = _said(state, known, left, max(report.remind_days, default=0))
    return Standing(year, state, colour, words, deadline, left)


def _state(known: Known, year: int, today: date) -> State:
    if known.handed_over:
        return "drifted" if known.differences else "handed over"
    if known.version:
        return "frozen"
    return "not due" if today.year <= year else "not built"


def _said(state: State, known: Known, left: int, first_reminder: int) -> tuple[Colour, str]:
    match state:
        case "drifted":
            return "yellow", f"handed over, and the data changed since: {_counted(known.differences, 'difference')}"
        case "handed over":
            return "green", "handed over"
        case "not due":
            return "grey", "the year is not over"
        case _:
            waits = "frozen, not handed over" if state == "frozen" else "not built"
            if state == "frozen" and known.differences:
                waits += f" (the data changed since: {_counted(known.differences, 'difference')})"
            if left < 0:
                return "red", f"{waits}; overdue since {_counted(-left, 'day')}"
            colour: Colour = "yellow" if left <= first_reminder else ("green" if state == "frozen" else "grey")
            when = "today" if left == 0 else f"in {_counted(left, 'day')}"
            return colour, f"{waits}; due {when}"


def _counted(count: int | None, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def reminders(report: Report, year: int) -> Sequence[date]:
    """The days on which the contacts are reminded of a year's report, and the deadline itself, in order."""
    deadline = report.due(year)
    return sorted({deadline, *(deadline - timedelta(days=each) for each in report.remind_days)})


def notices(report: Report, language: Language, year: int, today: date, known: Known | None) -> list[Finding]:
    """What the day adds to the findings of a report: the deadline, an unfinished year, a version that is frozen."""
    found, left = [], (report.due(year) - today).days
    handed_over = known is not None and known.handed_over
    if today.year <= year:
        found.append(finding("year-unfinished", language, year=year))
    if left < 0 and not handed_over:
        found.append(finding("deadline-passed", language, day=report.due(year), count=-left))
    elif left <= max(report.remind_days, default=0) and not handed_over:
        found.append(finding("deadline-near", language, day=report.due(year), count=left))
    if known is not None:
        found.append(
            finding("frozen-already", language, year=year, version=known.version, count=known.differences or 0)
        )
    return found
