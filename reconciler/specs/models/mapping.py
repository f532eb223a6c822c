"""FieldMapping: how one category of records becomes documents of an outside system. A small closed language."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.models.terms import (
    Condition,
    DateChoice,
    DateFormat,
    DateRule,
    LineName,
    LookupChoice,
    NumberFormat,
    Operands,
    Pad,
    ReferenceName,
    Replacement,
    SourceName,
    TableLookup,
    TextStep,
    TextSteps,
    Truncate,
    Words,
)
from reconciler.specs.scalars import FieldName, Flag, Name, Number, Reason, Text, Whole

TargetName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
"""A field of the document, with dots for nesting: `account.code`."""
Check = Literal["organisasjonsnummer", "kontonummer", "kid", "kid_mod10", "kid_mod11", "foedselsnummer"]
Closed = Literal["first_open_day", "hold", "reject"]


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
    text: TextSteps | None = Field(None, description="One change of text, or several in the order of the list.")
    replace: Annotated[list[Replacement], Field(min_length=1, max_length=10)] | None = None
    lookup: LookupChoice | None = Field(
        None, description="A table of this mapping's `lookups`, or a keyed one by date."
    )
    words: Words | None = Field(None, description="How true and false are written.")
    when_closed: Closed | None = Field(None, description="What becomes of a date in closed accounts.")
    date: DateChoice | None = Field(None, description="Written in the organisation's zone, or in the zone it names.")
    negate: Flag = False
    number: NumberFormat | None = None
    pad: Pad | None = None
    check: Check | None = Field(None, description="The record is refused where the check digits are wrong.")
    truncate: Truncate | None = None
    reason: Reason | None = Field(None, description="Why a sensitive field must leave.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("from", "value", "template", "product", "sum", "difference", "min", "max")

    @property
    def date_format(self) -> DateFormat | None:
        """The format, without the zone."""
        return self.date.format if isinstance(self.date, DateRule) else self.date

    @property
    def text_steps(self) -> list[TextStep]:
        """The changes of text, in their order."""
        return self.text if isinstance(self.text, list) else [self.text] if self.text else []

    @property
    def table(self) -> TableLookup | None:
        """The lookup by key and date, where it is one."""
        return self.lookup if isinstance(self.lookup, TableLookup) else None


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
    warns: Text | None = Field(None, description="Words that a warning must hold.")
    refused: Text | None = Field(None, description="Words that the refusal must hold, where none is to be made.")


class Rounding(Model):
    """Amounts are calculated exactly, rounded line by line, and what that leaves over goes to one line."""

    decimals: Annotated[Whole, Field(ge=0, le=6)] = 2
    difference_on: LineName
    at_most: Number = Field(description="A greater difference is no matter of rounding, and the record is refused.")


class RunningTotal(Model):
    """What was paid to the record's subject before it, and the dated limit that this counts towards."""

    total: FieldName = Field(description="The field that holds what was paid this year before this record.")
    limit: ReferenceName
    at: FieldName = Field(description="The record's date that chooses the limit and the calendar year.")


class FieldMapping(Model):
    """The spec of kind FieldMapping."""

    integration: Name
    category: Name
    document: Name
    shared: list[FieldRule] = Field(default_factory=list, description="Rules that hold for every line.")
    lines: Annotated[list[Line], Field(min_length=1)]
    lookups: dict[Name, dict[str, Text]] = Field(default_factory=dict)
    rounding: Rounding | None = None
    running_total: RunningTotal | None = None
    tests: list[MappingTest] = Field(default_factory=list)

    def rules(self) -> list[FieldRule]:
        """All rules, in the order of the text."""
        return [*self.shared, *(rule for line in self.lines for rule in line.fields)]
