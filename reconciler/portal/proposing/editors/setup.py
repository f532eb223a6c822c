"""What can be changed, and where: the integrations with their schedules in words, and the way to each editor."""

from pydantic import BaseModel, Field

from reconciler.portal.proposing.editors.schedules import organization_of
from reconciler.portal.proposing.editors.sheet import Sheet, opened
from reconciler.portal.proposing.editors.wording import words
from reconciler.portal.visiting import Sees
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.schedule import SyncSchedule


class ScheduleRow(BaseModel):
    """A schedule of an integration."""

    name: str
    when: str = Field(description="In the language of the visit; empty where it cannot be read.")
    next: str


class SetupRow(BaseModel):
    """An integration, and when it runs."""

    name: str
    schedules: list[ScheduleRow] = Field(description="Empty where it runs by hand only.")
    categories: int = Field(description="How many leave.")


class Setup(BaseModel):
    """The configuration that is followed."""

    integrations: list[SetupRow]


def setup(visit: Sees) -> Setup:
    """Where each part of the configuration is changed."""
    sheet = opened(visit, None)
    every = sorted(sheet.found.own.of(Integration).items())
    return Setup(
        integrations=[
            SetupRow(name=name, schedules=_schedules(sheet, name), categories=len(each.spec.exports))
            for name, each in every
        ]
    )


def _schedules(sheet: Sheet, integration: str) -> list[ScheduleRow]:
    own = sorted(sheet.found.own.of(SyncSchedule).items())
    return [_row(sheet, name) for name, each in own if each.spec.integration == integration]


def _row(sheet: Sheet, name: str) -> ScheduleRow:
    spoken = words(sheet.visit, sheet.document("SyncSchedule", name).spec, organization_of(sheet))
    when = spoken.nb if sheet.visit.language == "nb" else spoken.en
    return ScheduleRow(name=name, when=when, next=spoken.coming[0].said if spoken.coming else "")
