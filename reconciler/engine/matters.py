"""What there is to tell of an organisation: health of integrations, credentials that end, reports that are due."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from reconciler.engine.assessing import View, oldest_waiting, verdict
from reconciler.engine.pause import holding
from reconciler.engine.pinned import OURS, Pinned, pin
from reconciler.engine.world import World
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.reports.due import Known, Standing, reminders, standing, year_in_question
from reconciler.runs.credential import REMINDERS, Version
from reconciler.runs.health import STATES, Cause, Health, IntegrationState, because
from reconciler.runs.health_words import say
from reconciler.runs.notification import Matter, Noticed
from reconciler.runs.suspension import Suspension
from reconciler.specs.models.report import Report

SETTLED = ("sent", "accepted", "posted")
FAILED = ("run-failed", "stopped-early")
"""Causes whose words from outside are the run's own problem."""


class Troubled(Protocol):
    """A document that needs somebody."""

    @property
    def message(self) -> str:
        """The outside system's own, cleaned."""


class Seen(View, Protocol):
    """An integration, with the first of its documents that need somebody."""

    @property
    def troubled(self) -> Sequence[Troubled]: ...


@dataclass(frozen=True, slots=True)
class Due:
    """An applied report, and what is known of a year of it."""

    name: str
    body: Mapping[str, Any]
    known: Callable[[str, int], Known]


@dataclass(frozen=True, slots=True)
class Looks:
    """The parts that only look: an organisation's integrations, its reports, and what is left of a quota (0 to 1)."""

    integrations: Callable[[str], Sequence[Seen]]
    reports: Callable[[str], Sequence[Due]]
    quota: Callable[[Pinned, datetime], float | None]


def matters(world: World, looks: Looks, organization: str, seen: Noticed, now: datetime) -> list[Matter]:
    """Everything that has a state now. An integration that cannot be read is a matter too, and hides no other."""
    views = looks.integrations(organization)
    found = [_integration(world, looks, seen, view, now) for view in views]
    return [*found, *_credentials(world, seen, views, now), *_reports(looks, organization, seen, now)]


def coloured(world: World, looks: Looks, organization: str, now: datetime) -> Iterator[IntegrationState]:
    """Every integration of an organisation. One that cannot be read is red, and hides no other. Raises DatabaseDown."""
    for view in looks.integrations(organization):
        try:
            pinned = pin(world.applied.applied(view.organization, view.name), now)
            still = holding(world.suspensions, world.versions, pinned, now)
            found, quota = _verdict(world, looks, view, pinned, still, now)
            totals = [world.records.total(each.stream, each.selection, each.category, now) for each in pinned.exports]
            yield IntegrationState(organization, view.name, found.colour, sum(count for count, _ in totals), quota)
        except DatabaseDown:
            raise
        except (ReconcilerError, ValueError):
            yield IntegrationState(organization, view.name, "red", 0, None)


def _verdict(
    world: World, looks: Looks, view: Seen, pinned: Pinned, still: Sequence[Suspension], now: datetime
) -> tuple[Health, float | None]:
    waiting = oldest_waiting(world.records, pinned, now) if view.schedule is None else None
    quota = looks.quota(pinned, now)
    return verdict(view, still, waiting, quota, now), quota


def _integration(world: World, looks: Looks, seen: Noticed, view: Seen, now: datetime) -> Matter:
    still: Sequence[Suspension] = ()
    try:
        pinned = pin(world.applied.applied(view.organization, view.name), now)
        still = holding(world.suspensions, world.versions, pinned, now)
        found, _ = _verdict(world, looks, view, pinned, still, now)
        words = _words(view, found.causes)
    except DatabaseDown:
        raise
    except (ReconcilerError, ValueError) as error:
        found = because("red", Cause("unreadable"))
        words = error.message if isinstance(error, ReconcilerError) else ""
    return Matter(
        key=f"integration/{view.name}",
        state=found.colour,
        since=next((each.since for each in found.causes if each.since), None),
        reason=found.said(seen.language),
        hint=_step(view, still) if found.colour in ("red", "yellow") else "",
        message=words,
        counts=_counts(view, seen),
        environment=view.environment,
        integration=view.name,
        muted=any(each.cause == "person" for each in still),
    )


def _words(view: Seen, causes: Sequence[Cause]) -> str:
    """The outside system's own words about what is wrong."""
    if any(each.key in FAILED for each in causes) and view.last_run is not None:
        return view.last_run.problem
    return next((each.message for each in view.troubled if each.message), "")


def _step(view: Seen, still: Sequence[Suspension]) -> str:
    if any(each.cause == "credential" for each in still):
        return f"reconciler credentials set {view.organization} {view.name}"
    return f"reconciler status {view.organization}"


def _counts(view: Seen, seen: Noticed) -> str:
    sent = sum(view.counts.get(state, 0) for state in SETTLED)
    counts = {"sent": sent, **{state: view.counts.get(state, 0) for state in STATES}}
    return ", ".join(say(key, {"count": count}, seen.language) for key, count in counts.items() if count)


def _credentials(world: World, seen: Noticed, views: Sequence[Seen], now: datetime) -> Iterator[Matter]:
    """Credentials that end soon: a matter for each reminder, so that each is told."""
    used: dict[str, Seen] = {}
    for view in views:
        if (credential := getattr(view, "credential", None)) is not None:
            used.setdefault(credential.name, view)
    for version in world.versions.versions(seen.organization_id) if used else ():
        if version.state == "current" and version.expires_at is not None and version.name in used:
            yield from _ending(version, version.expires_at, seen, used[version.name], now)


def _ending(version: Version, end: datetime, seen: Noticed, view: Seen, now: datetime) -> Iterator[Matter]:
    due = [days for days in (*REMINDERS, 0) if end - now <= timedelta(days=days)]
    if not due:
        return
    over = end <= now
    day = end.astimezone(ZoneInfo(seen.zone)).date()
    yield Matter(
        key=f"credential/{version.name}/{version.version}/{min(due)}",
        state="red" if over else "yellow",
        since=end - timedelta(days=min(due)),
        reason=say("ended" if over else "ends", {"day": day}, seen.language),
        hint=f"reconciler credentials rotate {view.organization} {view.name}",
        environment=view.environment,
        integration=view.name,
    )


def _reports(looks: Looks, organization: str, seen: Noticed, now: datetime) -> Iterator[Matter]:
    """Reports of which a reminder was due: a matter for each, so that each is told. A spoilt one hides no other."""
    zone = ZoneInfo(seen.zone)
    today = now.astimezone(zone).date()
    for due in looks.reports(organization):
        try:
            report = Report.model_validate({key: value for key, value in due.body.items() if key not in OURS})
        except ValueError:
            reason = say("unreadable", {}, seen.language)
            yield Matter(f"report/{due.name}", "red", now, reason, "reconciler plan")
            continue
        year = year_in_question(report, today)
        passed = [day for day in reminders(report, year) if day <= today]
        if passed:
            stands = standing(report, year, due.known(report.rules, year), today)
            yield Matter(
                key=f"report/{due.name}/{year}/{passed[-1]}",
                state=stands.colour,
                since=datetime.combine(passed[-1], time(), zone),
                reason=_reported(stands, seen),
                hint="" if stands.state == "handed over" else f"reconciler report check {organization} {due.name}",
            )


def _reported(stands: Standing, seen: Noticed) -> str:
    keys = {"handed over": "report-done", "drifted": "report-drifted"}
    key = keys.get(stands.state, "report-late" if stands.overdue else "report-waits")
    return say(key, {"year": stands.year, "day": stands.deadline}, seen.language)
