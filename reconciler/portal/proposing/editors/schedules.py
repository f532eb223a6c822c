"""Pages of schedules: one that is there, a new one, and what one would mean while it is being written."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.portal.proposing.editors.schedule_form import DAYS, EVERY, WEEKDAYS, ScheduleForm, fresh, shown
from reconciler.portal.proposing.editors.sheet import Ground, Sheet, Told, opened
from reconciler.portal.proposing.editors.wording import ScheduleWords, words
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Name, Proposes
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.organization import Organization
from reconciler.specs.origin import Path

SAID = frozenset({"cron-warning", "cron-never", "cron-invalid"})
"""Findings that stand below the schedule's words too, there in the language of the visit."""


class SchedulePage(BaseModel):
    """A schedule as a form, and what it means."""

    name: str = Field(description="Empty for one that is new.")
    integration: str
    form: ScheduleForm
    words: ScheduleWords
    ground: Ground
    told: list[Told]
    every: list[str]
    weekdays: list[str]
    days: list[str]
    zone: str = Field(description="The organisation's.")
    late_h: int = Field(description="So many hours a run that could not begin is made up for.")


def schedule_edit(visit: Proposes, name: Name, draft: UUID | None = None) -> SchedulePage:
    """One schedule, as it is followed now, or as a draft would have it."""
    sheet = opened(visit, draft)
    document = sheet.document("SyncSchedule", name)
    found = page(sheet, name, shown(document.spec), str(document.spec.get("integration") or ""))
    spoken = words(visit, document.spec, organization_of(sheet))
    return found.model_copy(
        update={
            "words": spoken,
            "ground": sheet.ground(document.content),
            "told": [each for each in sheet.told(document.file, _place) if each.id not in SAID or not spoken.told],
        }
    )


def schedule_new(
    visit: Proposes, integration: Annotated[str, Query(max_length=63)], draft: UUID | None = None
) -> SchedulePage:
    """The form of a schedule for an integration that has none."""
    sheet = opened(visit, draft)
    if integration not in sheet.found.own.names(Integration):
        raise NotThere
    return page(sheet, "", ScheduleForm(), integration)


def schedule_words(
    visit: Proposes, asked: Annotated[ScheduleForm, Query()], integration: str = "", draft: UUID | None = None
) -> ScheduleWords:
    """What a schedule would mean: in words, with its next runs. Nothing is kept."""
    sheet = opened(visit, draft)
    return words(visit, fresh(integration or "any", asked), organization_of(sheet))


def page(sheet: Sheet, name: str, form: ScheduleForm, integration: str) -> SchedulePage:
    """The page of a form."""
    house, organization = sheet.visit.parts.house, organization_of(sheet)
    return SchedulePage(
        name=name, integration=integration, form=form,
        words=words(sheet.visit, fresh(integration, form), organization),
        ground=sheet.ground(), told=[], every=_with(EVERY, form.every), weekdays=_with(WEEKDAYS, form.weekday),
        days=_with(DAYS, form.day), zone=sheet.visit.zone, late_h=house.settings.start_within_s // 3600,
    )  # fmt: skip


def organization_of(sheet: Sheet) -> Organization | None:
    """The organisation's own document, where it can be read."""
    document = sheet.organization
    return document.spec if document is not None else None


def _with(known: tuple[str, ...], value: str) -> list[str]:
    """What is written there can be chosen too, so that a form that is sent back says what it showed."""
    return [*known] if value in known else [*known, value]


def _place(path: Path) -> str:
    return str(path[0]) if path and path[0] in ("cron", "every", "at", "on", "zone", "spread", "integration") else ""
