"""One integration: what it is and where that is written, how it stands and why, who is needed, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from reconciler.database.history import RunChoice
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.portal.answers.asked import Asking, asking
from reconciler.portal.answers.beside import Beside, beside
from reconciler.portal.answers.coming import Closed, Schedule, closed, schedule
from reconciler.portal.answers.integration import Light
from reconciler.portal.answers.needing import Count, Differing, Failed, counts, differing, failed
from reconciler.portal.answers.runs import CHART, Bar, RunRow, bars, row_of
from reconciler.portal.answers.standing import Quota, Still, Stored, Switched, quota, still, stored, switched
from reconciler.portal.answers.trail import Noted, noted_of
from reconciler.portal.answers.written import Written, written
from reconciler.portal.fields import English
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.runs.left_words import left

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.allowance import Usage
    from reconciler.runs.suspension import Suspension
    from reconciler.runs.views import IntegrationView
    from reconciler.wiring.reading import Reading

FEW, RUNS = 10, 5


class Known(BaseModel):
    """What is known of an integration only where its configuration can be read."""

    type_title: str
    target: str = Field(description="Where documents go, in the outside system's terms.")
    written: Written = Field(description="Where it stands in git.")
    schedule: Schedule | None = Field(description="None where it runs by hand only.")
    closed: list[Closed] = Field(description="Days on which no run begins by itself: of today, and to come.")
    quota: Quota
    still: list[Still] = Field(description="Why its runs stand still; empty where they do not.")


class IntegrationPage(BaseModel):
    """One integration."""

    name: str
    type: str
    environment: str
    mode: Literal["send", "observe"]
    revision: str = Field(description="The commit that it was applied from.")
    health: Light
    problem: str = Field(description="What stopped its last run, in the words of whoever refused.")
    left: str = Field(description="The same in the language that was asked for, where the engine itself said it.")
    problem_at: datetime | None = Field(description="When that was.")
    known: Known | None
    broken: English = Field(description="Why the configuration cannot be read, in English; empty where it can.")
    switches: list[Switched] = Field(description="What stands for the configuration; syncs go on.")
    credential: Stored
    counts: list[Count] = Field(description="Of documents that are not in order; what is settled is not counted.")
    withheld: int = Field(description="Records held back by rule.")
    needing: int = Field(description="Documents that need somebody.")
    failed: list[Failed] = Field(description="The first of them, the gravest first.")
    differing: int = Field(description="Documents that stand otherwise in the outside system.")
    differences: list[Differing]
    beside: Beside = Field(description="What is tried again by itself, and how it was last compared.")
    asked: list[Asking] = Field(description="The newest requests for a sync.")
    runs: list[RunRow] = Field(description="The newest runs.")
    newest: list[Bar] = Field(description="More of them, the oldest first, for a chart.")
    trail: list[Noted] | None = Field(description="The newest of the audit trail; None without the right to it.")


def integration(visit: Sees, integration: Name) -> IntegrationPage:
    """One integration with all that is known of it: the first of everything, and where the rest is found."""
    reading = visit.parts.reading()
    view = reading.overview.integration(visit.organization.name, integration, FEW)
    if view is None:
        raise NotThere
    pinned, broken = _pinned(reading, view)
    lately = visit.parts.history().runs(RunChoice(view.organization_id, integration), CHART)
    facts = _facts(reading, pinned) if pinned else None
    known, broken = _known(visit, reading, view, facts) if facts else (None, broken)
    return IntegrationPage(
        name=view.name,
        type=view.type,
        environment=view.environment,
        mode="observe" if view.mode == "observe" else "send",
        revision=view.revision,
        health=_health(visit, reading, view, facts if known else None),
        problem=view.last_run.problem if view.last_run else "",
        left=left(view.last_run.problem, visit.language) if view.last_run else "",
        problem_at=(view.last_run.ended_at or view.last_run.started_at) if view.last_run else None,
        known=known,
        broken=broken,
        switches=switched(visit, reading),
        credential=stored(view, pinned),
        counts=counts(view),
        withheld=view.withheld,
        needing=view.needing,
        failed=[failed(each) for each in view.troubled],
        differing=view.differing,
        differences=[differing(each) for each in view.differences],
        beside=beside(visit, integration),
        asked=[asking(each) for each in visit.parts.asked().asked_of(view.organization_id, integration, RUNS)],
        runs=[row_of(each, visit.language) for each in lately[:RUNS]],
        newest=bars(lately),
        trail=noted_of(visit, _objects(view), FEW) if visit.may("audit") else None,
    )


def _pinned(reading: "Reading", view: "IntegrationView") -> "tuple[Pinned | None, str]":
    """The integration ready for a run, or why it cannot be."""
    try:
        return reading.pinned(view.organization, view.name), ""
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        return None, error.message


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a colour and the page both need to know."""

    pinned: "Pinned"
    usage: "Usage"
    still: "Sequence[Suspension]"


def _facts(reading: "Reading", pinned: "Pinned") -> _Facts:
    credential = pinned.integration.credentials.name
    usage = reading.usages.of(pinned.organization_id, credential, pinned.allowed, reading.now)
    return _Facts(pinned, usage, reading.in_the_way(pinned))


def _known(visit: Visit, reading: "Reading", view: "IntegrationView", facts: _Facts) -> tuple[Known | None, str]:
    """What the configuration says, or why it cannot be read: a schedule may be spoilt where nothing else is."""
    pinned = facts.pinned
    windows = pinned.organization.days_without_syncs
    try:
        runs = schedule(visit, view.schedule, windows)
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        return None, error.message
    label = pinned.kind.label
    found = Known(
        type_title=label.nb if visit.language == "nb" else label.en,
        target=pinned.whereabouts,
        written=written(reading, pinned, view.schedule.name if view.schedule else "", visit.language),
        schedule=runs,
        closed=closed(visit, windows) if runs else [],
        quota=quota(facts.usage, pinned),
        still=[still(each) for each in facts.still],
    )
    return found, ""


def _health(visit: Visit, reading: "Reading", view: "IntegrationView", facts: _Facts | None) -> Light:
    from reconciler.engine.assessing import oldest_waiting, verdict
    from reconciler.runs.health import Cause, because

    if facts is None:
        health = because("red", Cause("unreadable"))
    else:
        waiting = oldest_waiting(reading.records, facts.pinned, reading.now) if view.schedule is None else None
        health = verdict(view, facts.still, waiting, facts.usage.left, reading.now)
    return Light(colour=health.colour, reason=health.said(visit.language))


def _objects(view: "IntegrationView") -> Sequence[str]:
    """What the audit trail may call it: by its name, and by that of its credential."""
    names = [view.name, *([view.credential.name] if view.credential else [])]
    return list(dict.fromkeys(names))
