"""Reference lists of a type: named where they are used, read seldom enough for the quota, where they can be read."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from reconciler.specs.models.integration_type import IntegrationType

TYPES = Path(__file__).parents[2] / "specs/integration-types"
LOADED = {path.stem: YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))["spec"]
          for path in TYPES.glob("*.yaml")}  # fmt: skip
BOOKS = LOADED["xledger"]


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The type with values put at dotted paths; a path may go through keys with a dot in them, after a slash."""
    spec = deepcopy(BOOKS)
    for path, value in changes:
        *way, last = path.split("/")
        here = spec
        for step in way:
            here = here[step]
        here[last] = value
    return spec


def problems(spec: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        IntegrationType.model_validate(spec)
    return str(refused.value)


def test_the_type_itself_reads_its_lists_within_a_tenth_of_its_quota() -> None:
    kind = IntegrationType.model_validate(BOOKS)
    assert len(kind.lists) * 30 * 10 <= kind.quota.requests
    assert {field.of for field in kind.documents["voucher"].fields.values() if field.of} == set(kind.lists)


def test_lists_that_would_eat_the_quota_are_refused_with_the_number() -> None:
    found = problems(changed(("lists/accounts/max_age", "1h")))
    assert "reading the lists anew takes 840 requests a month, and the quota is 5000: at most a tenth of it" in found
    assert "once an hour at most" in problems(changed(("lists/accounts/max_age", "59m")))


@pytest.mark.parametrize(("field", "body", "words"), [
    ("account.code", {"type": "reference", "of": "colours"}, "not among the lists: colours"),
    ("account.code", {"type": "text", "of": "accounts"}, "write of with a reference only"),
    ("owner.code", {"type": "reference", "setting": "colour"}, "not among the settings: colour"),
])  # fmt: skip
def test_a_field_that_names_what_is_not_there_is_refused(field: str, body: dict[str, Any], words: str) -> None:
    label = {"label": {"en": "X", "nb": "X"}}
    assert words in problems(changed((f"documents/voucher/fields/{field}", body | label)))


def test_a_field_that_says_what_the_integration_sets_cannot_be_mapped() -> None:
    fields = IntegrationType.model_validate(BOOKS).documents["voucher"].fields
    assert [name for name, field in fields.items() if field.setting] == ["owner.code"]
    assert not fields["owner.code"].mapped


def test_a_protocol_that_reads_no_lists_may_declare_none() -> None:
    other = next(spec for spec in LOADED.values() if spec["protocol"] == "rest")
    assert "only the protocol graphql reads lists" in problems(
        {**other, "lists": {"accounts": BOOKS["lists"]["accounts"]}}
    )
