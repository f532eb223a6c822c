"""JSON Schemas inside specs, and values against them.

A scalar in a spec is text until a schema types it. That holds for the schema's own keywords too, which are specs
themselves, and for what is held against it: a schema that asks for a number or a truth is given one.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from reconciler.specs.scalars import read_value

APPLIED = {"applied": True}
"""The context in which a definition is typed again that was checked before it was applied: loading and asking the
library that knows JSON Schema would be a tenth of the time that a sync needs to begin."""
_COUNTS = {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
_NUMBERS = _COUNTS | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_SAMPLES = {"const", "default"}
_LISTS = {"enum", "examples"}
_TYPES = {"integer": "integer", "number": "decimal", "boolean": "boolean"}
"""Types that text is turned into, and what `scalars` calls them."""


def typed(text: Any, schema: Mapping[str, Any]) -> Any:
    """A text as the type that `schema` asks for. What is none stays text, and the schema will refuse it."""
    for kind in _asked(schema):
        try:
            return _value(kind, text) if isinstance(text, str) else text
        except ValueError:
            continue
    return text


def typed_settings(settings: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, each as the type that its own schema asks for."""
    known = schema.get("properties", {})
    return {name: typed(text, known.get(name, {})) for name, text in settings.items()}


def how_to_write(schema: Mapping[str, Any]) -> str:
    """What to write where `schema` asks for another type than was given; empty where it asks for text."""
    for kind in _asked(schema):
        try:
            _value(kind, "")
        except ValueError as error:
            return str(error)
    return ""


def misfit(text: str, schema: Mapping[str, Any]) -> str:
    """What a text is not, in words that never hold it; empty where it fits."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(dict(schema)).iter_errors(typed(text, schema)):
        match error.validator:
            case "minLength":
                return f"is shorter than {error.validator_value} characters"
            case "maxLength":
                return f"is longer than {error.validator_value} characters"
            case _:
                return "is not in the form that is asked for"
    return ""


def _asked(schema: Mapping[str, Any]) -> list[str]:
    """The types other than text that a schema asks for."""
    named = schema.get("type")
    return [kind for kind in (named if isinstance(named, list) else [named]) if kind in _TYPES]


def _value(kind: str, text: str) -> Any:
    found = read_value(_TYPES[kind], text)
    return float(text) if kind == "number" else found


def _typed_schema(schema: Any, key: str = "") -> Any:
    """A JSON Schema whose scalars are text, as they come from a spec, with the types that its keywords ask for."""
    if isinstance(schema, list):
        return [_typed_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return _keyword(key, schema)
    if key == "properties":
        return {name: _typed_schema(value) for name, value in schema.items()}
    found = {name: _typed_schema(value, name) for name, value in schema.items()}
    found |= {name: typed(schema[name], schema) for name in _SAMPLES & schema.keys()}
    lists = {name for name in _LISTS & schema.keys() if isinstance(schema[name], list)}
    return found | {name: [typed(each, schema) for each in schema[name]] for name in lists}


def _keyword(key: str, value: Any) -> Any:
    if key in ("additionalProperties", "uniqueItems") and value in ("true", "false"):
        return bool(value == "true")
    if key not in _NUMBERS or not isinstance(value, str):
        return value
    whole = typed(value, {"type": "integer"})
    return whole if key in _COUNTS or whole is not value else typed(value, {"type": "number"})


def _is_schema(schema: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    if info.context == APPLIED:
        return schema
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the whole"
        raise ValueError(f"not a JSON Schema: {place} is not as the 2020-12 draft asks") from error
    for pattern in _patterns(schema):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a JSON Schema: a pattern is no regular expression: {error}") from error
    return schema


def _patterns(schema: Any) -> list[str]:
    """Every `pattern` of a schema, wherever it stands."""
    if isinstance(schema, list):
        return [pattern for each in schema for pattern in _patterns(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
    return own + [pattern for each in schema.values() for pattern in _patterns(each)]


JsonSchema = Annotated[dict[str, Any], BeforeValidator(_typed_schema), AfterValidator(_is_schema)]
