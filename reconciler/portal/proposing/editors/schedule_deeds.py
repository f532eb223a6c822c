"""What people do with schedules: change one, and make one."""

from pydantic import Field

from reconciler.portal.proposing.editing import written
from reconciler.portal.proposing.editors.schedule_form import ScheduleForm, applied, fresh, shown
from reconciler.portal.proposing.editors.sheet import Posted, finish, given, posted, text_of, unchanged
from reconciler.portal.proposing.editors.sheet import free as free_path
from reconciler.portal.refusals import NotThere
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Proposes
from reconciler.specs.models.integration import Integration


class ScheduleWanted(Posted, ScheduleForm):
    """A schedule as it shall be."""


class NewSchedule(ScheduleWanted):
    """A schedule of an integration that has none."""

    integration: str = Field(pattern=r"^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$")


def change_schedule(visit: Proposes, name: Name, wanted: ScheduleWanted) -> Done:
    """Change a schedule in a draft, and propose it where that is wished."""
    sheet = posted(visit, wanted, "schedule", f"{_title(visit.language)} {name}")
    document = sheet.document("SyncSchedule", name)
    unchanged(wanted, document.content)
    before = shown(document.spec)
    spec = applied(document.spec, before, before.model_copy(update=given(wanted, ScheduleForm)))
    return finish(sheet, {document.file: text_of(document, spec)}, wanted, f"/schedules/{name}/edit")


def create_schedule(visit: Proposes, wanted: NewSchedule) -> Done:
    """Make a schedule in a draft; its name is the integration's."""
    name = wanted.integration
    sheet = posted(visit, wanted, "schedule", f"{_title(visit.language)} {name}")
    if name not in sheet.found.own.names(Integration):
        raise NotThere
    path = free_path(sheet, "SyncSchedule", name)
    form = ScheduleForm().model_copy(update=given(wanted, ScheduleForm))
    text = written(path, "SyncSchedule", name, fresh(name, form))
    return finish(sheet, {path: text}, wanted, f"/schedules/{name}/edit")


def _title(language: str) -> str:
    return "Tidsplan" if language == "nb" else "Schedule"
