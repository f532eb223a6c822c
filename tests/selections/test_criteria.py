"""Conditions as tests: days become half-open instants, and what is called contradictory can be met by no record."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.things import THINGS

from reconciler.selections.contradictions import contradicted
from reconciler.selections.criteria import AtLeast, Before, criteria, excluded, select
from reconciler.selections.holds import holds
from reconciler.specs.models.conditions import Conditions
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export

OSLO = ZoneInfo("Europe/Oslo")
DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]
NUMBERS = ["0", "1", "1.5", "2"]
STATES = ["draft", "approved", "rejected"]


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ("2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),  # 23 hours
        ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours
        ("2026-06-01", "2026-05-31T22:00", "2026-06-01T22:00"),
    ],
)
def test_a_local_day_of_a_point_in_time_is_as_long_as_the_clock_makes_it(day, begins, ends):
    asked = Conditions.model_validate({"approved_at": {"from": day, "to": day}})
    first, last = (each.test for each in criteria(asked, THINGS, OSLO))
    assert isinstance(first, AtLeast)
    assert isinstance(last, Before)
    found = [each.value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") for each in (first, last)]
    assert found == [begins, ends]


def test_the_last_day_of_the_calendar_is_a_day_too():
    assert list(criteria(Conditions.model_validate({"approved_at": {"to": "9999-12-31"}}), THINGS, OSLO))


def test_the_applied_form_of_conditions_is_read_back_to_the_same():
    where = {
        "status": ["draft"],
        "amount": {"min": "1.50", "not": ["2"]},
        "held_on": {"to": "2026-01-02"},
        "absent": ["word"],
    }
    export = Export.model_validate({"category": "things", "since": "2026-01-01", "where": where})
    assert export.plain()["where"] == where
    assert Export.model_validate(export.plain()) == export


@pytest.mark.parametrize(("until", "reasons"), [("2026-03-01", 1), ("2026-02-28", 0), (None, 1)])
def test_an_exclusion_holds_through_its_last_day(until, reasons):
    spec = {"category": "things", "ids": ["5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"], "reason": "as the board said"}
    exclusion = Exclusion.model_validate(spec | ({"until": until} if until else {}))
    export = Export.model_validate({"category": "things", "since": "2026-01-01"})
    assert len(select(export, THINGS, [exclusion], OSLO, date(2026, 3, 1)).readiness) == reasons


def limits(values: list[str], low: str, high: str) -> st.SearchStrategy[dict]:
    one = st.sampled_from(values)
    several = {"not": st.lists(one, min_size=1), low: one, high: one}
    return st.fixed_dictionaries({}, optional=several).filter(bool)


WORDS = st.lists(st.sampled_from(STATES), min_size=1)
DIGITAL = [["true"], ["false"], {"not": ["true", "false"]}]
ASKED = {
    "status": st.one_of(WORDS, WORDS.map(lambda words: {"not": words})),
    "digital": st.sampled_from(DIGITAL),
    "amount": st.one_of(st.lists(st.sampled_from(NUMBERS), min_size=1), limits(NUMBERS, "min", "max")),
    "held_on": limits(DAYS, "from", "to"),
    "approved_at": st.fixed_dictionaries({"from": st.sampled_from(DAYS), "to": st.sampled_from(DAYS)}),
    "present": st.sampled_from([["amount"], ["digital"]]),
    "absent": st.sampled_from([["amount"], ["digital"], ["held_on"], ["status"]]),
}
RULES = st.lists(st.fixed_dictionaries({}, optional=ASKED).filter(bool), min_size=1, max_size=2)
RECORDS = [
    {"status": status, "digital": digital, "amount": amount, "held_on": day, "approved_at": at}
    for status in STATES
    for digital in (None, True, False)
    for amount in (None, *map(Decimal, [*NUMBERS, "1.2", "-1", "9"]))
    for day, at in [
        (None, None),
        *(
            (date.fromisoformat(each), datetime.fromisoformat(f"{each}T22:59:00+00:00"))
            for each in (*DAYS, "2025-12-31")
        ),
    ]
]


@settings(deadline=None, database=None)
@given(RULES)
def test_what_is_called_contradictory_is_met_by_no_record(rules):
    exclusions = [
        Exclusion.model_validate({"category": "things", "records": each, "reason": "x" * 10}) for each in rules
    ]
    together = [test for each in exclusions for test in excluded(each, THINGS, OSLO)]
    met = any(all(holds(test, record) for test in together) for record in RECORDS)
    assert not (met and contradicted(together, THINGS))


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ({"amount": {"min": "2", "max": "1"}}, "amount"),
        ({"amount": ["1"], "absent": ["amount"]}, "amount"),
        ({"status": {"not": STATES}}, "status"),
        ({"digital": {"not": ["true", "false"]}, "present": ["digital"]}, "digital"),
        ({"held_on": {"from": "2026-01-02", "to": "2026-01-01"}}, "held_on"),
        ({"approved_at": {"from": "2026-01-02", "to": "2026-01-01"}}, "approved_at"),
        ({"absent": ["status"]}, "status"),
        ({"amount": {"min": "1", "max": "1"}}, None),
        ({"digital": {"not": ["true", "false"]}}, None),
        ({"approved_at": {"from": "2026-01-01", "to": "2026-01-01"}}, None),
    ],
)
def test_plain_contradictions_are_found(where, field):
    exclusion = Exclusion.model_validate({"category": "things", "records": where, "reason": "as the board said"})
    assert contradicted(excluded(exclusion, THINGS, OSLO), THINGS) == field
