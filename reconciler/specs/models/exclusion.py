"""Exclusion: records, fields or app features withheld, each with a reason and an optional end."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from reconciler.specs.models.conditions import Rule
from reconciler.specs.models.shared import OneOf
from reconciler.specs.scalars import Day, FieldName, Name, Reason


class Exclusion(OneOf):
    """The spec of kind Exclusion. `until` is a local day, the last on which it holds."""

    reason: Reason
    until: Day | None = None
    integration: Name | None = Field(None, description="Only this integration; every one where left out.")
    category: Name | None = Field(None, description="With `records`, `ids` and `fields`: whose.")
    records: Rule | None = Field(None, description="Withheld are the records that meet all of these conditions.")
    ids: Annotated[list[UUID], Field(min_length=1)] | None = Field(
        None, description="Withheld are the records with these opaque ids, as the app shows them."
    )
    fields: Annotated[list[FieldName], Field(min_length=1)] | None = Field(None, description="Never mapped.")
    features: Annotated[list[Name], Field(min_length=1)] | None = Field(None, description="Turned off in the app.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("records", "ids", "fields", "features")

    def holds(self, day: date) -> bool:
        """Whether it still holds on `day`, a local day of the organisation."""
        return self.until is None or day <= self.until

    def concerns(self, integration: str) -> bool:
        """Whether it is about the integration of that name."""
        return self.integration in (None, integration)
