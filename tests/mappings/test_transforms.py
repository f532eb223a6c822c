"""Every transform at its edges: what one rule makes of one value."""

import pytest

from reconciler.mappings.refusal import Refusal

TWO = {"number": {"decimals": 2}}
AMOUNT = {"to": "amount", "from": "extra"}


@pytest.mark.parametrize(
    ("raw", "made"),
    [
        ("2.345", "2.35"),
        ("-2.345", "-2.35"),
        ("2.344", "2.34"),
        ("0.005", "0.01"),
        ("-0.004", "0.00"),
        ("1E+3", "1000.00"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero_and_written_without_exponents(world, raw, made):
    assert world.field(AMOUNT | TWO, {"extra": raw}) == made


@pytest.mark.parametrize(("raw", "made"), [("10.00", "-10.00"), ("-0.01", "0.01"), ("0.00", "0.00")])
def test_negate_never_makes_a_negative_zero(world, raw, made):
    assert world.field(AMOUNT | {"negate": True}, {"extra": raw}) == made


def test_zero_decimals_round_half_up_too(world):
    assert world.field(AMOUNT | {"number": {"decimals": 0}}, {"extra": "2.50"}) == "3"


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "sNaN"])
def test_what_is_no_number_is_no_record(world, raw):
    with pytest.raises(ValueError, match="is not an amount"):
        world.field(AMOUNT, {"extra": raw})


def test_a_number_that_cannot_be_rounded_is_a_refusal(world):
    assert world.field(AMOUNT | TWO, {"extra": "1E+40"}) == "the value of 'amount' cannot be calculated"


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-31T22:30:00+00:00", "2026-04-01"),  # summer: midnight in Oslo is 22:00 UTC
        ("2026-03-31T21:59:59+00:00", "2026-03-31"),
        ("2026-01-31T22:30:00+00:00", "2026-01-31"),  # winter: midnight in Oslo is 23:00 UTC
        ("2026-01-31T23:00:00+00:00", "2026-02-01"),
        ("2026-03-28T23:00:00+00:00", "2026-03-29"),  # the night in which the clock goes forward
        ("2026-03-29T21:59:59+00:00", "2026-03-29"),
        ("2026-10-24T22:00:00+00:00", "2026-10-25"),  # the day of twenty-five hours
        ("2026-10-25T22:59:59+00:00", "2026-10-25"),
    ],
)
def test_the_day_of_an_instant_is_the_local_one(world, instant, day):
    assert world.field({"to": "day", "from": "approved_at", "date": "iso"}, {"approved_at": instant}) == day


@pytest.mark.parametrize(
    ("form", "to", "made"),
    [
        ("iso", "free", "2026-07-01"),
        ("dd.mm.yyyy", "free", "01.07.2026"),
        ("yyyymmdd", "free", "20260701"),
        ("epoch_s", "number", 1782856800),
        ("epoch_ms", "number", 1782856800000),
    ],
)
def test_a_day_is_written_in_each_form_and_begins_at_local_midnight(world, form, to, made):
    assert world.field({"to": to, "from": "day", "date": form}, {"day": "2026-07-01"}) == made


@pytest.mark.parametrize("blank", [None, "", "   "])
def test_empty_and_blank_text_take_the_default(world, blank):
    assert world.field({"to": "free", "from": "note", "default": "none"}, {"note": blank}) == "none"
    assert world.field({"to": "free", "from": "note"}, {"note": blank}) is None


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        (AMOUNT | {"default": "1.005"} | TWO, "1.01"),
        ({"to": "day", "from": "day", "default": "2026-01-02"}, "2026-01-02"),
        ({"to": "day", "from": "approved_at", "default": "2026-01-01T23:30:00Z", "date": "iso"}, "2026-01-02"),
        ({"to": "flag", "from": "digital", "default": "true"}, True),
        ({"to": "number", "from": "count", "default": "7"}, 7),
        ({"to": "free", "from": "name", "default": "oslo", "text": "upper"}, "OSLO"),
    ],
)
def test_a_default_is_read_as_the_type_of_its_source(world, rule, made):
    assert world.field(rule, {}) == made


def test_a_required_field_is_refused_where_nothing_is_left_after_the_steps(world):
    rule = {"to": "must", "template": "{note}"}
    assert world.field(rule, {"note": " "}, required=("must",)) == "'must' is required, and its source is empty"


@pytest.mark.parametrize(("step", "made"), [("trim", "Å b"), ("upper", " Å B "), ("lower", " å b ")])
def test_text_is_trimmed_or_cased(world, step, made):
    assert world.field({"to": "free", "from": "note", "text": step}, {"note": " Å b "}) == made


def test_truncate_loses_the_end_and_nothing_without_it(world):
    cut = {"to": "text", "from": "note", "truncate": {"length": 10}}
    assert world.field(cut, {"note": "0123456789abc"}) == "0123456789"
    assert world.field(cut, {"note": "short"}) == "short"


def test_steps_run_in_their_fixed_order_whatever_the_order_in_the_text(world):
    steps = [("truncate", {"length": 2}), ("text", "upper"), ("default", "oslo")]
    made = {world.field(dict([("to", "free"), ("from", "name"), *order]), {}) for order in (steps, steps[::-1])}
    assert made == {"OS"}


def test_a_template_leaves_a_hole_for_an_empty_field_and_writes_local_days(world):
    rule = {"to": "free", "template": "{day} [{note}] {approved_at} {digital} {amount} {{x}}"}
    record = {"day": "2026-02-10", "approved_at": "2026-03-31T22:30:00+00:00", "digital": True, "amount": "1E+2"}
    assert world.field(rule, record) == "2026-02-10 [] 2026-04-01 true 100 {x}"


def test_a_lookup_without_an_entry_is_a_refusal(world):
    rule, tables = {"to": "free", "from": "name", "lookup": "cities"}, {"lookups": {"cities": {"Oslo": "310"}}}
    assert world.field(rule, {"name": "Oslo"}, **tables) == "310"
    assert world.field(rule, {"name": "Hamar"}, **tables) == "the lookup 'cities' has no entry for 'Hamar'"
    assert world.field(rule, {}, **tables) is None


@pytest.mark.parametrize(
    ("operation", "made"),
    [("product", "24.00"), ("sum", "9.00"), ("difference", "-5.00"), ("min", "2.00"), ("max", "4.00")],
)
def test_arithmetic_takes_fields_constants_and_more_operands_from_left_to_right(world, operation, made):
    operands = ["extra", {"field": "count"}, {"value": "4"}]
    assert world.field({"to": "amount", operation: operands} | TWO, {"extra": "2.00", "count": 3}) == made


def test_arithmetic_nests(world):
    inner = {"max": [{"difference": ["extra", {"value": "0.5"}]}, {"value": "0"}]}
    rule = {"to": "amount", "product": [inner, {"sum": ["count", {"value": "1"}]}]} | TWO
    assert world.field(rule, {"extra": "2.25", "count": 2}) == "5.25"
    assert world.field(rule, {"extra": "0.25", "count": 2}) == "0.00"


def test_arithmetic_with_an_empty_operand_is_empty(world):
    assert world.field({"to": "amount", "sum": ["amount", "extra"]}, {}) is None
    assert world.field({"to": "amount", "sum": ["amount", "extra"], "default": "0"}, {}) == "0.00"


@pytest.mark.parametrize(
    ("day", "made"),
    [
        ("2022-01-01", "3.50"),
        ("2022-12-31", "3.50"),
        ("2026-01-01", "4.00"),
        ("2023-06-01", "rates.rate has no value on 2023-06-01"),
        ("2021-12-31", "rates.rate has no value on 2021-12-31"),
    ],
)
def test_a_dated_value_is_the_row_of_its_day_and_never_a_neighbour(world, day, made):
    rule = {"to": "amount", "product": [{"reference": "rates.rate", "at": "day"}, {"value": "1"}]} | TWO
    assert world.field(rule, {"day": day}) == made


def test_the_day_of_a_dated_value_is_local(world):
    rule = {"to": "amount", "product": [{"reference": "rates.rate", "at": "approved_at"}, {"value": "1"}]} | TWO
    assert world.field(rule, {"approved_at": "2023-12-31T23:30:00+00:00"}) == "4.00"


def test_constants_and_twins_are_filled_in_by_the_type(world):
    outcome = world.render({}, [{"name": "only", "fields": [{"to": "amount", "from": "amount"}]}])
    assert outcome.lines[0].fields == {"fixed": "GL", "amount": "100.00", "twin": "100.00"}


def test_text_that_does_not_fit_after_all_is_a_refusal_that_does_not_repeat_it(world):
    outcome = world.render({"name": "x" * 40}, [{"name": "only", "fields": [{"to": "reference", "from": "name"}]}])
    assert isinstance(outcome, Refusal)
    assert (outcome.message, outcome.field) == ("the text has 40 characters; 30 fit", "reference")
