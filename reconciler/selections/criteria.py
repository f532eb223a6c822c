"""An export's conditions as criteria: what a record must meet to be part of it, and what holds it back meanwhile.

A record that misses a criterion of *scope* is none of this export's business (another status, before the cut-over
day); one that misses a criterion of *readiness* belongs to it and is withheld, with the reason, until it is met.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """The date field is not before this. A day counts from its local midnight in the organisation's zone."""

    field: str
    day: date
    instant: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """The date field is empty, or not before this: the first day that is open in the accounts."""

    field: str
    day: date
    instant: datetime


@dataclass(frozen=True, slots=True)
class Filled:
    """The field is neither null nor blank."""

    field: str


@dataclass(frozen=True, slots=True)
class NotExcluded:
    """Not all of these conditions hold at once."""

    conditions: tuple[OneOf, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One test, and the sentence that says why a record which misses it does not go."""

    test: OneOf | Since | Filled | NotExcluded | Open
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """All criteria of one export, in the order in which they are explained."""

    category: str
    scope: tuple[Criterion, ...]
    readiness: tuple[Criterion, ...]


def select(
    export: Export, category: DataCategory, exclusions: Iterable[Exclusion], zone: ZoneInfo, today: date
) -> Selection:
    """The selection of one export. `exclusions` are those of the organisation that concern its integration."""
    label = category.fields[category.cut_over].label.en.lower()
    since = Since(category.cut_over, export.since, datetime.combine(export.since, time(), zone))
    scope = [Criterion(since, f"{label} is before the cut-over day {export.since}, or there is none")]
    for field, values in export.where.accepted().items():
        scope.append(Criterion(OneOf(field, tuple(values)), f"{field} is not {' or '.join(values)}"))
    readiness = [Criterion(Filled(field), f"{field} is missing") for field in export.where.present]
    readiness += _exclusions(export.category, exclusions, today)
    return Selection(export.category, tuple(scope), tuple(readiness))


def closed(
    selection: Selection, category: DataCategory, fields: Iterable[str], through: date | None, zone: ZoneInfo
) -> Selection:
    """The same, where records wait whose date in one of `fields` lies in accounts that are closed `through` a day."""
    if through is None:
        return selection
    first = through + timedelta(days=1)
    waits = [
        Criterion(
            Open(field, first, datetime.combine(first, time(), zone)),
            f"{category.fields[field].label.en.lower()} lies in accounts that are closed through {through}",
        )
        for field in fields
    ]
    return replace(selection, readiness=(*selection.readiness, *waits))


def _exclusions(category: str, exclusions: Iterable[Exclusion], today: date) -> Iterator[Criterion]:
    for exclusion in exclusions:
        ended = exclusion.until is not None and exclusion.until < today
        if exclusion.records and exclusion.category == category and not ended:
            conditions = tuple(OneOf(field, tuple(values)) for field, values in exclusion.records.items())
            until = f" (until {exclusion.until})" if exclusion.until else ""
            yield Criterion(NotExcluded(conditions), f"excluded: {exclusion.reason}{until}")
