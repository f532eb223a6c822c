"""Which days a year has, and who was there on its counting day."""

from dataclasses import dataclass
from datetime import date

from reconciler.specs.models.report_rules import ReportRules

OLDEST = 120


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, both ends included; `counted_on` is the day of members, branches and ages."""

    year: int
    first: date
    last: date
    counted_on: date


def period(year: int, rules: ReportRules) -> Period:
    """The year as the rules count it."""
    return Period(year, date(year, 1, 1), date(year, 12, 31), rules.members_on.of(year))


def there(day: date, since: date | None, until: date | None) -> bool:
    """Whether somebody who came on `since` and went on `until` was there on `day`; the day of going does not count."""
    return (since is None or since <= day) and (until is None or until > day)


def age(born: date | None, day: date) -> int | None:
    """Whole years on `day`; None where nobody knows, below zero where the birth is still to come."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
