"""Exclusion: records, fields or app features withheld, each with a reason and an optional end."""

from typing import Annotated

from pydantic import Field

from reconciler.specs.models.shared import OneOf
from reconciler.specs.scalars import Day, FieldName, Name, Reason, Texts


class Exclusion(OneOf):
    """The spec of kind Exclusion. `until` is a local day, the last on which it holds."""

    reason: Reason
    until: Day | None = None
    integration: Name | None = Field(None, description="Only this integration; every one where left out.")
    category: Name | None = Field(None, description="With `records` and `fields`: whose.")
    records: Annotated[dict[FieldName, Texts], Field(min_length=1)] | None = Field(
        None, description="Withheld are the records whose fields have one of these values, all conditions together."
    )
    fields: Annotated[list[FieldName], Field(min_length=1)] | None = Field(None, description="Never mapped.")
    features: Annotated[list[Name], Field(min_length=1)] | None = Field(None, description="Turned off in the app.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("records", "fields", "features")
