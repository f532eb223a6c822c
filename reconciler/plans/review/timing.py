"""When runs begin, by both revisions: in words, the next five, those in closed days, and what they ask of a quota."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.plans.load import runs_of_busiest_month
from reconciler.plans.review.effects import Forecast, Frozen, ScheduleEffect, Times
from reconciler.plans.review.side import Side
from reconciler.plans.timing import Timing, timings
from reconciler.schedules.describe import describe
from reconciler.schedules.occurrences import following
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.organization import Freeze
from reconciler.specs.sentences import both, named

RUNS = 5
MOST, LONGEST = 500, 400
"""Runs of one day that are looked at, and days of a window of closed days."""
WINDOWS = 6
Timed = Mapping[str, tuple[str, Timing]]
"""Integration to its schedule's name and timing."""


def schedule_effects(
    before: Side | None, after: Side, renamed: Mapping[str, str], now: datetime
) -> Iterator[ScheduleEffect]:
    """For every integration whose runs move, or whose closed days do. `renamed` leads from new names to old ones."""
    old, new = _timed(before), _timed(after)
    names = [*new, *(each for each in old if each not in {renamed.get(name, name) for name in new})]
    for name in names:
        was, will = old.get(renamed.get(name, name)), new.get(name)
        if _basis(before, was) == _basis(after, will):
            continue
        first = _times(before, was, now) if before else None
        last = _times(after, will, now)
        if first != last:
            schedule = (will or was or ("", None))[0]
            yield ScheduleEffect(schedule, name, first, last, _forecast(before, after, name, now))


def _basis(side: Side | None, found: tuple[str, Timing] | None) -> object:
    """All that the times hang on: walking through them takes longer than anything else here."""
    return found and found[1], side.organization.days_without_syncs if side and found else None


def _timed(side: Side | None) -> Timed:
    found = timings(side.specs) if side else ()
    return {document.spec.integration: (document.name, timing) for document, timing in found}


def _times(side: Side, found: tuple[str, Timing] | None, now: datetime) -> Times | None:
    if found is None:
        return None
    timing = found[1]
    coming = following(timing.expression, timing.zone, now, RUNS)
    windows = [each for each in side.organization.days_without_syncs if each.to >= side.day][:WINDOWS]
    frozen = [_frozen(timing, each, now) for each in windows]
    said = both(*(describe(timing.expression, each, timing.zone) for each in ("en", "nb")))
    return Times(said, tuple(each.local for each in coming), tuple(each for each in frozen if each.runs))


def _frozen(timing: Timing, window: Freeze, now: datetime) -> Frozen:
    """Days are counted by the expression: walking through each minute of a long window takes seconds."""
    expression, today = timing.expression, now.astimezone(ZoneInfo(timing.zone)).date()
    first = max(window.from_, today + timedelta(days=1))
    days = (first + timedelta(days=number) for number in range(min((window.to - first).days + 1, LONGEST)))
    each_day = len(expression.hours) * len(expression.minutes)
    runs = sum(expression.matches_day(day) for day in days) * each_day
    if window.holds(today):
        rest = following(expression, timing.zone, now, min(each_day, MOST))
        runs += sum(each.local.date() == today for each in rest)
    return Frozen(window.from_, window.to, window.reason, runs)


def _forecast(before: Side | None, after: Side, integration: str, now: datetime) -> Forecast | None:
    """Of the system that the integration talks to; None where it has no quota."""
    found = after.specs.of(Integration).get(integration)
    if found is None:
        return None
    kind = after.catalog.types[found.spec.type].spec
    if kind.quota is None:
        return None
    where = found.spec.type, found.spec.environment
    asked = [_asked(each, where, now) * kind.quota.each_run if each else 0 for each in (before, after)]
    return Forecast(named(kind.label), asked[0], asked[1], kind.quota.requests)


def _asked(side: Side, where: tuple[str, str], now: datetime) -> int:
    """Runs of the busiest month to one system."""
    integrations = side.specs.of(Integration)
    mine = {name for name, each in integrations.items() if (each.spec.type, each.spec.environment) == where}
    found = (timing for name, (_, timing) in _timed(side).items() if name in mine)
    return sum(runs_of_busiest_month(each.expression, now.date()) for each in found)
