"""Text becomes typed values. The only place that knows how a number, a day or a yes is written in a spec.

Every type also takes the value that its own JSON form gives back, because applied configuration is read again from the
database by the same models.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

# Bounded: longer ones are mistakes, and arithmetic over them would lose digits.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DURATION = re.compile(r"([1-9][0-9]{0,8})(s|m|h|d)\Z")
_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    raise ValueError("write true or false")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.match(value):
        return int(value)
    raise ValueError("write a whole number, such as 25")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _DECIMAL.match(value):
        return Decimal(value)
    raise ValueError("write a number with a decimal point and no blanks, such as 3.50")


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("there is no such day in the calendar") from error
    raise ValueError("write a day as YYYY-MM-DD, such as 2026-01-01")


def _duration(value: str) -> str:
    if not _DURATION.match(value):
        raise ValueError("write a duration as a number and s, m, h or d, such as 48h")
    return value


def seconds(duration: str) -> int:
    """The length of a `Duration` in seconds."""
    found = _DURATION.match(duration)
    assert found, duration
    return int(found[1]) * _SECONDS[found[2]]


def _id(value: Any) -> Any:
    if isinstance(value, str) and not _ID.match(value):
        raise PydanticCustomError("uuid_parsing", "not an id")  # pydantic's own word for it; other forms it would take
    return value


def _words(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _written(schema: dict[str, Any], pattern: str) -> WithJsonSchema:
    """The JSON Schema of a value that may stand bare or in quotes."""
    return WithJsonSchema({"anyOf": [schema, {"type": "string", "pattern": pattern.replace(r"\Z", "$")}]})


Flag = Annotated[bool, BeforeValidator(_flag), _written({"type": "boolean"}, r"^(true|false)\Z")]
Whole = Annotated[int, BeforeValidator(_whole), _written({"type": "integer"}, f"^{_WHOLE.pattern}")]
Number = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    _written({"type": "number"}, f"^{_DECIMAL.pattern}"),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^" + _DAY.pattern.replace(r"\Z", "$")}),
]
Duration = Annotated[
    str,
    AfterValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": "^" + _DURATION.pattern.replace(r"\Z", "$")}),
]
Id = Annotated[
    UUID,
    BeforeValidator(_id),
    WithJsonSchema({"type": "string", "format": "uuid", "pattern": "^" + _ID.pattern.replace(r"\Z", "$")}),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
Texts = Annotated[
    list[Text],
    BeforeValidator(_words),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]
"""A list of words; a single word may stand without brackets."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$")]
"""Lower-case letters, digits, hyphen and underscore; at most 63 characters."""
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Reason = Annotated[str, StringConstraints(min_length=10, max_length=500)]
"""Why, in at least ten characters; shown wherever the decision shows."""


def read_value(kind: str, text: str) -> str | int | Decimal | bool | date:
    """A value of a record's field (of a category's type `kind`) as a spec writes it. A uuid comes back in lower case.

    Raises ValueError, whose sentence says what to write, where the text is none.
    """
    match kind:
        case "integer":
            return _whole(text)
        case "decimal" | "money":
            return _decimal(text)
        case "boolean":
            return _flag(text)
        case "date":
            return _day(text)
        case "uuid":
            return _uuid(text)
        case _:
            return text


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValueError("write an id as the app shows it, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007") from error
