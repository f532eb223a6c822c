"""SyncSchedule: when an integration's records are sent."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.shared import OneOf
from reconciler.specs.scalars import Name, Text


class SyncSchedule(OneOf):
    """The spec of kind SyncSchedule: a cron expression, or a preset with its time."""

    integration: Name
    cron: Text | None = Field(None, description="Five fields: minute hour day month weekday.")
    every: Literal["hourly", "daily", "weekly", "monthly"] | None = None
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = Field(
        None, description="With `every`: the local time, HH:MM."
    )
    on: Text | None = Field(None, description="With `every`: a weekday (mon..sun), or a day of the month (1-28, last).")
    zone: Text | None = Field(None, description="IANA name; the organisation's where left out.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("cron", "every")
