"""What a report says, sheet by sheet, ready to be written: headings, rows, figures; nothing that names a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Cell = str | int | Decimal | date | bool | None
Kind = Literal["text", "whole", "decimal", "date", "boolean"]
"""How a column is written: a boolean is `ja` or `nei`, a date a day, `text` stays text whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading in the language of whoever receives the report, and what stands below it."""

    heading: str
    kind: Kind = "text"
    summed: bool = False
    """Whether a line of totals is shown below it."""
    tallied: bool = False
    """Whether the PDF says how many rows have each of its values, such as why something does not count."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows` begins anew with every call: a hundred thousand rows are never held at once."""

    name: str
    columns: Sequence[Column]
    rows: Callable[[], Iterator[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure. `note` says in one sentence how it was counted, or why it is not shown."""

    key: str
    label: str
    value: int | Decimal | None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person has to know before signing: `error` blocks a freeze, `warning` does not."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one organisation reports of one year. Two of the same commit, period and data are equal in all they say."""

    name: str
    """The name of its spec, in its organisation."""
    title: str
    organization: str
    organization_number: str
    year: int
    """The year that is counted (grunnlagsår); `first` and `last` are its days, both included."""
    first: date
    last: date
    scope: Literal["local", "region", "national"]
    version: int
    """1, or one more than the version that it corrects."""
    rules: str
    """The name and version of the counting rules."""
    revision: str
    """The commit of the spec."""
    figures: Sequence[Figure]
    sheets: Sequence[Sheet]
    findings: Sequence[Finding] = ()
    corrections: Sequence[str] = ()
    """What differs from the version before, a sentence each."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What stands in the PDF around the figures, from the template: `introduction`, `declaration`, `signed_by`."""
