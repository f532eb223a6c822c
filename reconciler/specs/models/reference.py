"""ReferenceTable: dated values, such as mileage rates and VAT codes.

A row holds from its day until the next row begins; in a keyed table, until the next row of the same key.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, TypeAdapter, ValidationError, model_validator

from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import Day, FieldName, Number, Text


class Column(Model):
    """What a column holds."""

    type: Literal["decimal", "money", "text"]
    label: Label


class Row(Model):
    """Values from a day on, with the source; or a gap, said aloud, so that no older value is used by mistake."""

    key: Text | None = Field(None, description="In a keyed table: whose values these are.")
    from_: Day = Field(alias="from")
    source: Text | None = None
    gap: Text | None = None
    values: dict[FieldName, Text | Number] = Field(default_factory=dict)


class Key(Model):
    """What the rows of a keyed table are about."""

    label: Label


Value = str | Decimal
Dated = tuple[list[date], list[Value | None]]
"""The days on which values begin, and the values; None is a gap."""
_NUMBER: TypeAdapter[Decimal] = TypeAdapter(Number)


class ReferenceTable(Model):
    """The spec of kind ReferenceTable; the rows of a key in the order of their days."""

    label: Label
    key: Key | None = Field(None, description="Given where values are chosen by a key besides the day.")
    columns: dict[FieldName, Column] = Field(min_length=1)
    rows: Annotated[Sequence[Row], Field(min_length=1)]
    _dated: dict[str, dict[str, Dated]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> "ReferenceTable":
        for row in self.rows:
            if (row.key is None) is not (self.key is None):
                raise ValueError("every row of a table with `key` names its key, and no row of another does")
            if row.gap is None and set(row.values) != set(self.columns):
                raise ValueError(f"the row from {row.from_} must give every column, or say `gap`")
            self._take(row)
        return self

    def _take(self, row: Row) -> None:
        for name, column in self.columns.items():
            days, values = self._dated.setdefault(name, {}).setdefault(row.key or "", ([], []))
            if days and row.from_ <= days[-1]:
                raise ValueError("rows stand in the order of their days, each day once")
            days.append(row.from_)
            values.append(_typed(row, name, column))

    def value(self, column: str, day: date, key: str = "") -> Value | None:
        """The value of `column` on `day`; None before the first row, in a gap, and where there is no such key."""
        days, values = self._dated[column].get(key, _NONE)
        place = bisect_right(days, day)
        return values[place - 1] if place else None

    def keyed(self, column: str) -> Mapping[str, Sequence[Value | None]]:
        """Every value that `column` ever has, by key."""
        return {key: values for key, (_days, values) in self._dated[column].items()}


_NONE: Dated = ([], [])


def _typed(row: Row, name: str, column: Column) -> Value | None:
    if name not in row.values:
        return None
    raw = row.values[name]
    if column.type == "text":
        return str(raw)
    try:
        return _NUMBER.validate_python(raw)
    except ValidationError:
        message = f"{name} from {row.from_}: write a number with a decimal point and no blanks, such as 3.50"
        raise ValueError(message) from None
