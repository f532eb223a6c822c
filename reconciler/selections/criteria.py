"""An export's conditions as criteria: what a record must meet to be part of it, and what holds it back meanwhile.

A record that misses a criterion of *scope* is none of this export's business (another status, before the cut-over
day); one that misses a criterion of *readiness* belongs to it and is withheld, with the reason, until it is met.

Days are local days of the organisation, both ends inclusive; for points in time they become half-open instants.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.selections.reasons import Why, say
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.conditions import Conditions, Limits
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export
from reconciler.specs.scalars import read_value
from reconciler.specs.sentences import both

Value = str | int | Decimal | bool | date | datetime


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of these values."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The field has none of these values; an empty one has none."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The field is filled, and not below or before this."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class AtMost:
    """The field is filled, and not above or after this."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class Before:
    """The field is filled, and below or before this."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class Filled:
    """The field is neither null nor blank."""

    field: str


@dataclass(frozen=True, slots=True)
class Empty:
    """The field is null or blank."""

    field: str


FieldTest = OneOf | NoneOf | AtLeast | AtMost | Before | Filled | Empty


@dataclass(frozen=True, slots=True)
class NotAll:
    """Not all of these hold at once."""

    conditions: tuple[FieldTest, ...]


Test = FieldTest | NotAll


@dataclass(frozen=True, slots=True)
class Criterion:
    """One test, and why a record which misses it does not go: in English, and as it is said in other languages."""

    test: Test
    reason: str
    why: Why | None = field(default=None, compare=False)


def criterion(test: Test, key: str, **values: Any) -> Criterion:
    """A test with its reason, by a key of `reasons.REASONS`."""
    why = Why(key, values)
    return Criterion(test, both(say(why), say(why, "nb")), why)


@dataclass(frozen=True, slots=True)
class Selection:
    """All criteria of one export, in the order in which they are explained."""

    category: str
    scope: tuple[Criterion, ...]
    readiness: tuple[Criterion, ...]

    def reasons(self) -> Mapping[str, Why]:
        """Its reasons by their English text, for whoever has no more of them; see `reasons.why_of`."""
        return {each.reason: each.why for each in (*self.scope, *self.readiness) if each.why is not None}


def select(
    export: Export, category: DataCategory, exclusions: Iterable[Exclusion], zone: ZoneInfo, today: date
) -> Selection:
    """The selection of one export. `exclusions` are those of the organisation that concern its integration.

    Raises ValueError or KeyError where a condition does not fit its field: the rules of specs say so before.
    """
    label = category.fields[category.cut_over].label
    since = AtLeast(category.cut_over, _first(category, category.cut_over, export.since, zone))
    # The cut-over day comes last: a draft is left out for being a draft, and not because nobody has approved it yet.
    scope = [*criteria(export.where, category, zone)]
    scope.append(criterion(since, "cut-over", label=label, day=export.since))
    readiness = [_named(Filled(name), "missing", category, name) for name in export.where.present]
    for exclusion in exclusions:
        if exclusion.category == export.category and exclusion.holds(today):
            readiness += withholding(exclusion, category, zone)
    return Selection(export.category, tuple(scope), tuple(readiness))


def withholding(exclusion: Exclusion, category: DataCategory, zone: ZoneInfo) -> Iterator[Criterion]:
    """The criterion of an exclusion of records; nothing for one of fields or features."""
    if tests := excluded(exclusion, category, zone):
        yield criterion(NotAll(tests), "excluded", reason=exclusion.reason, until=exclusion.until)


def excluded(exclusion: Exclusion, category: DataCategory, zone: ZoneInfo) -> tuple[FieldTest, ...]:
    """What a record meets that the exclusion withholds; nothing for an exclusion of fields or features."""
    if exclusion.ids is not None:
        return (OneOf(category.key, tuple(map(str, exclusion.ids))),)
    if exclusion.records is None:
        return ()
    return (*tests(exclusion.records, category, zone), *map(Filled, exclusion.records.present))


def tests(conditions: Conditions, category: DataCategory, zone: ZoneInfo) -> Iterator[FieldTest]:
    """The tests of all conditions but `present`, which an export takes for readiness."""
    for criterion in criteria(conditions, category, zone):
        assert not isinstance(criterion.test, NotAll)
        yield criterion.test


def criteria(conditions: Conditions, category: DataCategory, zone: ZoneInfo) -> Iterator[Criterion]:
    """All conditions but `present`, each with the reason of a record that misses it."""
    for name, condition in conditions.fields.items():
        if isinstance(condition, Limits):
            yield from _limits(name, condition, category, zone)
        else:
            test = OneOf(name, _values(category, name, condition))
            yield _named(test, "not-one-of", category, name, values=tuple(condition))
    for name in conditions.absent:
        yield _named(Empty(name), "filled", category, name)


def _named(test: FieldTest, key: str, category: DataCategory, name: str, **more: Any) -> Criterion:
    """A criterion of one field, with the names that the specs and people have for it."""
    return criterion(test, key, field=name, label=category.fields[name].label, **more)


def _limits(name: str, limits: Limits, category: DataCategory, zone: ZoneInfo) -> Iterator[Criterion]:
    if limits.not_ is not None:
        none = NoneOf(name, _values(category, name, limits.not_))
        yield _named(none, "one-of", category, name, values=tuple(limits.not_))
    if limits.from_ is not None:
        first = AtLeast(name, _first(category, name, limits.from_, zone))
        yield _named(first, "before", category, name, day=limits.from_)
    if limits.to is not None:
        yield _named(_last(category, name, limits.to, zone), "after", category, name, day=limits.to)
    if limits.min is not None:
        yield _named(AtLeast(name, limits.min), "below", category, name, limit=limits.min)
    if limits.max is not None:
        yield _named(AtMost(name, limits.max), "above", category, name, limit=limits.max)


def _values(category: DataCategory, name: str, written: Iterable[str]) -> tuple[Value, ...]:
    return tuple(read_value(category.fields[name].type, text) for text in written)


def _first(category: DataCategory, name: str, day: date, zone: ZoneInfo) -> date | datetime:
    """The day itself, or its first moment where the field is a point in time."""
    return datetime.combine(day, time(), zone) if category.fields[name].type == "instant" else day


def _last(category: DataCategory, name: str, day: date, zone: ZoneInfo) -> FieldTest:
    """Not after the day: for a point in time, before the first moment of the next."""
    if category.fields[name].type != "instant":
        return AtMost(name, day)
    after = day + timedelta(days=1) if day < date.max else day
    return Before(name, datetime.combine(after, time(), zone))


def closed(
    selection: Selection, category: DataCategory, fields: Iterable[str], through: date | None, zone: ZoneInfo
) -> Selection:
    """The same, where records wait whose date in one of `fields` lies in accounts that are closed `through` a day."""
    if through is None:
        return selection
    first = through + timedelta(days=1)
    waits = [
        criterion(
            NotAll((Before(name, _first(category, name, first, zone)),)),
            "closed",
            label=category.fields[name].label,
            day=through,
        )
        for name in fields
    ]
    return replace(selection, readiness=(*selection.readiness, *waits))


def between(selection: Selection, category: DataCategory, first: date, last: date, zone: ZoneInfo) -> Selection:
    """The same, of records whose cut-over date lies on one of these local days, both inclusive."""
    name = category.cut_over
    label = category.fields[name].label
    limits = (
        criterion(AtLeast(name, _first(category, name, first, zone)), "range-before", label=label, day=first),
        criterion(_last(category, name, last, zone), "range-after", label=label, day=last),
    )
    return replace(selection, scope=(*selection.scope, *limits))
