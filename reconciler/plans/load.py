"""What schedules ask of the outside systems: how soon they run again, and how much of a month's quota they use."""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from reconciler.plans.timing import Timing, timings
from reconciler.schedules.cron import Expression
from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.diagnostic import Diagnostic, Severity
from reconciler.specs.documents import Document
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.scalars import seconds
from reconciler.specs.sentences import say

DAY = 24 * 60
YEAR = 366
LONGEST = 31
"""Days of the longest month."""

NEAR = 0.8
"""The share of a quota from which on there is a warning: what is sent comes on top."""

Found = tuple[Document[SyncSchedule], Timing, Document[Integration]]


def load_findings(specs: OrganizationSpecs, catalog: Catalog, now: datetime) -> Iterator[Diagnostic]:
    """Schedules that run more often than the integration type allows, and those that use up its quota."""
    by_quota: dict[tuple[str, str], list[Found]] = defaultdict(list)
    integrations = specs.of(Integration)
    for document, timing in timings(specs):
        integration = integrations.get(document.spec.integration)
        if integration is not None and (kind := catalog.types.get(integration.spec.type)) is not None:
            yield from _floor(document, timing, kind.spec, now)
            by_quota[integration.spec.type, integration.spec.environment].append((document, timing, integration))
    for (name, _), found in by_quota.items():
        yield from _quota(name, catalog.types[name].spec, found, now)


def shortest_gap(expression: Expression, today: date) -> int:
    """The fewest minutes between two runs within a year, by the clock on the wall."""
    times = [hour * 60 + minute for hour in expression.hours for minute in expression.minutes]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    apart = _days_apart(_days_of(expression), today) * DAY - times[-1] + times[0]
    return min([*gaps, apart])


def runs_of_busiest_month(expression: Expression, today: date) -> int:
    """The most runs in one of the twelve calendar months that begin with this one."""
    return len(expression.hours) * len(expression.minutes) * _busiest(_days_of(expression), today.year, today.month)


def _days_of(expression: Expression) -> Expression:
    """The same on the same days, at midnight: many schedules differ in their time alone, and days are slow to walk."""
    return replace(expression, minutes=(0,), hours=(0,), written="")


@lru_cache(1024)
def _days_apart(expression: Expression, today: date) -> int:
    days = [day for day in (today + timedelta(days=n) for n in range(YEAR)) if expression.matches_day(day)]
    return min(((later - sooner).days for sooner, later in pairwise(days)), default=YEAR)


@lru_cache(1024)
def _busiest(expression: Expression, year: int, month: int) -> int:
    months = [divmod(year * 12 + month - 1 + n, 12) for n in range(12)]
    return max(_days(expression, year, month + 1) for year, month in months)


def _days(expression: Expression, year: int, month: int) -> int:
    days = range(1, calendar.monthrange(year, month)[1] + 1)
    return sum(expression.matches_day(date(year, month, day)) for day in days)


def _floor(
    document: Document[SyncSchedule], timing: Timing, kind: IntegrationType, now: datetime
) -> Iterator[Diagnostic]:
    if kind.schedule is None:
        return
    least, gap = seconds(kind.schedule.floor) // 60, shortest_gap(timing.expression, now.date())
    if gap < least:
        message = say(
            "it runs again after {span}, and {en} allows a run every {span2} at most",
            span=_span(gap),
            en=kind.label.en,
            span2=_span(least),
        )
        yield document.diagnostic(
            "schedule-floor",
            (_key(document),),
            message,
            say("leave {span} between two runs, at least", span=_span(least)),
        )


def _quota(name: str, kind: IntegrationType, found: list[Found], now: datetime) -> Iterator[Diagnostic]:
    if kind.quota is None:
        return
    runs = {document.name: runs_of_busiest_month(timing.expression, now.date()) for document, timing, _ in found}
    asked = sum(runs.values()) * kind.quota.each_run
    if asked > kind.quota.requests * NEAR:
        severity: Severity = "error" if asked > kind.quota.requests else "warning"
        busiest = max(found, key=lambda each: runs[each[0].name])[0]
        least = say("{count} runs a month make at least {asked} requests", count=sum(runs.values()), asked=asked)
        message = say(
            "{least}, and {en} allows {requests} ('{name}' declares so)",
            least=least,
            en=kind.label.en,
            requests=kind.quota.requests,
            name=name,
        )
        fits = int(kind.quota.requests * NEAR) // kind.quota.each_run // LONGEST
        hint = say("let it run less often: {fits} times a day fit", fits=fits)
        yield busiest.diagnostic("quota-forecast", (_key(busiest),), message, hint, severity)


def _key(document: Document[SyncSchedule]) -> str:
    return "cron" if document.spec.cron is not None else "every"


def _span(minutes: int) -> str:
    return say("{minutes} minutes", minutes=minutes) if minutes % 60 else f"{minutes // 60} h"
