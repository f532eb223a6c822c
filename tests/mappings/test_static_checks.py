"""What cannot work for every record is found before any record meets it."""

import pytest

OPERAND = {"value": "1"}
CLASHES = {
    "a target that is not there": ({"to": "amout", "from": "amount"}, "mapping-unknown-target"),
    "a target that the type fills": ({"to": "fixed", "value": "X"}, "mapping-unknown-target"),
    "a twin": ({"to": "twin", "from": "amount"}, "mapping-unknown-target"),
    "a field that is not there": ({"to": "free", "from": "nmae"}, "unknown-reference"),
    "a field of the ledger that is not there": ({"to": "free", "from": "export.nmber"}, "unknown-reference"),
    "a template's field that is not there": ({"to": "free", "template": "{nmae}"}, "unknown-reference"),
    "a template without names": ({"to": "free", "template": "{}"}, "invalid-value"),
    "a template with a format": ({"to": "free", "template": "{amount:>10}"}, "invalid-value"),
    "a template with a conversion": ({"to": "free", "template": "{amount!r}"}, "invalid-value"),
    "an open template": ({"to": "free", "template": "{amount"}, "invalid-value"),
    "a template that may be too long": ({"to": "text", "template": "{name}"}, "mapping-type"),
    "text that may be too long": ({"to": "text", "from": "name"}, "mapping-type"),
    "a default that is too long": (
        {"to": "text", "from": "health", "default": "x" * 11, "reason": "Because it must"},
        "mapping-type",
    ),
    "text without an end": ({"to": "text", "from": "note"}, "mapping-type"),
    "a constant that is too long": ({"to": "text", "value": "x" * 11}, "mapping-type"),
    "a constant that is no number": ({"to": "amount", "value": "ten"}, "mapping-type"),
    "a constant that is not a number": ({"to": "amount", "value": "NaN"}, "mapping-type"),
    "a constant that is no yes or no": ({"to": "flag", "value": "yes"}, "mapping-type"),
    "a constant that is no day": ({"to": "day", "value": "2026-02-30"}, "mapping-type"),
    "a number without decimals": ({"to": "amount", "from": "km"}, "mapping-type"),
    "text as a number": ({"to": "amount", "from": "name"}, "mapping-type"),
    "an instant as a day": ({"to": "day", "from": "approved_at"}, "mapping-type"),
    "a day as text": ({"to": "free", "from": "day"}, "mapping-type"),
    "rounding text": ({"to": "free", "from": "name", "number": {"decimals": 2}}, "mapping-type"),
    "negating text": ({"to": "free", "from": "name", "negate": True}, "mapping-type"),
    "cutting a number": ({"to": "free", "from": "count", "truncate": {"length": 2}}, "mapping-type"),
    "casing a day": ({"to": "free", "from": "day", "text": "upper"}, "mapping-type"),
    "the day of a text": ({"to": "day", "from": "name", "date": "iso"}, "mapping-type"),
    "a default that is no number": ({"to": "amount", "from": "extra", "default": "none"}, "mapping-type"),
    "a default that is no day": ({"to": "day", "from": "day", "default": "soon"}, "mapping-type"),
    "a default without a zone": (
        {"to": "day", "from": "approved_at", "default": "2026-01-01T10:00", "date": "iso"},
        "mapping-type",
    ),
    "calculating with text": ({"to": "amount", "sum": ["amount", "name"]}, "mapping-type"),
    "a line where there are no amounts": ({"to": "amount", "sum": ["amount", {"line": "only"}]}, "mapping-type"),
    "a dated value without a day": ({"to": "amount", "sum": [OPERAND, {"reference": "rates.rate"}]}, "missing-key"),
    "a dated value that is not there": (
        {"to": "amount", "sum": [OPERAND, {"reference": "rates.rte", "at": "day"}]},
        "unknown-reference",
    ),
    "a dated value at a text": (
        {"to": "amount", "sum": [OPERAND, {"reference": "rates.rate", "at": "name"}]},
        "mapping-type",
    ),
    "a lookup that is not there": ({"to": "free", "from": "name", "lookup": "cities"}, "unknown-reference"),
    "a sensitive field": ({"to": "text", "from": "health"}, "mapping-sensitive"),
    "a sensitive field in a template": ({"to": "free", "template": "x {health}"}, "mapping-sensitive"),
}


@pytest.mark.parametrize(("rule", "identifier"), CLASHES.values(), ids=CLASHES)
def test_a_rule_that_cannot_work_is_found(ids, rule, identifier):
    assert ids(rule) == [identifier]


ACCEPTED = {
    "a sensitive field with a reason": {"to": "text", "from": "health", "reason": "The auditor asks for it"},
    "text that is cut": {"to": "text", "from": "note", "truncate": {"length": 10}},
    "a whole number as text": {"to": "free", "from": "count"},
    "a whole number as a number": {"to": "amount", "from": "count"},
    "a day as ISO text": {"to": "free", "from": "day", "date": "iso"},
    "a constant of each type": {"to": "flag", "value": "false"},
    "the ledger's number": {"to": "number", "from": "export.number"},
}


@pytest.mark.parametrize("rule", ACCEPTED.values(), ids=ACCEPTED)
def test_a_rule_that_works_is_not(ids, rule):
    assert ids(rule) == []


def test_a_required_target_asks_for_a_source_that_is_never_empty(ids):
    rule = {"to": "must", "from": "name"}
    assert ids(rule, required=("must",)) == ["mapping-nullable"]
    assert ids(rule | {"default": "x"}, required=("must",)) == []
    assert ids(rule, required=("must",), present=frozenset({"name"})) == []


def test_a_required_target_without_a_rule_is_found(ids):
    assert ids({"to": "free", "value": "x"}, required=("must",)) == ["mapping-required"]


def test_a_target_is_written_once_in_a_line_and_among_the_shared_rules(ids):
    rule = {"to": "free", "value": "x"}
    assert ids(rule, rule) == ["mapping-target-twice"] * 2
    assert ids(rule, shared=[rule]) == ["mapping-target-twice"]
    assert ids({"to": "amount", "from": "amount"}, shared=[rule, rule]) == ["mapping-target-twice"] * 2


def test_an_excluded_field_cannot_leave_by_any_way(world):
    excluded = {"name": "The portal owns it"}
    rules = [{"to": "free", "from": "name"}, {"to": "must", "template": "{name}"}]
    found = world.clashes(*rules, excluded=excluded)
    assert [message for _, message in found] == ["'name' is excluded: The portal owns it"] * 2


def test_a_default_must_have_an_entry_in_its_lookup(ids):
    rule = {"to": "free", "from": "name", "default": "Hamar", "lookup": "cities"}
    assert ids(rule, lookups={"cities": {"Oslo": "310"}}) == ["lookup-value"]
    assert ids(rule, lookups={"cities": {"Hamar": "310"}}) == []


def amount(**rule):
    return [{"to": "amount", **rule}]


@pytest.mark.parametrize(
    ("lines", "identifier"),
    [
        ([{"name": "a", "fields": amount(sum=["amount", {"line": "a"}])}], "mapping-cycle"),
        (
            [
                {
                    "name": "a",
                    "when": {"field": "amount", "greater_than_line": "a"},
                    "fields": amount(**{"from": "amount"}),
                }
            ],
            "mapping-cycle",
        ),
        ([{"name": "a", "fields": amount(sum=["amount", {"line": "c"}])}], "unknown-reference"),
        (
            [
                {
                    "name": "a",
                    "when": {"field": "amount", "greater_than_line": "c"},
                    "fields": amount(**{"from": "amount"}),
                }
            ],
            "unknown-reference",
        ),
        (
            [{"name": "a", "when": {"field": "name", "greater_than": "1"}, "fields": amount(**{"from": "amount"})}],
            "mapping-type",
        ),
        (
            [{"name": "a", "when": {"field": "count", "equals": "many"}, "fields": amount(**{"from": "amount"})}],
            "mapping-type",
        ),
        (
            [
                {"name": "a", "fields": amount(**{"from": "amount"})},
                {"name": "a", "fields": amount(**{"from": "amount"})},
            ],
            "invalid-value",
        ),
    ],
)
def test_lines_that_cannot_work_are_found(world, lines, identifier):
    compiled, found = world.compile(lines, balanced=True)
    assert compiled is None
    assert [each.clash.diagnostic for each in found] == [identifier]


def test_a_circle_of_three_lines_is_found(world):
    lines = [{"name": a, "fields": amount(sum=["amount", {"line": b}])} for a, b in ("ab", "bc", "ca")]
    _, found = world.compile(lines, balanced=True)
    assert [each.clash.diagnostic for each in found] == ["mapping-cycle"]


def test_all_findings_come_at_once_each_with_the_path_of_its_rule(world):
    rules = [{"to": "nope", "value": "x"}, {"to": "free", "value": "x"}, {"to": "day", "value": "x"}]
    _, found = world.compile([{"name": "a", "fields": rules}], shared=[{"to": "amount", "from": "name"}])
    assert [each.path for each in found] == [("shared", 0), ("lines", 0, "fields", 0), ("lines", 0, "fields", 2)]
