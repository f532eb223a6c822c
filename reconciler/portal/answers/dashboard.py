"""The dashboard: every integration of the organisation with its light, and what else somebody should know at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from reconciler.portal.answers.integration import IntegrationRow, gathered, row
from reconciler.portal.fields import English
from reconciler.portal.pins import report_titles, titles
from reconciler.portal.proposing.wizard.said import LINK, REPORT, resume_of
from reconciler.portal.texts import text
from reconciler.portal.visiting import Sees, Visit
from reconciler.runs.condition import Word
from reconciler.runs.condition_words import matter
from reconciler.runs.health import Colour
from reconciler.specs.personal import impersonal

if TYPE_CHECKING:
    from reconciler.portal.yearly.standing import Yearly
    from reconciler.wiring.reading import Reading

State = Literal["not_configured", "active", "error"]
GRAVEST: tuple[Colour, ...] = ("red", "yellow", "grey", "green")
FINDINGS = 5
Begun = Mapping[tuple[str, str], list[str]]
"""Pages to go on with what is half set up, by what drafts of it are called and which type or rules it is."""


class Configuration(BaseModel):
    """Where the configuration stands between git and here, as the controller sees it."""

    word: Word
    reason: str = Field(description="One of a closed list.")
    why: str = Field(description="The reason in the language that was asked for.")
    since: datetime
    message: English
    hint: str = Field(description="The command that helps whoever keeps the configuration.")
    findings: list[English]
    applied: str = Field(description="The commit that is in use.")
    attempted: str = Field(description="The commit that was looked at last.")
    verified_at: datetime | None


class ReportDue(BaseModel):
    """A yearly report that is to be handed over."""

    name: str
    year: int
    state: str = Field(description="not built, frozen or drifted.")
    colour: Colour
    deadline: date
    days_left: int


class TypeRow(BaseModel):
    """What may be set up: an integration type, or a yearly report by a set of rules."""

    name: str
    title: str
    kind: Literal["link", "report"]
    state: State
    integrations: list[str]
    reports: list[str] = Field(description="Of a yearly report: what the organisation calls it.")
    begun: list[str] = Field(description="Pages, below the organisation, where the visitor goes on setting one up.")


class Dashboard(BaseModel):
    """The integrations of one organisation, the gravest light first."""

    organization: str
    title: str
    installation: str
    environments: list[str] = Field(description="Where this installation may send.")
    integrations: list[IntegrationRow]
    configuration: Configuration | None = Field(description="Null where no controller has looked at it.")
    reports: list[ReportDue] = Field(description="Yearly reports that are not handed over.")
    yearly: bool = Field(description="Whether there is any yearly report.")
    types: list[TypeRow]


def dashboard(visit: Sees) -> Dashboard:
    """Every integration with its light, its runs and what waits; reports that are due; what may be set up."""
    from reconciler.database.boards import Boards
    from reconciler.portal.yearly.standing import every

    settings = visit.parts.house.settings
    with visit.parts.moment() as reading:
        boards = Boards(reading.tables).boards(visit.organization.id)
        found = [row(visit, reading.now, each) for each in gathered(visit, reading, boards)]
        found.sort(key=lambda each: (GRAVEST.index(each.health.colour), each.name))
        yearly = every(reading.reports, visit.organization.name, visit.today)
        begun = _begun(visit, reading)
        return Dashboard(
            organization=visit.organization.name,
            title=visit.organization.title,
            installation=settings.installation,
            environments=list(settings.environments),
            integrations=found,
            configuration=_configuration(visit, reading),
            reports=_due(yearly),
            yearly=bool(yearly),
            types=[*_types(visit, begun, found), *_report_types(visit, begun, yearly)],
        )


def _configuration(visit: Visit, reading: "Reading") -> Configuration | None:
    from reconciler.database.conditions import ConditionTable

    found = ConditionTable(reading.tables).condition(visit.organization.name)
    if found is None:
        return None
    findings = [impersonal(each) for each in found.findings if each != found.message]
    return Configuration(
        word=found.word,
        reason=found.reason,
        why=matter(found, visit.language).reason,
        since=found.since,
        message=impersonal(found.message),
        hint=found.hint,
        findings=findings[:FINDINGS],
        applied=found.applied,
        attempted=found.attempted,
        verified_at=found.verified_at,
    )


def _due(found: "Sequence[Yearly]") -> list[ReportDue]:
    """What is not handed over; one that another hand spoilt is the configuration's matter."""
    due = [
        ReportDue(
            name=each.name,
            year=each.stands.year,
            state=each.stands.state,
            colour=each.stands.colour,
            deadline=each.stands.deadline,
            days_left=each.stands.days_left,
        )
        for each in found
        if each.stands.state in ("not built", "frozen", "drifted")
    ]
    return sorted(due, key=lambda each: each.deadline)


def _types(visit: Visit, begun: Begun, found: Sequence[IntegrationRow]) -> list[TypeRow]:
    """Those of the catalogue, and of the organisation's own those that it uses."""
    named = {name: each[visit.language] for name, each in titles().items()}
    named |= {each.type: each.type_title for each in found}
    made = []
    for name, title in sorted(named.items(), key=lambda each: each[1].casefold()):
        mine = [each for each in found if each.type == name]
        made.append(
            TypeRow(
                name=name,
                title=title,
                kind="link",
                state=_state(each.health.colour for each in mine),
                integrations=[each.name for each in mine],
                reports=[],
                begun=begun.get((LINK.kind, name), []),
            )
        )
    return made


def _report_types(visit: Visit, begun: Begun, found: "Sequence[Yearly]") -> list[TypeRow]:
    """A yearly report for each set of rules, those of the catalogue and those that the organisation uses."""
    used = {each.report.rules: each.report.rules for each in found}
    named = used | {name: each[visit.language] for name, each in report_titles().items()}
    return [
        TypeRow(
            name=name,
            title=text("wizard.report.title", visit.language, label=title),
            kind="report",
            state=_state(each.stands.colour for each in found if each.report.rules == name),
            integrations=[],
            reports=sorted({each.name for each in found if each.report.rules == name}),
            begun=begun.get((REPORT.kind, name), []),
        )
        for name, title in sorted(named.items(), key=lambda each: each[1].casefold())
    ]


def _state(colours: Iterable[Colour]) -> State:
    found = list(colours)
    return "error" if "red" in found else "active" if found else "not_configured"


def _begun(visit: Visit, reading: "Reading") -> Begun:
    """Where the visitor goes on with what is half set up."""
    from reconciler.database.portal_drafts import DraftTable

    if not visit.may("propose") or visit.parts.house.settings.repository is None:
        return {}
    found: dict[tuple[str, str], list[str]] = {}
    for each in DraftTable(reading.tables).drafts(("open",)):
        if each.account == visit.account and (path := resume_of(each)):
            which = str(each.answers.get("rules" if each.kind == REPORT.kind else "type", ""))
            found.setdefault((each.kind, which), []).append(path)
    return found
