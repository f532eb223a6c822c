"""The criteria over one record in hand: for samples, which no database knows. A law holds it equal to the SQL."""

from collections.abc import Mapping
from typing import Any, assert_never

from reconciler.selections.criteria import (
    AtLeast,
    AtMost,
    Before,
    Criterion,
    Empty,
    Filled,
    NoneOf,
    NotAll,
    OneOf,
    Selection,
    Test,
)


def missed(selection: Selection, record: Mapping[str, Any]) -> tuple[list[Criterion], list[Criterion]]:
    """The criteria of scope and of readiness that a record, as typed values by field, does not meet."""
    scope = [each for each in selection.scope if not holds(each.test, record)]
    return scope, [each for each in selection.readiness if not holds(each.test, record)]


def holds(test: Test, record: Mapping[str, Any]) -> bool:
    """Whether a record meets a test."""
    if isinstance(test, NotAll):
        return not all(holds(each, record) for each in test.conditions)
    value = record.get(test.field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return isinstance(test, NoneOf | Empty)
    match test:
        case OneOf(_, values):
            return value in values
        case NoneOf(_, values):
            return value not in values
        case AtLeast(_, least):
            return bool(value >= least)
        case AtMost(_, most):
            return bool(value <= most)
        case Before(_, end):
            return bool(value < end)
        case Filled():
            return True
        case Empty():
            return False
        case _:
            assert_never(test)
