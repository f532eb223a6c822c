"""Integration: which outside system, where, with which named credentials, and what it exports."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from reconciler.specs.models.conditions import Where
from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Day, Duration, Name, Text

Environment = Literal["simulator", "sandbox", "production"]


class Credentials(Model):
    """The name of a credential in the installation's store for this organisation. Never a value."""

    name: Name


def _export_where(value: object) -> object:
    return {} if value is None else value


class Export(Model):
    """One category of records that leaves; nothing from before `since`, a local day, ever does."""

    category: Name
    since: Day
    where: Annotated[Where, BeforeValidator(_export_where)] = Field(default_factory=Where)


class Health(Model):
    """When silence becomes a fault."""

    stale_after: Duration = "48h"


class Integration(Model):
    """The spec of kind Integration."""

    type: Name
    environment: Environment
    settings: dict[str, Text] = Field(default_factory=dict)
    credentials: Credentials
    mode: Literal["send", "observe"] = "send"
    exports: Annotated[list[Export], Field(min_length=1)]
    health: Health = Field(default_factory=Health)

    def export(self, category: str) -> Export | None:
        """The export of `category`, where this integration has one."""
        return next((export for export in self.exports if export.category == category), None)

    def since(self, category: str) -> date | None:
        """The cut-over day of `category`."""
        return export.since if (export := self.export(category)) else None
