"""Text becomes the type that a JSON Schema asks for, in the schema itself and in what is held against it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from reconciler.specs.models.schemas import JsonSchema, how_to_write, misfit, typed, typed_settings

SCHEMA = TypeAdapter(JsonSchema)


@pytest.mark.parametrize(("text", "kind", "value"), [
    ("25", "integer", 25), ("-1", "integer", -1), ("007", "integer", "007"), ("1.0", "integer", "1.0"),
    ("1e9", "integer", "1e9"), (" 25", "integer", " 25"), ("٣", "integer", "٣"), ("9" * 40, "integer", "9" * 40),
    ("0.25", "number", 0.25), ("25", "number", 25.0), ("0,25", "number", "0,25"), ("nan", "number", "nan"),
    ("true", "boolean", True), ("false", "boolean", False), ("yes", "boolean", "yes"), ("1", "boolean", "1"),
    ("25", "string", "25"), ("25", ["null", "integer"], 25), ("x", ["integer", "string"], "x"), ("25", None, "25"),
])  # fmt: skip
def test_a_text_is_what_the_schema_asks_for_or_stays_text(text: str, kind: object, value: object) -> None:
    found = typed(text, {"type": kind} if kind else {})
    assert (found, type(found)) == (value, type(value))


def test_the_keywords_of_a_schema_are_typed_too() -> None:
    written = {
        "type": "object",
        "additionalProperties": "false",
        "properties": {
            "minimum": {"type": "integer", "minimum": "-5", "enum": ["1", "2"], "default": "1"},
            "share": {"type": "number", "maximum": "0.5", "const": "0.25"},
            "archive": {"type": "boolean", "examples": ["true"]},
            "code": {"type": "string", "minLength": "2", "enum": ["01", "02"]},
        },
    }
    found = SCHEMA.validate_python(written)
    assert found["additionalProperties"] is False
    assert found["properties"] == {
        "minimum": {"type": "integer", "minimum": -5, "enum": [1, 2], "default": 1},
        "share": {"type": "number", "maximum": 0.5, "const": 0.25},
        "archive": {"type": "boolean", "examples": [True]},
        "code": {"type": "string", "minLength": 2, "enum": ["01", "02"]},
    }
    assert SCHEMA.validate_python(json.loads(json.dumps(found))) == found  # as it comes back from the database


@pytest.mark.parametrize("wrong", [
    {"type": "whole"}, {"minLength": "many"}, {"minLength": "1.5"}, {"pattern": "["}, {"enum": "a"},
    {"properties": {"a": {"items": {"pattern": "(?P<"}}}},
])  # fmt: skip
def test_what_is_no_schema_is_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError, match="not a JSON Schema"):
        SCHEMA.validate_python(wrong)


def test_settings_are_typed_each_by_its_own_schema() -> None:
    schema = SCHEMA.validate_python({"properties": {"club": {"type": "integer"}, "on": {"type": "boolean"}}})
    given_settings = {"club": "12", "on": "true", "other": "12"}
    assert typed_settings(given_settings, schema) == {"club": 12, "on": True, "other": "12"}


def test_it_is_said_how_a_number_or_a_truth_is_written() -> None:
    assert how_to_write({"type": "integer"}) == "write a whole number, such as 25"
    assert how_to_write({"type": "boolean"}) == "write true or false"
    assert how_to_write({"type": "string"}) == ""


@given(st.text(min_size=6), st.sampled_from([
    {"pattern": "^$"}, {"maxLength": 5}, {"minLength": 1_000_000}, {"type": "integer", "minimum": 10**15},
    {"enum": ["a"]}, {"not": {}}, {"const": "a"},
]))  # fmt: skip
def test_no_word_of_what_does_not_fit_is_ever_said(value: str, schema: dict) -> None:
    found = misfit(value, schema)
    assert found in {
        "is not in the form that is asked for", "is longer than 5 characters", "is shorter than 1000000 characters",
    }  # fmt: skip


def test_what_fits_is_nothing_to_talk_about() -> None:
    assert misfit("abc", {"pattern": "^[a-z]+$", "minLength": 3, "maxLength": 3}) == ""
    assert misfit("25", {"type": "integer"}) == ""
    assert misfit("anything", {}) == ""
