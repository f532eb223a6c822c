"""A table narrows its type: what a mapping writes is held against both, and each finding names its rule."""

from zoneinfo import ZoneInfo

import pytest
from parts.mapping import CATEGORY, TABLES, document

from reconciler.mappings.columns import Column, differences, findings, narrowed
from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.scope import Scope
from reconciler.specs.models.mapping import FieldMapping

ALL = {name: Column() for name in document(balanced=False, required=()).fields}
RULE = ("lines", 0, "fields", 0)


def scope(*rules: dict, shared: tuple[dict, ...] = ()) -> Scope:
    body = {"integration": "x", "category": "claims", "document": "voucher", "shared": list(shared)}
    fields = list(rules) or [{"to": "code", "value": "AB1"}]
    mapping = FieldMapping.model_validate({**body, "lines": [{"name": "only", "fields": fields}]})
    made = Scope(mapping, CATEGORY, document(balanced=False, required=()), TABLES, ZoneInfo("Europe/Oslo"))
    assert compile_mapping(made)[1] == [], "against the type alone nothing is wrong"
    return made


def said(found: Scope, **columns: Column) -> list[tuple[tuple, str]]:
    return [(each.path, each.clash.message) for each in findings(found, ALL | columns)]


REMARKS = {
    "a shorter text": (
        {"to": "free", "from": "note"},
        {"free": Column(max_length=50)},
        "'free' takes 50 characters, and this has any number of",
    ),
    "a text that is shorter than the type knows": (
        {"to": "text", "from": "name", "truncate": {"length": 10}},
        {"text": Column(max_length=9)},
        "'text' takes 9 characters, and this has up to 10",
    ),
    "a longer constant": (
        {"to": "free", "value": "abcdef"},
        {"free": Column(max_length=5)},
        "the constant has 6 characters; 5 fit",
    ),
    "a value that may be empty": (
        {"to": "free", "from": "note", "truncate": {"length": 5}},
        {"free": Column(required=True)},
        "'free' is required, and 'note' may be empty",
    ),
    "another type": (
        {"to": "number", "from": "count"},
        {"number": Column(types=("text", "reference"))},
        "column number takes text, and this writes a whole number",
    ),
    "no such column": ({"to": "flag", "from": "digital"}, {"flag": None}, "there is no column flag"),
}


@pytest.mark.parametrize(("rule", "columns", "message"), REMARKS.values(), ids=REMARKS)
def test_what_the_table_would_refuse_is_said_at_the_rule(rule: dict, columns: dict, message: str) -> None:
    known = {name: each for name, each in (ALL | columns).items() if each is not None}
    for made, path in ((scope(rule), RULE), (scope(shared=(rule,)), ("shared", 0))):
        [found] = findings(made, known)
        assert found.path == path
        assert found.clash.message.startswith(message)
        assert found.clash.hint


FINE = {
    "nothing is said of the column": ({"to": "free", "from": "note"}, {}),
    "a longer column than the type": ({"to": "text", "value": "x"}, {"text": Column(max_length=4000)}),
    "a text cut to the column": (
        {"to": "free", "from": "note", "truncate": {"length": 5}},
        {"free": Column(max_length=5)},
    ),
    "a required one with a default": (
        {"to": "free", "from": "note", "default": "none"},
        {"free": Column(required=True)},
    ),
    "one of several types": (
        {"to": "weight", "from": "km", "number": {"decimals": 2}},
        {"weight": Column(types=("money", "decimal"))},
    ),
    "a number of a column with a length": ({"to": "number", "from": "count"}, {"number": Column(max_length=1)}),
}


@pytest.mark.parametrize(("rule", "columns"), FINE.values(), ids=FINE)
def test_what_fits_is_passed_over(rule: dict, columns: dict) -> None:
    assert said(scope(rule), **columns) == []


def test_a_required_column_that_no_line_writes_is_said_at_the_line() -> None:
    [(path, message)] = said(scope({"to": "free", "value": "x"}), must=Column(required=True))
    assert (path, message) == (("lines", 0), "the line 'only' does not map 'must' (X), which is required")


def test_what_no_rule_can_mend_is_said_at_the_document() -> None:
    without = {name: each for name, each in ALL.items() if name != "fixed"} | {"extra": Column(required=True)}
    found = [(each.path, each.clash.message) for each in findings(scope({"to": "free", "value": "x"}), without)]
    assert found == [
        (("document",), "there is no column fixed"),
        (("document",), "column extra is required, and the type does not know it"),
    ]


def test_a_table_narrows_and_never_widens() -> None:
    made = document(balanced=False, required=("must",))
    fields = narrowed(made, {"text": Column(max_length=500), "free": Column(max_length=7), "must": Column()}).fields
    assert (fields["text"].max_length, fields["free"].max_length, fields["must"].required) == (10, 7, True)
    assert narrowed(made, {}) == made


def test_a_type_that_writes_something_else_is_told_so() -> None:
    fields = document(balanced=False, required=()).fields
    assert list(differences(fields, ALL | {"day": Column(types=("text",))})) == [
        "column day takes text, and the type writes a day"
    ]
