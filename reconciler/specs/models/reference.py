"""ReferenceTable: dated values, such as mileage rates. A row holds from its day until the next row begins."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import Day, FieldName, Number, Text


class Column(Model):
    """What a column holds."""

    type: Literal["decimal", "money"]
    label: Label


class Row(Model):
    """Values from a day on, with the source; or a gap, said aloud, so that no older value is used by mistake."""

    from_: Day = Field(alias="from")
    source: Text | None = None
    gap: Text | None = None
    values: dict[FieldName, Number] = Field(default_factory=dict)


class ReferenceTable(Model):
    """The spec of kind ReferenceTable; rows in the order of their days."""

    label: Label
    columns: dict[FieldName, Column] = Field(min_length=1)
    rows: Annotated[Sequence[Row], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "ReferenceTable":
        days = [row.from_ for row in self.rows]
        if days != sorted(set(days)):
            raise ValueError("rows stand in the order of their days, each day once")
        for row in self.rows:
            if row.gap is None and set(row.values) != set(self.columns):
                raise ValueError(f"the row from {row.from_} must give every column, or say `gap`")
        return self

    def value(self, column: str, day: date) -> Decimal | None:
        """The value of `column` on `day`; None before the first row and in a gap."""
        holding = [row for row in self.rows if row.from_ <= day]
        return holding[-1].values.get(column) if holding else None
