"""A whole document: lines that need one another, conditions, and the law that a voucher balances."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.mappings.check import sample
from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.lineage import Lineage
from reconciler.mappings.refusal import Refusal
from reconciler.plans.compile import scope
from reconciler.specs.collection import collect
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping

ROOT = Path(__file__).parents[2]


def example(name: str) -> CompiledMapping:
    paths = [path for folder in ("specs", "orgs") for path in sorted((ROOT / folder).rglob("*.yaml"))]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    specs = collect(files, files)
    organization = specs.organizations["blindeforbundet"]
    mapping = organization.of(FieldMapping)[name].spec
    integration = organization.of(Integration)["xledger"].spec
    found = scope(mapping, integration, organization, specs.catalog, date(2026, 3, 1))
    assert found is not None
    compiled, findings = compile_mapping(found)
    assert compiled is not None, findings
    return compiled


MILEAGE = example("xledger-mileage-claims")


@given(
    distance=st.decimals("0.1", "2000", places=1),
    amount=st.decimals("-500", "20000", places=2),
    travelled=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    department=st.sampled_from(["Oslo", "Tromsø", "Nowhere"]),
)
def test_a_mileage_voucher_sums_to_exactly_zero_or_is_refused(distance, amount, travelled, department):
    given_ = {"distance_km": str(distance), "amount": str(amount), "travelled_on": travelled, "department": department}
    outcome = MILEAGE.render(sample(MILEAGE.scope, given_))
    known = travelled >= date(2024, 1, 1) or date(2022, 1, 1) <= travelled < date(2023, 1, 1)
    if not known or department == "Nowhere":
        assert isinstance(outcome, Refusal)
        return
    assert isinstance(outcome, Rendered)
    amounts = {line.name: Decimal(str(line.fields["amount"])) for line in outcome.lines}
    assert sum(amounts.values()) == 0
    assert amounts["payable"] == -amount
    assert all(each.as_tuple().exponent == -2 for each in amounts.values())
    assert outcome.amount == abs(amount)
    assert ("taxable" in amounts) == (amount > amounts["tax_free"])


def lines_of(*operands: str) -> list[dict]:
    """a is the amount, b is a less 1, c takes both back; in the order that `operands` gives."""
    made = {
        "a": {"name": "a", "fields": [{"to": "amount", "from": "amount"}]},
        "b": {"name": "b", "fields": [{"to": "amount", "difference": [{"line": "a"}, {"value": "1"}]}]},
        "c": {
            "name": "c",
            "fields": [
                {"to": "amount", "sum": [{"line": "a"}, {"line": "b"}], "negate": True, "number": {"decimals": 2}}
            ],
        },
    }
    return [made[name] for name in operands]


@given(st.permutations("abc"))
def test_lines_may_refer_to_one_another_in_any_order_of_the_text(world, order):
    outcome = world.render({"amount": "10.00"}, lines_of(*order), balanced=True)
    assert isinstance(outcome, Rendered)
    assert [line.name for line in outcome.lines] == list(order)
    assert {line.name: line.fields["amount"] for line in outcome.lines} == {"a": "10.00", "b": "9.00", "c": "-19.00"}


@given(st.permutations(range(4)))
def test_the_order_of_the_rules_of_a_line_means_nothing(world, order):
    rules = [
        {"to": "amount", "from": "amount"},
        {"to": "free", "template": "{name}"},
        {"to": "day", "from": "approved_at", "date": "iso"},
        {"to": "text", "value": "x"},
    ]
    record = {"name": "Kari", "approved_at": "2026-02-10T12:00:00Z"}
    made = [
        world.render(record, [{"name": "only", "fields": [rules[each] for each in order]}])
        for order in (order, range(4))
    ]
    assert dict(made[0].lines[0].fields) == dict(made[1].lines[0].fields)


def test_lines_that_do_not_balance_are_refused_with_their_sums(world):
    outcome = world.render({"amount": "10.00"}, lines_of("a", "b"), balanced=True)
    assert isinstance(outcome, Refusal)
    assert outcome.message == "the lines sum to 19.00, not to zero: a 10.00, b 9.00"


def test_a_line_that_is_left_out_counts_as_zero(world):
    left_out = lines_of("a")[0] | {"when": {"field": "amount", "greater_than": "50"}}
    lines = [left_out, {"name": "b", "fields": [{"to": "amount", "sum": [{"line": "a"}, {"value": "0"}]}]}]
    outcome = world.render({"amount": "10.00"}, lines, balanced=True)
    assert [(line.name, line.fields["amount"]) for line in outcome.lines] == [("b", "0.00")]


def test_a_document_without_lines_is_refused(world):
    line = lines_of("a")[0] | {"when": {"field": "name", "present": True}}
    assert world.render({}, [line]).message == "the voucher has 0 lines; it takes 1 to 10"


HOLDS = [
    ({"field": "name", "equals": "Oslo"}, {"name": "Oslo"}, True),
    ({"field": "name", "equals": "Oslo"}, {}, False),
    ({"field": "name", "not_equals": "Oslo"}, {"name": "Oslo"}, False),
    ({"field": "name", "not_equals": "Oslo"}, {}, True),
    ({"field": "name", "in": ["Oslo", "Bergen"]}, {"name": "Bergen"}, True),
    ({"field": "amount", "equals": "450.5"}, {"amount": "450.50"}, True),
    ({"field": "count", "equals": "3"}, {"count": 3}, True),
    ({"field": "digital", "equals": "true"}, {"digital": True}, True),
    ({"field": "digital", "equals": "true"}, {"digital": False}, False),
    ({"field": "day", "equals": "2026-01-01"}, {"day": "2026-01-01"}, True),
    ({"field": "name", "present": True}, {"name": " "}, False),
    ({"field": "name", "present": False}, {}, True),
    ({"field": "amount", "greater_than": "10"}, {"amount": "10.00"}, False),
    ({"field": "amount", "greater_than": "10"}, {"amount": "10.01"}, True),
    ({"field": "amount", "less_than": "0"}, {"amount": "-0.01"}, True),
    ({"field": "extra", "less_than": "5"}, {}, False),
]


@pytest.mark.parametrize(("condition", "record", "holds"), HOLDS)
def test_a_line_is_there_when_its_condition_holds(world, condition, record, holds):
    line = {"name": "a", "when": condition, "fields": [{"to": "amount", "from": "amount"}]}
    always = {"name": "z", "fields": [{"to": "amount", "from": "amount"}]}
    outcome = world.render(record, [line, always])
    assert ("a" in [each.name for each in outcome.lines]) is holds


def test_every_field_leads_back_to_the_rules_that_write_it():
    assert MILEAGE.rules_for("subledger.code") == [("lines", 2, "fields", 2)]
    assert MILEAGE.rules_for("postedDate") == [("shared", 2)] * 3


def test_the_payload_holds_the_lines_in_the_order_of_the_text():
    outcome = MILEAGE.render(sample(MILEAGE.scope, {}))
    assert isinstance(outcome, Rendered)
    assert [line["name"] for line in outcome.payload()["lines"]] == ["tax_free", "taxable", "payable"]
    assert outcome.lines[0].fields["postedDate"] == "2026-01-23"


def test_a_day_is_the_travel_day_of_the_record_and_not_that_of_the_approval():
    made = MILEAGE.render(sample(MILEAGE.scope, {"travelled_on": date(2023, 5, 1)}))
    assert isinstance(made, Refusal)
    assert made.message == "mileage.tax_free has no value on 2023-05-01"


def test_a_yearly_limit_is_behind_no_field_of_the_document():
    world = example("xledger-driver-honorariums").scope
    found = Lineage(world.mapping, world.document)
    assert found.source("payable", "subledger.code").fields == ("driver_number",)
    assert "paid_this_year" not in found.reach("payable", "amount")
