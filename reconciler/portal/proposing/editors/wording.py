"""A schedule in words: the sentence in both languages, the next runs, and what to beware of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from reconciler.plans.timing import timing
from reconciler.portal.fields import English
from reconciler.portal.saying import away
from reconciler.portal.visiting import Visit
from reconciler.runs.moments import weekday
from reconciler.schedules.check import check
from reconciler.schedules.describe import describe, describe_note
from reconciler.schedules.expression import ExpressionInvalid
from reconciler.schedules.occurrences import following
from reconciler.schedules.zones import ZoneUnknown
from reconciler.specs.languages import day
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.schedule import SyncSchedule

RUNS = 5
SAID = {"every": "every", "at": "at", "on": "on", "cron": "cron", "zone": "zone", "spread": "spread"}
"""Keys of the spec that a mistake may stand at; what is no key of it is about the whole."""


class Coming(BaseModel):
    """A run to come."""

    at: datetime
    said: str = Field(description="Local, with the day of the week.")
    ahead: str
    note: str = Field(description="What a clock change, or closed days, do to it.")
    frozen: bool


class Remark(BaseModel):
    """What is rarely meant, in the language of the visit."""

    severity: str
    message: str
    hint: str


class ScheduleWords(BaseModel):
    """What a schedule means. `problem`, in English, says what cannot be read."""

    valid: bool
    manual: bool
    problem: English
    place: str = Field(description="The field that the problem is about.")
    nb: str
    en: str
    zone: str
    coming: list[Coming]
    remarks: list[Remark]

    @property
    def told(self) -> bool:
        """Whether the words say what is wrong, or to be known."""
        return bool(self.problem or self.remarks)


def words(visit: Visit, spec: Mapping[str, Any], organization: Organization | None) -> ScheduleWords:
    """What a spec means, whether it can be read or not."""
    if organization is None:
        return _unread("the organisation's own document has mistakes")
    try:
        schedule = SyncSchedule.model_validate(dict(spec))
        found = timing(schedule, organization)
        return _manual() if found is None else _words(visit, (found.expression, found.zone), organization)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        return _unread(first["msg"].removeprefix("Value error, "), SAID.get(key, ""))
    except ExpressionInvalid as error:
        spread = error.message.startswith("spread")
        return _unread(str(error), "spread" if spread else "cron" if spec.get("cron") is not None else "every")
    except ZoneUnknown as error:
        return _unread(str(error), "zone")


def _words(visit: Visit, when: tuple[Any, str], organization: Organization) -> ScheduleWords:
    expression, zone = when
    language = visit.language
    remarks = [
        Remark(severity=each.severity, message=each.message, hint=each.hint)
        for each in check(expression, zone, visit.now, language)
    ]
    coming = [_coming(visit, each, organization) for each in following(expression, zone, visit.now, RUNS)]
    return ScheduleWords(
        valid=all(each.severity != "refused" for each in remarks), manual=False, problem="", place="",
        nb=describe(expression, "nb", zone), en=describe(expression, "en", zone), zone=zone, coming=coming,
        remarks=remarks,
    )  # fmt: skip


def _coming(visit: Visit, each: Any, organization: Organization) -> Coming:
    language = visit.language
    frozen = next((one for one in organization.days_without_syncs if one.holds(each.local.date())), None)
    note = describe_note(each, language) or ""
    if frozen is not None:
        note = f"{day(frozen.from_, language)} – {day(frozen.to, language)}: {frozen.reason}"
    return Coming(
        at=each.at, said=weekday(each.at, str(each.local.tzinfo), language), ahead=away(each.at, visit.now, language),
        note=note, frozen=frozen is not None,
    )  # fmt: skip


def _manual() -> ScheduleWords:
    return ScheduleWords(
        valid=True, manual=True, problem="", place="", nb="kjøres bare når noen ber om det",
        en="runs when somebody asks for it only", zone="", coming=[], remarks=[],
    )  # fmt: skip


def _unread(problem: str, place: str = "") -> ScheduleWords:
    return ScheduleWords(
        valid=False, manual=False, problem=problem, place=place, nb="", en="", zone="", coming=[], remarks=[]
    )
