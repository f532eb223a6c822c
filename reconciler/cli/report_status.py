"""Yearly reports in `status` and `schedule`: where each stands, until when it is due, and who is reminded when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reconciler.cli.context import Context, counted

if TYPE_CHECKING:
    from reconciler.cli.reading import Reading
    from reconciler.database.reports import ReportRow
    from reconciler.reports.due import Standing
    from reconciler.runs.reported import Kept
    from reconciler.specs.models.report import Report

STYLES = {"green": "green", "yellow": "yellow", "red": "bold red", "grey": "dim"}
EARLIER = 5
"""Years before the one in question that are still asked about."""
HEADINGS = ("Organisation", "Report", "Year", "Health", "Deadline", "Reminded")


@dataclass(frozen=True, slots=True)
class Task:
    """One report of one year. `reminders` are the days to come on which somebody is reminded, the deadline the last."""

    organization: str
    name: str
    report: "Report"
    standing: "Standing"
    latest: "Kept | None"
    reminders: Sequence[date]

    @property
    def step(self) -> str:
        """What somebody does next; empty where there is nothing to do."""
        verbs = {"not built": "check", "frozen": "handed-over", "drifted": "compare"}
        verb = verbs.get(self.standing.state, "")
        more = " --receipt NUMBER" if verb == "handed-over" else ""
        return f"reconciler report {verb} {self.organization} {self.name}{more}" if verb else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A report whose row another hand has spoilt."""

    organization: str
    name: str
    problem: str


def tasks(found: "Reading", organization: str) -> "tuple[list[Task], list[Broken]]":
    """The reports of all organisations, or of one, by name; a broken one hides no other."""
    made: list[Task] = []
    broken: list[Broken] = []
    for row in found.reports.rows(organization):
        try:
            made += _tasks(found, row)
        except ValueError:
            problem = "its row is not as it was applied; reconciler plan shows what differs"
            broken.append(Broken(row.organization, row.name, problem))
    return made, broken


def _tasks(found: "Reading", row: "ReportRow") -> list[Task]:
    """The year in question, and those before it that nobody handed over. Raises ValueError for an unreadable row."""
    from reconciler.reports.due import year_in_question
    from reconciler.specs.models.report import Report

    report = Report.model_validate({key: each for key, each in row.body.items() if key != "definitions"})
    today = found.now.astimezone(ZoneInfo(row.zone)).date()
    latest = year_in_question(report, today)
    years = range(max(report.first_year, latest - EARLIER), latest + 1)
    made = [_task(found, row, report, year, today) for year in years]
    return [each for each in made if each.standing.year == latest or each.standing.state != "handed over"]


def _task(found: "Reading", row: "ReportRow", report: "Report", year: int, today: date) -> Task:
    from reconciler.reports.due import Known, reminders, standing

    frozen = found.reports.frozen(row.organization_id, report.rules, year)
    latest = frozen[-1] if frozen else None
    stands = standing(report, year, latest.known if latest else Known(), today)
    coming = reminders(report, year + (stands.state in ("handed over", "drifted")))
    return Task(row.organization, row.name, report, stands, latest, [day for day in coming if day >= today])


def show(context: Context, made: Sequence[Task], broken: Sequence[Broken]) -> None:
    """The table of reports, and the next step of each that needs one."""
    if made:
        context.say()
        context.table(HEADINGS, [_row(each) for each in made])
    for task in made:
        if task.step and task.standing.colour in ("yellow", "red"):
            context.say(f"next: {task.step}")
    for each in broken:
        context.say(f"{each.organization} {each.name}: {each.problem}", "red")


def _row(task: Task) -> list[Any]:
    from rich.text import Text

    stands = task.standing
    health = Text(stands.colour, style=STYLES[stands.colour])
    health.append(f"\n{stands.reason}", style="")
    receipts = [each.receipt for each in task.latest.handed_over] if task.latest else []
    if receipts:
        health.append(f"\nreceipt {receipts[-1]}", "dim")
    version = f"\nversion {task.latest.version}" if task.latest else ""
    due = f"{stands.deadline}\n{distance(stands.days_left)}"
    return [task.organization, task.name, f"{stands.year}{version}", health, due, "\n".join(task.report.contacts)]


def distance(days: int) -> str:
    """`in 12 days`, `today`, `3 days ago`."""
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} ago"


def data(task: Task) -> dict[str, Any]:
    """The JSON twin: keys are only ever added."""
    stands, latest = task.standing, task.latest
    return {
        "organization": task.organization,
        "report": task.name,
        "year": stands.year,
        "state": stands.state,
        "overdue": stands.overdue,
        "health": {"colour": stands.colour, "reason": stands.reason},
        "deadline": stands.deadline.isoformat(),
        "days_left": stands.days_left,
        "reminders": [each.isoformat() for each in task.reminders],
        "contacts": list(task.report.contacts),
        "version": latest.version if latest else None,
        "digest": latest.digest if latest else None,
        "frozen_at": latest.frozen_at.isoformat() if latest else None,
        "receipts": [each.receipt for each in latest.handed_over] if latest else [],
        "differences": latest.differences if latest else None,
        "compared_at": latest.compared_at.isoformat() if latest and latest.compared_at else None,
        "next": task.step,
    }


def broken_data(each: Broken) -> dict[str, str]:
    """The same for a report that cannot be read."""
    return {"organization": each.organization, "report": each.name, "problem": each.problem}


def coming(context: Context, made: Sequence[Task], today: date) -> None:
    """The deadline and the reminders to come, for `schedule next`."""
    for task in made:
        done = task.standing.state in ("handed over", "drifted")
        year = task.standing.year + done
        context.say(f"{task.name}: the report on {year} is due on {task.report.due(year)}, once a year", "bold")
        for day in task.reminders:
            what = "deadline" if day == task.report.due(year) else f"reminder for {', '.join(task.report.contacts)}"
            context.say(f"  {day:%a %Y-%m-%d}, {distance((day - today).days)}  {what}")
