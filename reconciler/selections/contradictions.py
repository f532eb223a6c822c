"""Tests that no record can meet together: found by looking at each field's values and limits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reconciler.selections.criteria import AtLeast, AtMost, Before, Empty, FieldTest, NoneOf, OneOf
from reconciler.specs.models.category import DataCategory, Field_


@dataclass(slots=True)
class Room:
    """What the tests leave of one field's values. Sets are None where nothing is said."""

    filled: bool = False
    empty: bool = False
    values: set[Any] | None = None
    without: set[Any] = field(default_factory=set)
    low: Any = None
    high: Any = None
    end: Any = None
    """Exclusive, where `high` is inclusive."""

    def take(self, test: FieldTest) -> None:
        """Leave only what meets the test too."""
        match test:
            case OneOf(_, values):
                self.values = set(values) if self.values is None else self.values & set(values)
            case NoneOf(_, values):
                self.without |= set(values)
            case AtLeast(_, value):
                self.low = value if self.low is None else max(self.low, value)
            case AtMost(_, value):
                self.high = value if self.high is None else min(self.high, value)
            case Before(_, value):
                self.end = value if self.end is None else min(self.end, value)
            case Empty():
                self.empty = True
        self.filled |= not isinstance(test, NoneOf | Empty)

    def closed(self, named: Field_) -> bool:
        """Whether nothing is left."""
        if self.empty:
            return self.filled or named.required
        values = self.values
        if values is None and (self.filled or named.required):
            values = {True, False} if named.type == "boolean" else set(named.values) if named.values else None
        if values is not None:
            return not any(each not in self.without and self._within(each) for each in values)
        return self.low is not None and not self._within(self.low)

    def _within(self, value: Any) -> bool:
        above = self.low is None or value >= self.low
        below = (self.high is None or value <= self.high) and (self.end is None or value < self.end)
        return above and below


def contradicted(tests: Iterable[FieldTest], category: DataCategory) -> str | None:
    """The first field on which the tests cannot all be met; None where a record may meet them all."""
    rooms: dict[str, Room] = {}
    for test in tests:
        rooms.setdefault(test.field, Room()).take(test)
    return next((name for name, room in rooms.items() if room.closed(category.fields[name])), None)
