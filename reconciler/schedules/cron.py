"""The value of a cron expression: which wall-clock minutes it names. Two texts with one meaning are equal."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reconciler.schedules.fields import DAY, FIELDS, HOUR, MINUTE, MONTH, WEEKDAY, write

LAST_DAYS = (28, 29, 30, 31)
"""What "the last day" is to Kubernetes; `Expression.last_day` says that all but the real last day are gated."""


COMMON_YEAR = 2026
"""Any year that is no leap year."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Ascending values per field; weekday 0 is Sunday. A field that names everything restricts nothing.

    `written` is the text that it came from, for findings about notation; it is no part of equality.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    last_day: bool = False
    written: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """The canonical five fields, numbers only: what Kubernetes is given and what digests see."""
        values = (self.minutes, self.hours, self.days, self.months, self.weekdays)
        return " ".join(write(one, chosen) for one, chosen in zip(FIELDS, values, strict=True))

    @property
    def elapsed(self) -> bool:
        """True when every hour is named: it then follows elapsed time, else the clock on the wall (design.md 4.14)."""
        return len(self.hours) == len(HOUR.everything)

    @property
    def any_minute(self) -> bool:
        return len(self.minutes) == len(MINUTE.everything)

    @property
    def any_day(self) -> bool:
        return len(self.days) == len(DAY.everything)

    @property
    def any_month(self) -> bool:
        return len(self.months) == len(MONTH.everything)

    @property
    def any_weekday(self) -> bool:
        return len(self.weekdays) == len(WEEKDAY.everything)

    @property
    def day_or_weekday(self) -> bool:
        """True when both are restricted: either is then enough (robfig/cron `spec.go`, `dayMatches`)."""
        return not self.any_day and not self.any_weekday

    def matches(self, wall: datetime) -> bool:
        """Whether the minute that the clock on the wall shows is named."""
        return wall.minute in self.minutes and wall.hour in self.hours and self.matches_day(wall.date())

    def matches_day(self, day: date) -> bool:
        """Whether the local day is named, "last day" taken at its word."""
        if day.month not in self.months or (self.last_day and not is_last_day(day)):
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.day_or_weekday else in_month and in_week


def is_last_day(day: date) -> bool:
    """Whether the next day is in another month."""
    return (day + timedelta(days=1)).month != day.month


def shortest(month: int) -> int:
    """The days that a month has in every year: 28 for February."""
    return calendar.monthrange(COMMON_YEAR, month)[1]
