"""SyncSchedule: when an integration's records are sent."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.shared import OneOf
from reconciler.specs.scalars import Duration, Name, Text


class SyncSchedule(OneOf):
    """The spec of kind SyncSchedule: a cron expression, or a preset with its time.

    `every: manual` says aloud what an integration without a SyncSchedule is too: it runs when somebody asks for it.
    """

    integration: Name
    cron: Text | None = Field(None, description="Five fields: minute hour day month weekday.")
    every: Literal["manual", "hourly", "daily", "weekly", "monthly"] | None = Field(
        None, description="A preset; with manual nothing runs by itself."
    )
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = Field(
        None, description="With `every`: the local time, HH:MM."
    )
    on: Text | None = Field(None, description="With `every`: a weekday (mon..sun), or a day of the month (1-28, last).")
    spread: Duration | None = Field(
        None,
        description="A window, such as 30m, that begins at the time given. Organisation and integration choose the "
        "minute inside it, the same one each time, so that not everybody calls the outside system at once.",
    )
    zone: Text | None = Field(None, description="IANA name; the organisation's where left out.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("cron", "every")

    @property
    def manual(self) -> bool:
        """Whether it never runs by itself."""
        return self.every == "manual"
