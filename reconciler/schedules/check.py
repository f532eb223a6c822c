"""What is wrong, or rarely meant, in an expression that can be read. Values, never exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from reconciler.schedules import words, zones
from reconciler.schedules.cron import LAST_DAYS, Expression, shortest
from reconciler.schedules.fields import DAY, FIELDS, Field, read

NEVER_DAYS = 400
YEARS_OF_CHANGES = 5
"""A date such as 25 October meets the clock change only in some years."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """`refused` stops the schedule, `warning` does not; `hint` says what to write instead."""

    id: str
    severity: Literal["refused", "warning"]
    message: str
    hint: str


def check(expression: Expression, zone: str, now: datetime) -> list[Finding]:
    """Everything to say about the schedule at the instant `now` (aware), the refusal first. Raises `ZoneUnknown`."""
    place = zones.load(zone)
    if not _fires(expression, zones.wall(now, place)):
        return [_never()]
    return [
        *_clock_change(expression, place, now),
        *_uneven_steps(expression),
        *_day_or_weekday(expression),
        *_skipped_months(expression),
    ]


def _fires(expression: Expression, today: datetime) -> bool:
    latest = today.replace(hour=expression.hours[-1], minute=expression.minutes[-1], second=0, microsecond=0)
    first = 0 if latest > today else 1
    return any(expression.matches_day(today.date() + timedelta(days=n)) for n in range(first, NEVER_DAYS + 1))


def _never() -> Finding:
    return Finding(
        "schedule-never-fires",
        "refused",
        f"the schedule does not run once in the next {NEVER_DAYS} days",
        "choose a day that the month has; for the last day of each month write `every: monthly`, `on: last`",
    )


def _clock_change(expression: Expression, zone: ZoneInfo, now: datetime) -> Iterator[Finding]:
    if expression.elapsed:
        return
    for change in zones.changes(zone, now, now + timedelta(days=366 * YEARS_OF_CHANGES)):
        if any(expression.matches(shown) for shown in _minutes(change)):
            what = "skips" if change.forward else "shows twice"
            yield Finding(
                "schedule-clock-change",
                "warning",
                f"on {change.low:%Y-%m-%d} the clock {what} {change.low:%H:%M}-{change.high - MINUTE:%H:%M}, and the "
                f"schedule has a time in it",
                "it runs once all the same (at the end of what is skipped, or the first time); 03:30 is always plain",
            )
            return


def _minutes(change: zones.Change) -> list[datetime]:
    return [change.low + n * MINUTE for n in range((change.high - change.low) // MINUTE)]


def _uneven_steps(expression: Expression) -> Iterator[Finding]:
    for field, part in zip(FIELDS, expression.written.split(), strict=False):
        for item in part.split(","):
            if _uneven(field, item):
                yield _uneven_step(field, item)


def _uneven(field: Field, item: str) -> bool:
    """Whether an open-ended step does not go evenly round its field. The day field has no even step: months differ."""
    head, _, step = item.partition("/")
    size = len(field.everything)
    return bool(step) and "-" not in head and int(step) > 1 and (field is DAY or size % int(step) != 0)


def _uneven_step(field: Field, item: str) -> Finding:
    values, _ = read(field, item)
    listed = words.listing("en", [str(value) for value in values])
    return Finding(
        "schedule-uneven-step",
        "warning",
        f"{field.name} {item} means {field.name}s {listed}, and starts anew each {_AROUND[field.name]}: the distances "
        f"are not equal",
        f"write the {field.name}s that you mean" + _even_hint(field),
    )


_AROUND = {"minute": "hour", "hour": "day", "day": "month", "month": "year", "weekday": "week"}


def _even_hint(field: Field) -> str:
    size = len(field.everything)
    even = [str(step) for step in range(2, size // 2 + 1) if size % step == 0]
    return "" if field is DAY or not even else f", or an even step: {', '.join(even)}"


def _day_or_weekday(expression: Expression) -> Iterator[Finding]:
    if expression.day_or_weekday:
        yield Finding(
            "schedule-day-or-weekday",
            "warning",
            "day and weekday are both given: the schedule runs when either fits, not when both do",
            "write * for one of them",
        )


def _skipped_months(expression: Expression) -> Iterator[Finding]:
    """Late days that stand alone: in `15-31` no month goes without, in `31` and `1,31` some do."""
    if expression.last_day or expression.any_day or _stepped(expression):
        return
    chosen = set(expression.days)
    alone = [day for day in LAST_DAYS[1:] if day in chosen and not chosen.issuperset(range(LAST_DAYS[0], day))]
    skipped = [month for month in expression.months if alone and shortest(month) < alone[-1]]
    if skipped:
        days = f"day{'s'[: len(alone) > 1]} {words.listing('en', [str(day) for day in alone])}"
        yield Finding(
            "schedule-skips-months",
            "warning",
            f"{words.months('en', skipped)} {'does' if len(skipped) == 1 else 'do'} not always have {days}",
            "for the last day of each month write `every: monthly`, `on: last`",
        )


def _stepped(expression: Expression) -> bool:
    """A step in the day field has its own finding."""
    return any(finding.message.startswith("day ") for finding in _uneven_steps(expression))
