"""FieldMapping: how one category of records becomes documents of an outside system. A small closed language."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.scalars import FieldName, Flag, Name, Number, Reason, Text, Whole

TargetName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
"""A field of the document, with dots for nesting: `account.code`."""
SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
"""A field of the record, or `export.number`, `export.reference`."""
LineName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
DateFormat = Literal["iso", "dd.mm.yyyy", "yyyymmdd", "epoch_s", "epoch_ms"]


def _shape(value: Any) -> str:
    return "name" if isinstance(value, str) else "term"


class Term(OneOf):
    """An operand of arithmetic: a field, a number, a dated reference value, another line's amount, or arithmetic."""

    field: SourceName | None = None
    value: Number | None = None
    reference: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*$")] | None = None
    at: FieldName | None = Field(None, description="With `reference`: the record's date that chooses the row.")
    line: LineName | None = None
    product: "Operands | None" = None
    sum: "Operands | None" = None
    difference: "Operands | None" = None
    min: "Operands | None" = None
    max: "Operands | None" = None

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("field", "value", "reference", "line", "product", "sum", "difference", "min", "max")


Operand = Annotated[Annotated[SourceName, Tag("name")] | Annotated[Term, Tag("term")], Discriminator(_shape)]
"""A field by its bare name, or a term."""
Operands = Annotated[list[Operand], Field(min_length=2, max_length=10)]


class NumberFormat(Model):
    """Decimals after the point, rounded half-up."""

    decimals: Annotated[Whole, Field(ge=0, le=6)]


class Truncate(Model):
    """An explicit yes to losing the end of a text."""

    length: Annotated[Whole, Field(ge=1, le=4000)]


class FieldRule(OneOf):
    """One target field: exactly one source, then the steps, always in the order in which they stand here."""

    to: TargetName
    from_: SourceName | None = Field(None, alias="from")
    value: Text | None = Field(None, description="A constant.")
    template: Text | None = Field(None, description="Text with fields in braces: `Km {travelled_on}`.")
    product: Operands | None = None
    sum: Operands | None = None
    difference: Operands | None = None
    min: Operands | None = None
    max: Operands | None = None

    default: Text | None = Field(None, description="Used where the source is empty.")
    lookup: Name | None = Field(None, description="A table of this mapping's `lookups`.")
    text: Literal["trim", "upper", "lower"] | None = None
    truncate: Truncate | None = None
    date: DateFormat | None = Field(None, description="Written in the organisation's zone.")
    negate: Flag = False
    number: NumberFormat | None = None
    reason: Reason | None = Field(None, description="Why a sensitive field must leave.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("from", "value", "template", "product", "sum", "difference", "min", "max")


class Condition(OneOf):
    """Whether a line is part of the document."""

    field: FieldName
    equals: Text | None = None
    not_equals: Text | None = None
    in_: list[Text] | None = Field(None, alias="in")
    present: Flag | None = None
    greater_than: Number | None = None
    less_than: Number | None = None
    greater_than_line: LineName | None = None

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("equals", "not_equals", "in", "present", "greater_than", "less_than", "greater_than_line")


class Line(Model):
    """One line of the document; left out where `when` does not hold."""

    name: LineName
    when: Condition | None = None
    fields: Annotated[list[FieldRule], Field(min_length=1)]


class MappingTest(Model):
    """A record and what must become of it. `given` is merged over the category's first sample.

    `expect` names lines, and in each the fields to compare; `absent` says that a line is left out.
    """

    name: Text | None = None
    given: dict[FieldName, Text | None] = Field(default_factory=dict)
    expect: dict[LineName, dict[TargetName, Text] | Literal["absent"]] = Field(default_factory=dict)
    refused: Text | None = Field(None, description="Words that the refusal must hold, where none is to be made.")


class FieldMapping(Model):
    """The spec of kind FieldMapping."""

    integration: Name
    category: Name
    document: Name
    shared: list[FieldRule] = Field(default_factory=list, description="Rules that hold for every line.")
    lines: Annotated[list[Line], Field(min_length=1)]
    lookups: dict[Name, dict[str, Text]] = Field(default_factory=dict)
    tests: list[MappingTest] = Field(default_factory=list)
