"""What has been answered about a new report, as a draft keeps it. Pure."""

from typing import Any, Literal

from pydantic import Field

from reconciler.portal.proposing.wizard.said import Answered, Short, Step
from reconciler.specs.models.report import Source

Scope = Literal["national", "region", "local"]
SCOPES: tuple[Scope, ...] = ("national", "region", "local")
Tree = dict[str, Any]


class ReportAnswers(Answered):
    """Everything about a report."""

    at: Step = "report"
    rules: Short
    start: Short = ""
    """What it was begun from, as `organisation/report`; empty for a suggestion."""
    title: Short = ""
    first_year: Short = ""
    scope: Scope = "national"
    parts: Short = ""
    """The counties of a region, or the local branches, as they were typed."""
    month: Short = ""
    day: Short = ""
    contacts: list[Short] = Field(default_factory=list)
    signed_by: Short = ""
    suppress_below: Short = ""
    categories: dict[Source, str] = Field(default_factory=dict)
    """Those of the report that it was begun from; what is not here is suggested."""
    columns: dict[str, Tree] = Field(default_factory=dict)
    """By `source/value`: where it comes from; what is not here is as suggested, an empty one was taken away."""
    types: dict[str, str] = Field(default_factory=dict)
    """The app's activity types, and the kind of each in the rules."""
    more: Tree = Field(default_factory=dict)
    """What else the report that it was begun from says and nobody is asked about."""
    counted: str = ""
    """What was counted when somebody last looked at it, by its mark."""

    @property
    def listed(self) -> list[str]:
        """The counties or branches."""
        return [each for each in self.parts.replace(",", " ").split() if each]
