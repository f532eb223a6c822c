"""The field by which a document is looked up holds our number and nothing else: it could never be found again."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from parts.mapping import CATEGORY, TABLES, document

from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.scope import Scope
from reconciler.specs.models.mapping import FieldMapping

OWN = {"to": "must", "from": "export.number"}


def clashes(shared: list[dict[str, Any]], fields: list[dict[str, Any]]) -> list[tuple[tuple, str]]:
    made = document(balanced=False, required=())
    made = made.model_copy(update={"create": made.create.model_copy(update={"number": "must"})})
    lines = [{"name": "only", "fields": fields}]
    mapping = {"integration": "x", "category": "claims", "document": "voucher", "shared": shared, "lines": lines}
    _, findings = compile_mapping(
        Scope(FieldMapping.model_validate(mapping), CATEGORY, made, TABLES, ZoneInfo("Europe/Oslo"))
    )
    return [(each.path, each.clash.message) for each in findings]


@pytest.mark.parametrize(
    "rule",
    [
        {"to": "must", "from": "export.reference"},
        {"to": "must", "from": "export.number", "default": "0"},
        {"to": "must", "from": "export.number", "truncate": {"length": "4"}},
        {"to": "must", "template": "B{export.number}"},
        {"to": "must", "value": "2026000001"},
    ],
)
def test_anything_else_in_the_field_of_our_number_is_refused(rule: dict[str, Any]) -> None:
    message = "a voucher is looked up by must, which is our number and nothing else"
    assert (("shared", 0), message) in clashes([rule], [{"to": "free", "value": "x"}])
    assert (("lines", 0, "fields", 1), message) in clashes([], [{"to": "free", "value": "x"}, rule])


def test_our_number_alone_is_right_in_shared_rules_and_in_a_line() -> None:
    assert clashes([OWN], [{"to": "free", "value": "x"}]) == []
    assert clashes([], [OWN]) == []
