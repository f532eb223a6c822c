"""ReportRules: what whoever receives a report counts, in dated versions; its key figures and sheets."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import Day, FieldName, Flag, Text, Texts, Whole

Counted = Literal["members", "branches", "activities"]
"""What is counted; `figures` and `findings` are sheets too, and count nothing."""
Status = Literal["clear", "unclear"]
Least = Annotated[Whole, Field(ge=1, le=100_000)]


class CountedKind(Model):
    """One kind of activity: the least that it must be to count. `counts: false` never counts, for `reason`."""

    label: Text = Field(description="What the kind is called in the report, in the language of whoever receives it.")
    counts: Flag = True
    reason: Text | None = Field(None, description="With `counts: false`: why such an activity does not count.")
    minutes: Least | None = Field(None, description="The fewest minutes of the whole activity.")
    minutes_per_day: Least | None = Field(None, description="The fewest minutes of each of its days, on average.")
    participants: Least | None = Field(None, description="The fewest participants.")


class DigitalRule(Model):
    """Whether meetings on a screen count; `unclear` warns wherever one was counted or left out."""

    counts: Flag
    status: Status = "clear"
    note: Text | None = Field(None, description="What is known of the rule, and what is not.")


class RulesVersion(Model):
    """Rules for activities from a day on, until the next version begins."""

    from_: Day = Field(alias="from")
    name: Text = Field(description="What the version is called in the report and in its archive.")
    source: Text = Field(description="Where the rules are published, or from where they are known.")
    status: Status = "clear"
    note: Text | None = Field(None, description="With `status: unclear`: what is not known.")
    in_norway: Flag = Field(default=True, description="Whether only activities in Norway count.")
    approved: Flag = Field(default=True, description="Whether whoever led it must have been approved in that year.")
    new_participants: Flag = Field(
        default=True,
        description="Whether a second activity of one person on one day counts only with participants who are new.",
    )
    digital: DigitalRule
    kinds: dict[FieldName, CountedKind] = Field(min_length=1)


class AgeBand(Model):
    """Ages from `from` to `to`, both included; without end where `to` is left out."""

    key: FieldName
    label: Text = Field(description="What the band is called in the report.")
    from_: Annotated[Whole, Field(ge=0, le=200)] = Field(alias="from")
    to: Annotated[Whole, Field(ge=0, le=200)] | None = None

    def holds(self, age: int) -> bool:
        """Whether `age`, in whole years, lies in the band."""
        return self.from_ <= age and (self.to is None or age <= self.to)


class MonthDay(Model):
    """A day of every year."""

    month: Annotated[Whole, Field(ge=1, le=12)]
    day: Annotated[Whole, Field(ge=1, le=31)]

    def of(self, year: int) -> date:
        """The day in `year`. Raises ValueError where that year has none."""
        return date(year, self.month, self.day)


class CountingDay(MonthDay):
    """The day of the year on which members, branches and ages are looked at."""

    source: Text = Field(description="Where the day is published, or that the reading is ours.")
    status: Status = "clear"


class KeyFigure(Model):
    """One figure: how many rows, how many different values, or a sum, over the rows that meet `where`."""

    key: FieldName
    label: Text = Field(description="What the figure is called in the report.")
    unit: Text | None = Field(None, description="What is counted, such as timer; left out where the label says it.")
    of: Counted
    aggregate: Literal["count", "distinct", "sum"]
    value: FieldName | None = Field(None, description="With distinct and sum: the value that is counted or added up.")
    where: dict[FieldName, Texts] = Field(default_factory=dict, description="Only rows with one of these values.")
    divided_by: Least | None = Field(None, description="Divide the sum by this, such as minutes by 60.")
    note: Text | None = Field(None, description="How it is counted, in one sentence.")


class SheetColumn(Model):
    """A column of a sheet: a value of its rows or, where rows are groups, a key figure of each group."""

    heading: Text
    value: FieldName
    summed: Flag = Field(default=False, description="Whether a line of totals stands below it.")
    tallied: Flag = Field(
        default=False, description="Whether the signed document says how many rows have each of its values."
    )


class ReportSheet(Model):
    """One table of the report."""

    name: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
    rows: Literal["figures", "counties", "age_bands", "branches", "activities", "findings"]
    kinds: list[FieldName] | None = Field(None, description="With activities: only these kinds.")
    columns: Annotated[list[SheetColumn], Field(min_length=1)]


class ReportRules(Model):
    """The spec of kind ReportRules."""

    label: Label
    counties: Annotated[str, Field(pattern=r"^[a-z0-9_-]+\.[a-z][a-z0-9_]*$")] = Field(
        description="The keyed reference table of counties and its column with their names, such as counties.name."
    )
    members_on: CountingDay
    age_bands: Annotated[list[AgeBand], Field(min_length=1)]
    versions: Annotated[list[RulesVersion], Field(min_length=1)]
    figures: Annotated[list[KeyFigure], Field(min_length=1)]
    sheets: Annotated[list[ReportSheet], Field(min_length=1)]

    def version(self, day: date) -> RulesVersion | None:
        """The version in force on `day`; None before the first."""
        return next((each for each in reversed(self.versions) if each.from_ <= day), None)

    @property
    def county_table(self) -> tuple[str, str]:
        """The name of the reference table of counties, and its column of names."""
        name, _, column = self.counties.partition(".")
        return name, column
