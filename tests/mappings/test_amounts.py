"""Amounts of several lines: conditions with arithmetic, rounding with one line for the difference, yearly limits."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.mappings.document import Rendered
from reconciler.mappings.refusal import Refusal

THIRDS = [
    {"name": name, "fields": [{"to": "amount", "product": ["amount", {"value": share}]}]}
    for name, share in [("a", "0.333333"), ("b", "0.333333"), ("c", "0.333334")]
]
OWED = {"name": "owed", "fields": [{"to": "amount", "from": "amount", "negate": True}]}
ROUNDING = {"difference_on": "c", "at_most": "0.02"}


@given(st.decimals("-99999", "99999", places=2))
def test_rounded_lines_sum_to_zero_with_the_difference_on_the_named_line(world, amount):
    outcome = world.render({"amount": amount}, [*THIRDS, OWED], balanced=True, rounding=ROUNDING)
    assert isinstance(outcome, Rendered)
    amounts = {line.name: Decimal(str(line.fields["amount"])) for line in outcome.lines}
    assert sum(amounts.values()) == 0
    assert amounts["owed"] == -amount
    assert amounts["a"] == amounts["b"]
    assert abs(amounts["c"] - amounts["a"]) <= Decimal("0.12")
    assert all(line.fields["twin"] == line.fields["amount"] for line in outcome.lines)
    assert all(each.as_tuple().exponent == -2 for each in amounts.values())


def test_the_difference_is_exactly_what_rounding_leaves(world):
    outcome = world.render({"amount": "100.00"}, [*THIRDS, OWED], balanced=True, rounding=ROUNDING)
    assert [line.fields["amount"] for line in outcome.lines] == ["33.33", "33.33", "33.34", "-100.00"]


def test_a_difference_that_is_no_matter_of_rounding_is_refused(world):
    outcome = world.render({"amount": "100.00"}, [*THIRDS[1:], OWED], balanced=True, rounding=ROUNDING)
    assert isinstance(outcome, Refusal)
    assert outcome.message == "rounding leaves 33.34 over, and at most 0.02 may be"
    assert outcome.path == ("rounding",)


def test_a_difference_without_its_line_is_refused(world):
    lines = [*THIRDS[:2], THIRDS[2] | {"when": {"field": "amount", "less_than": "0"}}, OWED]
    outcome = world.render({"amount": "0.01"}, lines, balanced=True, rounding=ROUNDING)
    assert outcome.message == "rounding leaves 0.01 over, and there is no line 'c'"


@pytest.mark.parametrize(
    ("rounding", "balanced", "words"),
    [
        (ROUNDING | {"difference_on": "z"}, True, "there is no line 'z'"),
        (ROUNDING, False, "has no line amounts"),
    ],
)
def test_rounding_that_cannot_work_is_found(world, rounding, balanced, words):
    _, found = world.compile([*THIRDS, OWED], balanced=balanced, rounding=rounding)
    assert any(words in each.clash.message for each in found)


def test_rounding_and_a_number_of_ones_own_do_not_go_together(world):
    lines = [*THIRDS, {"name": "d", "fields": [{"to": "amount", "from": "amount", "number": {"decimals": 2}}]}]
    _, found = world.compile(lines, balanced=True, rounding=ROUNDING)
    assert [each.clash.message for each in found] == ["`rounding` rounds 'amount' already"]


TOTAL = {"running_total": {"total": "extra", "limit": "rates.rate", "at": "day"}}
"""The limit is 4.00 from 2024 on."""


@pytest.mark.parametrize(
    ("before", "amount", "crosses"),
    [
        ("3.00", "1.00", False),  # exactly the limit is within it
        ("3.00", "1.01", True),
        ("4.00", "0.01", True),
        ("4.01", "1.00", False),  # passed before: its documents told it
        ("0.00", "9.00", False),  # nothing went before it
    ],
)
def test_the_document_that_passes_the_limit_after_others_warns(world, before, amount, crosses):
    line = {"name": "a", "fields": [{"to": "amount", "from": "amount"}]}
    outcome = world.render({"extra": before, "amount": amount, "day": "2026-05-01"}, [line], **TOTAL)
    assert isinstance(outcome, Rendered)
    assert bool(outcome.warnings) is crosses
    assert (outcome.crossing is not None) is crosses
    if outcome.crossing:
        assert (outcome.crossing.year, outcome.crossing.before) == (2026, Decimal(before))


def test_a_limit_without_a_value_on_the_day_is_a_refusal(world):
    line = {"name": "a", "fields": [{"to": "amount", "from": "amount"}]}
    outcome = world.render({"extra": "1.00", "day": "2023-05-01"}, [line], **TOTAL)
    assert (outcome.message, outcome.path) == ("rates.rate has no value on 2023-05-01", ("running_total",))


HOLDS = [
    (
        {"all": [{"field": "amount", "at_least": "10"}, {"field": "name", "equals": "Oslo"}]},
        {"amount": "10", "name": "Oslo"},
        True,
    ),
    (
        {"all": [{"field": "amount", "at_least": "10"}, {"field": "name", "equals": "Oslo"}]},
        {"amount": "9.99", "name": "Oslo"},
        False,
    ),
    ({"any": [{"field": "amount", "at_most": "1"}, {"field": "digital", "equals": "true"}]}, {"digital": True}, True),
    ({"not": {"field": "sort", "in": ["trip", "course"]}}, {"sort": "other"}, True),
    ({"field": "sort", "not_in": ["trip", "course"]}, {"sort": "trip"}, False),
    ({"field": "sort", "not_in": ["trip", "course"]}, {}, True),
    ({"field": "day", "at_least": "2026-01-01"}, {"day": "2026-01-01"}, True),
    ({"field": "day", "less_than": "2026-01-01"}, {"day": date(2025, 12, 31)}, True),
    ({"field": "approved_at", "equals": "2026-04-01"}, {"approved_at": "2026-03-31T22:30:00Z"}, True),
    ({"field": "approved_at", "at_most": "2026-03-31"}, {"approved_at": "2026-03-31T22:30:00Z"}, False),
    ({"field": "amount", "between": ["1", "2"]}, {"amount": "2.00"}, True),
    ({"field": "amount", "between": ["1", "2"]}, {"amount": "2.01"}, False),
    ({"field": "day", "between": ["2026-01-01", "2026-01-31"]}, {}, False),
    (
        {"sum": ["amount", "extra"], "at_most": {"reference": "rates.rate", "at": "day"}},
        {"amount": "3", "extra": "1", "day": "2026-01-01"},
        True,
    ),
    ({"sum": ["amount", "extra"], "greater_than": "3.99"}, {"amount": "3", "extra": "1"}, True),
    ({"field": "amount", "greater_than": {"field": "extra"}}, {"amount": "3"}, False),
]
NEVER = [
    ({"field": "sort", "equals": "trips"}, "'sort' is never 'trips'"),
    ({"field": "sort", "in": ["trip", "cours"]}, "'sort' is never 'cours'"),
    ({"field": "day", "at_least": "01.01.2026"}, "is compared by its day"),
    ({"field": "approved_at", "equals": "2026-01-01T10:00:00Z"}, "is compared by its day"),
    ({"field": "name", "at_least": "A"}, "'name' is text, not a number or a day"),
    ({"field": "day", "greater_than_line": "z"}, "'day' is a day, not a number"),
    ({"field": "amount", "between": ["2", "1"]}, "nothing lies between 2 and 1"),
    ({"field": "day", "at_least": {"value": "1"}}, "arithmetic gives a number"),
    ({"sum": ["amount", "name"], "at_least": "1"}, "'name' is text, not a number"),
    ({"not": {"all": [{"field": "nmae", "present": True}]}}, "has no field 'nmae'"),
]


@pytest.mark.parametrize(("when", "record", "holds"), HOLDS)
def test_conditions_go_together(world, when, record, holds):
    fields = [{"to": "free", "value": "x"}]
    outcome = world.render(record, [{"name": "a", "when": when, "fields": fields}, {"name": "z", "fields": fields}])
    assert ("a" in [line.name for line in outcome.lines]) is holds


@pytest.mark.parametrize(("when", "words"), NEVER)
def test_a_condition_that_cannot_be_asked_is_found(world, when, words):
    _, found = world.compile([{"name": "a", "when": when, "fields": [{"to": "free", "value": "x"}]}], balanced=True)
    assert [words in each.clash.message for each in found] == [True]
    assert found[0].path == ("lines", 0, "when")
