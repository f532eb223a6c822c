"""Report: what one organisation reports every year: by which rules, from which of its records, and until when."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.category import FieldType
from reconciler.specs.models.report_rules import Least, MonthDay
from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.scalars import FieldName, Name, Text, Whole

Source = Literal["members", "branches", "activities", "participants"]
Columns = dict[Source, dict[str, FieldType]]
COLUMNS: Columns = {
    "members": {
        "county": "text", "born_on": "date", "paying": "boolean", "branch": "text", "joined_on": "date",
        "left_on": "date",
    },
    "branches": {
        "name": "text", "number": "text", "organization_number": "text", "county": "text", "municipality": "text",
        "opened_on": "date", "closed_on": "date",
    },
    "activities": {
        "type": "text", "day": "date", "county": "text", "municipality": "text", "place": "text", "branch": "text",
        "peer": "uuid", "approved": "boolean", "participants": "integer", "minutes": "integer", "days": "integer",
        "digital": "boolean", "in_norway": "boolean",
    },
    "participants": {"activity": "uuid", "person": "uuid"},
}  # fmt: skip
"""What is counted needs these values of a record; a report says which field of the app gives each."""
SHOWN = frozenset({"name", "number", "organization_number", "municipality", "place"})
"""Values that stand in the report as the app has them: no field of personal data may give one."""


class ReportCategories(Model):
    """The data categories that are counted."""

    members: Name
    branches: Name
    activities: Name
    participants: Name


class ReportColumn(OneOf):
    """Where a value comes from: a field of the record, through a list of what its values mean; or a constant."""

    field: FieldName | None = Field(None, description="The field of the data category.")
    value: Text | None = Field(None, description="The same for every record, such as true.")
    lookup: dict[Text, Text] | None = Field(None, description="What each value of the field means for the report.")
    other: Text | None = Field(None, description="With `lookup`: what every value means that is not in it.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("field", "value")


class ReportColumns(Model):
    """By what is counted: its values, and where each comes from. What is left out is the field of the same name."""

    members: dict[FieldName, ReportColumn] = Field(default_factory=dict)
    branches: dict[FieldName, ReportColumn] = Field(default_factory=dict)
    activities: dict[FieldName, ReportColumn] = Field(default_factory=dict)
    participants: dict[FieldName, ReportColumn] = Field(default_factory=dict)


class ReportTexts(Model):
    """What stands around the figures in the document that is signed."""

    introduction: Text | None = None
    declaration: Text | None = None
    signed_by: Text | None = Field(None, description="Who signs, by office and never by name.")


class Report(Model):
    """The spec of kind Report."""

    title: Text
    rules: Name
    first_year: Annotated[Whole, Field(ge=2000, le=2200)] = Field(
        description="The first year that is reported; after each year's end, that year is due."
    )
    scope: Literal["local", "region", "national"] = "national"
    counties: Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="With `scope: region`: the codes of its counties."
    )
    branches: Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="With `scope: local`: the numbers of its local branches."
    )
    categories: ReportCategories
    columns: ReportColumns = Field(default_factory=ReportColumns)
    activity_types: Annotated[dict[Text, FieldName], Field(min_length=1)] = Field(
        description="What each of the organisation's own activity types is, among the kinds of the rules."
    )
    suppress_below: Annotated[Whole, Field(ge=2, le=100)] | None = Field(
        None, description="Numbers of people below this are not shown in tables."
    )
    deadline: MonthDay = Field(description="The last day for handing it over, in the year after the one that it is on.")
    remind_days: list[Least] = Field(
        default_factory=lambda: [60, 30, 7], description="How many days before the deadline somebody is reminded."
    )
    contacts: Annotated[list[Text], Field(min_length=1)] = Field(
        description="Who is reminded, by their accounts in the Organization document."
    )
    texts: ReportTexts = Field(default_factory=ReportTexts)

    def due(self, year: int) -> date:
        """The last day on which the report on `year` may be handed over."""
        return self.deadline.of(year + 1)

    def column(self, source: Source, name: str) -> ReportColumn:
        """Where the value `name` comes from."""
        given: dict[str, ReportColumn] = getattr(self.columns, source)
        return given.get(name) or ReportColumn(field=name)

    def category(self, source: Source) -> str:
        """The data category that `source` is read from."""
        return str(getattr(self.categories, source))
