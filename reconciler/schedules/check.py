"""What is wrong, or rarely meant, in an expression that can be read. Values, never exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from reconciler.schedules import remarks, words, zones
from reconciler.schedules.cron import LAST_DAYS, Expression, shortest
from reconciler.schedules.fields import DAY, FIELDS, Field, read
from reconciler.specs.languages import Language

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


def check(expression: Expression, zone: str, now: datetime, language: Language = "en") -> list[Finding]:
    """Everything to say about the schedule at the instant `now` (aware), the refusal first. Raises `ZoneUnknown`."""
    place = zones.load(zone)
    if not _fires(expression, zones.wall(now, place)):
        return [_finding("schedule-never-fires", language, days=NEVER_DAYS)]
    return [
        *_clock_change(expression, place, now, language),
        *_uneven_steps(expression, language),
        *_day_or_weekday(expression, language),
        *_skipped_months(expression, language),
    ]


def _finding(identifier: str, language: Language, **more: object) -> Finding:
    said = remarks.REMARKS[language][identifier]
    refused = identifier == "schedule-never-fires"
    severity: Literal["refused", "warning"] = "refused" if refused else "warning"
    return Finding(identifier, severity, said.message.format(**more), said.hint.format(**more))


def _fires(expression: Expression, today: datetime) -> bool:
    latest = today.replace(hour=expression.hours[-1], minute=expression.minutes[-1], second=0, microsecond=0)
    first = 0 if latest > today else 1
    return any(expression.matches_day(today.date() + timedelta(days=n)) for n in range(first, NEVER_DAYS + 1))


def _clock_change(expression: Expression, zone: ZoneInfo, now: datetime, language: Language) -> Iterator[Finding]:
    if expression.elapsed:
        return
    for change in zones.changes(zone, now, now + timedelta(days=366 * YEARS_OF_CHANGES)):
        if any(expression.matches(shown) for shown in _minutes(change)):
            what = (remarks.SKIPS if change.forward else remarks.SHOWS_TWICE)[language]
            last = change.high - MINUTE
            low, high = (words.clock(language, each.hour, each.minute) for each in (change.low, last))
            day = words.WORDS[language].date.format(day=change.low)
            yield _finding("schedule-clock-change", language, day=day, what=what.format(low=low, high=high))
            return


def _minutes(change: zones.Change) -> list[datetime]:
    return [change.low + n * MINUTE for n in range((change.high - change.low) // MINUTE)]


def _uneven_items(expression: Expression) -> Iterator[tuple[Field, str]]:
    for field, part in zip(FIELDS, expression.written.split(), strict=False):
        yield from ((field, item) for item in part.split(",") if _uneven(field, item))


def _uneven(field: Field, item: str) -> bool:
    """Whether an open-ended step does not go evenly round its field. The day field has no even step: months differ."""
    head, _, step = item.partition("/")
    size = len(field.everything)
    return bool(step) and "-" not in head and int(step) > 1 and (field is DAY or size % int(step) != 0)


def _uneven_steps(expression: Expression, language: Language) -> Iterator[Finding]:
    for field, item in _uneven_items(expression):
        values, _ = read(field, item)
        said = remarks.FIELD_WORDS[language][field.name]
        yield _finding(
            "schedule-uneven-step",
            language,
            one=said.one,
            many=said.many,
            each=said.each,
            item=item,
            listed=words.listing(language, [str(value) for value in values]),
            even=_even_hint(field, language),
        )


def _even_hint(field: Field, language: Language) -> str:
    size = len(field.everything)
    even = [str(step) for step in range(2, size // 2 + 1) if size % step == 0]
    return "" if field is DAY or not even else remarks.EVEN[language].format(steps=", ".join(even))


def _day_or_weekday(expression: Expression, language: Language) -> Iterator[Finding]:
    if expression.day_or_weekday:
        yield _finding("schedule-day-or-weekday", language)


def _skipped_months(expression: Expression, language: Language) -> Iterator[Finding]:
    """Late days that stand alone: in `15-31` no month goes without, in `31` and `1,31` some do."""
    if expression.last_day or expression.any_day or any(field is DAY for field, _ in _uneven_items(expression)):
        return
    chosen = set(expression.days)
    alone = [day for day in LAST_DAYS[1:] if day in chosen and not chosen.issuperset(range(LAST_DAYS[0], day))]
    skipped = [month for month in expression.months if alone and shortest(month) < alone[-1]]
    if skipped:
        one, many = remarks.DAYS[language]
        yield _finding(
            "schedule-skips-months",
            language,
            months=words.months(language, skipped),
            do="does" if len(skipped) == 1 else "do",
            days=(many if len(alone) > 1 else one).format(days=words.listing(language, [str(day) for day in alone])),
        )
