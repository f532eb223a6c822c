"""The scalars of the schema, as lenient as the real ones: numbers come as JSON numbers or as text."""

from datetime import date, datetime
from typing import Any

from graphql import GraphQLError, GraphQLScalarType


def _int64(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().removeprefix("-").isascii() and value.strip().lstrip("-").isdigit():
        return int(value)
    raise GraphQLError(f"Int64String cannot represent value: {value!r}")


def _number_text(value: object) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise GraphQLError(f"DecimalString cannot represent value: {value!r}")


def _date_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError(f"DateString cannot represent value: {value!r}")


def _date_time(value: object) -> str:
    """Central European local time without a zone (research 1.2); one with a zone is refused."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise GraphQLError(f"DateTimeString cannot represent value: {value!r}")
    return moment.isoformat(timespec="seconds")


def _same(value: Any) -> Any:
    return value


INT64 = GraphQLScalarType("Int64String", coerce_output_value=_same, coerce_input_value=_int64)
# Its text is judged later, by the mutation, which does not say which value was wrong.
DECIMAL = GraphQLScalarType("DecimalString", coerce_output_value=str, coerce_input_value=_number_text)
DATE = GraphQLScalarType("DateString", coerce_output_value=_same, coerce_input_value=_date_text)
DATE_TIME = GraphQLScalarType("DateTimeString", coerce_output_value=_same, coerce_input_value=_date_time)


def is_date(text: str) -> bool:
    """Whether this is `YYYY-MM-DD` and a day that exists."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
