"""The parts of a mapping's rules: operands of arithmetic, how a value is written, and conditions on lines."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.scalars import FieldName, Flag, Name, Number, Text, Whole

SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
"""A field of the record, or `export.number`, `export.reference`."""
LineName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ReferenceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*$")]
"""A column of a ReferenceTable: `mileage.tax_free`."""
DateFormat = Literal["iso", "dd.mm.yyyy", "yyyymmdd", "iso_instant", "epoch_s", "epoch_ms"]
TextStep = Literal["trim", "upper", "lower", "digits", "one_line"]


def _shape(value: Any) -> str:
    return "word" if isinstance(value, str) else "mapping"


def _steps(value: Any) -> str:
    return "list" if isinstance(value, list) else "word"


class Term(OneOf):
    """An operand of arithmetic: a field, a number, a dated reference value, another line's amount, or arithmetic."""

    field: SourceName | None = None
    value: Number | None = None
    reference: ReferenceName | None = None
    at: FieldName | None = Field(None, description="With `reference`: the record's date that chooses the row.")
    key: FieldName | None = Field(
        None, description="With `reference` to a keyed table: the record's field with the key."
    )
    line: LineName | None = None
    product: "Operands | None" = None
    sum: "Operands | None" = None
    difference: "Operands | None" = None
    min: "Operands | None" = None
    max: "Operands | None" = None

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("field", "value", "reference", "line", "product", "sum", "difference", "min", "max")


Operand = Annotated[Annotated[SourceName, Tag("word")] | Annotated[Term, Tag("mapping")], Discriminator(_shape)]
"""A field by its bare name, or a term."""
Operands = Annotated[list[Operand], Field(min_length=2, max_length=10)]


class NumberFormat(Model):
    """How a number is written. It is rounded half-up; with a comma or a thousands separator it becomes text."""

    decimals: Annotated[Whole, Field(ge=0, le=6)]
    decimal: Literal["point", "comma"] = "point"
    thousands: Literal["none", "space", "no_break_space", "point", "comma"] = "none"
    minor_units: Flag = Field(default=False, description="A whole number of the smallest unit: 12.50 is 1250.")

    @model_validator(mode="after")
    def _readable(self) -> "NumberFormat":
        if self.thousands == self.decimal:
            raise ValueError("write the decimals and the thousands with different marks")
        if self.minor_units and (self.decimal, self.thousands) != ("point", "none"):
            raise ValueError("write a number of minor units without marks")
        return self


class DateRule(Model):
    """A date format with a zone of its own; without one it is the organisation's."""

    format: DateFormat
    zone: Text


DateChoice = Annotated[Annotated[DateFormat, Tag("word")] | Annotated[DateRule, Tag("mapping")], Discriminator(_shape)]


class TableLookup(Model):
    """A column of a keyed ReferenceTable, by the value as key and by a date of the record."""

    reference: ReferenceName
    at: FieldName


LookupChoice = Annotated[Annotated[Name, Tag("word")] | Annotated[TableLookup, Tag("mapping")], Discriminator(_shape)]
TextSteps = Annotated[
    Annotated[TextStep, Tag("word")] | Annotated[list[TextStep], Field(min_length=1, max_length=5), Tag("list")],
    Discriminator(_steps),
]


class Replacement(Model):
    """One text for another, everywhere in the value."""

    old: Text
    new: Annotated[str, Field(max_length=100)]


class Pad(Model):
    """Filled up from the left to `length`; what is as long or longer stays as it is."""

    length: Annotated[Whole, Field(ge=1, le=4000)]
    with_: Annotated[str, Field(alias="with", min_length=1, max_length=1)]


class Words(Model):
    """What true and false are called over there."""

    true: Text
    false: Text


class Truncate(Model):
    """What happens to a text that is longer than `length`: cut it, end it with an ellipsis, or refuse the record."""

    length: Annotated[Whole, Field(ge=1, le=4000)]
    longer: Literal["cut", "ellipsis", "refuse"] = "cut"


Bound = Annotated[Annotated[Text, Tag("word")] | Annotated[Term, Tag("mapping")], Discriminator(_shape)]
"""A value of the field's type (of an instant, a local day), or a term."""


class Condition(Model):
    """Whether a line is part of the document: one comparison of a field or of arithmetic, or several together.

    An empty value meets only `present: false`, `not_equals` and `not_in`.
    """

    all: "Annotated[list[Condition], Field(min_length=1, max_length=20)] | None" = None
    any: "Annotated[list[Condition], Field(min_length=1, max_length=20)] | None" = None
    not_: "Condition | None" = Field(None, alias="not")

    field: SourceName | None = None
    product: Operands | None = None
    sum: Operands | None = None
    difference: Operands | None = None
    min: Operands | None = None
    max: Operands | None = None

    equals: Text | None = None
    not_equals: Text | None = None
    in_: Annotated[list[Text], Field(min_length=1)] | None = Field(None, alias="in")
    not_in: Annotated[list[Text], Field(min_length=1)] | None = None
    present: Flag | None = None
    greater_than: Bound | None = None
    at_least: Bound | None = None
    less_than: Bound | None = None
    at_most: Bound | None = None
    between: Annotated[list[Bound], Field(min_length=2, max_length=2)] | None = Field(
        None, description="From the first to the second, both included."
    )
    greater_than_line: LineName | None = None

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler.resolve_ref_schema(handler(core_schema))
        one = [{"required": [key]} for key in COMPARISONS]
        groups = [{"required": [key], "not": {"anyOf": one}} for key in GROUPS]
        found["oneOf"] = [*groups, *({"required": [key], "oneOf": one} for key in SUBJECTS)]
        return found

    @model_validator(mode="after")
    def _whole(self) -> "Condition":
        given = {key for key in self.plain() if key in (*GROUPS, *SUBJECTS)}
        comparisons = [key for key in self.plain() if key in COMPARISONS]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join((*GROUPS, *SUBJECTS))}")
        if given <= set(GROUPS):
            if comparisons:
                raise ValueError(f"write {comparisons[0]} inside {given.pop()}, not beside it")
        elif len(comparisons) != 1:
            raise ValueError(f"give exactly one of {', '.join(COMPARISONS)}")
        return self


GROUPS = ("all", "any", "not")
SUBJECTS = ("field", "product", "sum", "difference", "min", "max")
ORDERED = ("greater_than", "at_least", "less_than", "at_most")
COMPARISONS = ("equals", "not_equals", "in", "not_in", "present", *ORDERED, "between", "greater_than_line")
