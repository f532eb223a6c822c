"""Cron as Kubernetes reads it (robfig/cron v3, `ParseStandard`), written anew so that it can contradict ours.

Sources: robfig/cron `parser.go`, `spec.go`; `pkg/apis/batch/validation` (TZ prefixes are refused).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOUNDS = [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6)]
NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, 1)}

DAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
DESCRIPTORS = {"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
               "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cron:
    """The values of each field; `stars`: which of day of month and day of week are a plain star."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def matches(self, wall: datetime) -> bool:
        if wall.minute not in self.minutes or wall.hour not in self.hours or wall.month not in self.months:
            return False
        in_month, in_week = wall.day in self.days, wall.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either else in_month and in_week

    def due(self, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The scheduled times in (after, until], in UTC: a time in a gap never, one in a fold twice."""
        at = after.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
        while at <= until:
            if at.minute == 0 and not self._hour_may(at, zone):
                at += HOUR
                continue
            if self.matches(at.astimezone(zone)):
                yield at
            at += MINUTE

    def _hour_may(self, at: datetime, zone: ZoneInfo) -> bool:
        first, last = at.astimezone(zone), (at + HOUR - MINUTE).astimezone(zone)
        return first.hour in self.hours or last.hour in self.hours


def parse(text: str) -> Cron:
    """Raises ValueError with the words of the parser."""
    if "TZ" in text:
        raise ValueError("cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    fields = DESCRIPTORS.get(text, text).split()
    if len(fields) != 5:
        raise ValueError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    read = [_field(one, *bounds) for one, bounds in zip(fields, BOUNDS, strict=True)]
    (minutes, _), (hours, _), (days, day_star), (months, _), (weekdays, week_star) = read
    return Cron(minutes, hours, days, months, weekdays, not (day_star or week_star))


def _field(text: str, name: str, low: int, high: int) -> tuple[frozenset[int], bool]:
    values: set[int] = set()
    star = False
    for part in text.split(","):
        span, slash, stepped = part.partition("/")
        step = _number(stepped, {}) if slash else 1
        if step == 0:
            raise ValueError(f"step of range should be a positive number: {part}")
        if span in ("*", "?"):
            first, last = low, high
            star = star or step == 1
        else:
            names = {"month": MONTHS, "day of week": DAYS}.get(name, {})
            begin, dash, end = span.partition("-")
            first = _number(begin, names)
            last = _number(end, names) if dash else high if slash else first
        if first < low or last > high or first > last:
            raise ValueError(f"{name} {part}: outside of {low} to {high}")
        values |= set(range(first, last + 1, step))
    return frozenset(values), star


def _number(text: str, names: dict[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"failed to parse int from {text}")
    return int(text)
