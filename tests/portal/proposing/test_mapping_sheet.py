"""What the editor shows of a mapping gives it back as it was, whatever stands in it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.portal.proposing.mapping.notation import NotationError, read, shown
from reconciler.portal.proposing.mapping.posted import gathered, spread
from reconciler.portal.proposing.mapping.rules import form_of, rule_of
from reconciler.portal.proposing.mapping.sheet import sheet_of, spec_of
from reconciler.portal.refusals import Refused
from reconciler.specs.become import become
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.yaml import read as read_yaml

ROOT = Path(__file__).parents[3]
MAPPINGS = sorted(ROOT.glob("orgs/*/mappings/*.yaml"))
WORDS = st.text(st.sampled_from("abz.09-_æ {}\"'#:,\n\t\xa0"), max_size=6)
KEYS = [*(each.alias or name for name, each in FieldRule.model_fields.items() if name != "to"), "odd"]
INNER = st.sampled_from(
    [
        "format",
        "zone",
        "decimals",
        "decimal",
        "minor_units",
        "length",
        "with",
        "longer",
        "reference",
        "at",
        "true",
        "line",
    ]
)
VALUES = st.recursive(
    st.one_of(st.none(), WORDS, st.sampled_from(["iso", "true", "false", "2", "amount", "mileage.tax_free"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(INNER, st.sampled_from(KEYS)), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMED = st.builds(
    lambda to, rest: {"to": to, **rest},
    st.sampled_from(["amount", "account.code", "", "a\nb"]),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
)
RULES = st.one_of(NAMED, NAMED, st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3), VALUES)
LINES = st.fixed_dictionaries(
    {"name": WORDS, "fields": st.lists(RULES, max_size=1)}, optional={"when": VALUES, "odd": VALUES}
)
SPECS = st.fixed_dictionaries(
    {"integration": WORDS, "lines": st.one_of(VALUES, st.lists(LINES, max_size=1))},
    optional={
        "shared": st.one_of(VALUES, st.lists(RULES, max_size=1)),
        "lookups": st.one_of(VALUES, st.dictionaries(WORDS, st.dictionaries(WORDS, WORDS, max_size=3), max_size=2)),
        "tests": VALUES,
        "rounding": VALUES,
        "odd": VALUES,
    },
)


def there_and_back(spec: Any) -> Any:
    posted = spec_of(gathered(spread(sheet_of(spec))), spec)
    assert posted.mistakes == []
    return posted.spec


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_mapping_of_the_worked_example_is_unchanged_byte_by_byte(path: Path) -> None:
    content = path.read_bytes()
    tree = read_yaml("", content).tree
    assert become(content, {**tree, "spec": there_and_back(tree["spec"])}) == content


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_rule_of_the_worked_example_is_said_by_fields_alone(path: Path) -> None:
    spec = read_yaml("", path.read_bytes()).tree["spec"]
    rules = [*spec.get("shared", []), *(rule for line in spec["lines"] for rule in line["fields"])]
    assert [form for rule in rules if (form := form_of(rule))["rest"] or form["source"] == "rest"] == []


@given(RULES)
def test_any_rule_comes_back_as_it_was(rule: Any) -> None:
    assert rule_of(form_of(rule)) == rule


@given(SPECS)
def test_any_spec_comes_back_as_it_was(spec: dict[str, Any]) -> None:
    assert there_and_back(spec) == spec


@pytest.mark.parametrize(
    ("text", "operation", "operands"),
    [
        ("difference(amount, line(tax_free))", "difference", ["amount", {"line": "tax_free"}]),
        (
            "min(amount, product(distance_km, reference(mileage.tax_free, travelled_on)))",
            "min",
            ["amount", {"product": ["distance_km", {"reference": "mileage.tax_free", "at": "travelled_on"}]}],
        ),
        ("sum(amount, -12.50)", "sum", ["amount", {"value": "-12.50"}]),
        (
            "product(amount, reference(vat.rate, day, sort))",
            "product",
            ["amount", {"reference": "vat.rate", "at": "day", "key": "sort"}],
        ),
    ],
)
def test_arithmetic_is_written_as_people_write_it(text: str, operation: str, operands: list) -> None:
    assert shown(operation, operands) == text
    assert read(text) == (operation, operands)


@pytest.mark.parametrize(
    "text",
    ["", "amount", "min(", "min(a", "min(a,)", "min(a) b", "run(a, b)", "min(a, line(2))", "(" * 60, "min(" * 60],
)
def test_what_is_no_calculation_is_refused(text: str) -> None:
    with pytest.raises(NotationError):
        read(text)


@pytest.mark.parametrize("names", [["a", "a.b"], ["a.b", "a"], ["a.b.c.d.e.f.g.h.i"]])
def test_names_that_contradict_each_other_are_refused(names: list[str]) -> None:
    with pytest.raises(Refused):
        gathered((name, "x") for name in names)


def test_a_position_far_away_takes_no_room() -> None:
    assert gathered([("shared.999999.to", "a"), ("shared.3.to", "b")]) == {"shared": [{"to": "b"}, {"to": "a"}]}
