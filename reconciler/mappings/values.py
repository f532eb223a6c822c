"""The types of values, and how a record's raw values are read into them. Money is Decimal; instants are aware."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from reconciler.specs.models.category import DataCategory, Field_

Type = Literal["text", "integer", "decimal", "date", "instant", "boolean"]
WORDS: Mapping[str, str] = {
    "text": "text",
    "uuid": "an id",
    "integer": "a whole number",
    "decimal": "a number",
    "money": "an amount",
    "date": "a day",
    "instant": "a point in time",
    "boolean": "true or false",
    "reference": "the code of something",
}
"""Types as messages name them."""
NUMBERS = frozenset({"decimal", "integer"})
DAYS = frozenset({"date", "instant"})
Value = str | int | Decimal | date | datetime | bool
Record = Mapping[str, Value | None]
"""A record's fields by name, with `export.number` and `export.reference` beside them."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of a value before there is one. `decimals`, `longest` and `values` are None where nobody knows.

    `values` are all that it can be: of a closed list, a constant, a lookup.
    """

    type: Type
    nullable: bool = False
    longest: int | None = None
    decimals: int | None = None
    sensitive: frozenset[str] = frozenset()
    values: "tuple[Value, ...] | None" = None

    def present(self) -> "Typed":
        """The same, never empty."""
        return replace(self, nullable=False)


def empty(value: Value | None) -> bool:
    """Whether there is nothing in a value: none, or text of blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())


def written(value: Value) -> str:
    """A value as text: no exponents, yes and no as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


EXPORT_FIELDS: Mapping[str, Typed] = {
    "export.number": Typed("integer", decimals=0, longest=10),  # the year and six digits
    "export.reference": Typed("text", longest=30),
}
"""What the ledger reserves for a document, before its payload is made."""


def typed(name: str, field: Field_) -> Typed:
    """The type of a category's field."""
    sensitive = frozenset({name}) if field.personal in ("sensitive", "national_id") else frozenset[str]()
    nullable = not field.required
    longest = field.max_length or (max(map(len, field.values)) if field.values else None)
    match field.type:
        case "uuid":
            return Typed("text", nullable, 36, None, sensitive)
        case "money":
            return Typed("decimal", nullable, None, 2, sensitive)
        case "decimal":
            return Typed("decimal", nullable, None, field.decimals, sensitive)
        case "integer":
            return Typed("integer", nullable, None, 0, sensitive)
        case kind:
            return Typed(kind, nullable, longest, None, sensitive, tuple(field.values) if field.values else None)


def read_record(category: DataCategory, raw: Mapping[str, Any]) -> dict[str, Value | None]:
    """A record as typed values, from database values or from the text of a sample.

    Raises ValueError, naming the field, where a value is not of its type.
    """
    found: dict[str, Value | None] = {}
    for name, field in category.fields.items():
        value = raw.get(name)
        # Most values are read as they are: that is seen without a call, for it is asked of every field of every record.
        as_it_is = value is None or type(value) is PLAIN.get(field.type)
        found[name] = value if as_it_is else _read(name, field, value)
    return found


PLAIN: Mapping[str, type] = {"text": str, "integer": int, "boolean": bool, "date": date}
"""Values that are read as they are, where they are of just this type."""


def _read(name: str, field: Field_, raw: Any) -> Value:
    try:
        return convert(field.type, raw)
    except (ValueError, ArithmeticError, TypeError, LookupError) as error:
        raise ValueError(f"{name}: '{raw}' is not {WORDS[field.type]}") from error


def convert(kind: str, raw: Any) -> Value:
    """`raw` as a value of a field's type. Raises ValueError, ArithmeticError, TypeError or LookupError."""
    match kind:
        case "uuid":
            return str(raw if isinstance(raw, UUID) else UUID(str(raw)))
        case "integer":
            return int(raw)
        case "decimal" | "money":
            number = raw if type(raw) is Decimal else Decimal(str(raw))
            if not number.is_finite():
                raise ValueError("not a number")
            return number
        case "boolean":
            return raw if isinstance(raw, bool) else {"true": True, "false": False}[raw]
        case "date":
            return raw if isinstance(raw, date) else date.fromisoformat(raw)
        case "instant":
            found = raw if isinstance(raw, datetime) else datetime.fromisoformat(raw)
            if found.tzinfo is None:
                raise ValueError("an instant needs a zone")
            return found
        case _:
            return str(raw)
