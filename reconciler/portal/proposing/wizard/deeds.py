"""What people do in the wizard: begin, answer a step, and have the credential tested. Every answer is kept at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from reconciler.engine.trial import try_credential
from reconciler.mappings.suggest import constants
from reconciler.portal.deeds.credentials import Sets, turn
from reconciler.portal.deeds.typed import Setting, fitting, until
from reconciler.portal.deeds.verdicts import said_of
from reconciler.portal.fields import STORABLE
from reconciler.portal.proposing.editors.schedule_form import ScheduleForm
from reconciler.portal.proposing.editors.sheet import opened as sheet_opened
from reconciler.portal.proposing.wizard.begun import at_version, kept
from reconciler.portal.proposing.wizard.composing import suggestion_of
from reconciler.portal.proposing.wizard.desk import Desk, opened
from reconciler.portal.proposing.wizard.fields import telling
from reconciler.portal.proposing.wizard.ready import WAY, trial
from reconciler.portal.proposing.wizard.said import FROM, LINK, VALUE, Answers, Export, Short, Step
from reconciler.portal.refusals import NotAllowed, NotDone, NotThere, Unfit
from reconciler.portal.texts import text
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Proposes, Visit
from reconciler.runs.draft import TITLE
from reconciler.runs.host import one_line
from reconciler.specs.secrets import is_secret

MOST = 200
"""Settings of one link, and fields of one mapping."""
Key = Annotated[str, StringConstraints(max_length=200, pattern=STORABLE)]


class Begin(BaseModel):
    """What is to be set up."""

    type: Short


class Answering(BaseModel):
    """What every form of the wizard brings with it."""

    version: int | None = Field(None, description="The draft's, as it was seen.")
    do: Literal["next", "stay"] = Field("next", description="`next` goes to the next step once this one is done.")


class PlaceWanted(Answering):
    """What the link is called and where it leads. In a form each setting is called `setting.NAME`."""

    name: Short = ""
    environment: Short = ""
    settings: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        return gathered(given, {"setting.": "settings"})


class DataWanted(Answering):
    """What shall leave. In a form the day is called `since.CATEGORY`, the kind of document `document.CATEGORY`."""

    on: list[Short] = Field(default_factory=list, max_length=MOST)
    since: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    document: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    mode: Literal["send", "observe"] = "send"

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        return gathered(given, {"since.": "since", "document.": "document"})


class MappingWanted(Answering):
    """Where what nobody can guess comes from, by `category/line/field`: a field of the record, or a value."""

    source: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)
    value: dict[Key, Short] = Field(default_factory=dict, max_length=MOST)

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        return gathered(given, {"source.": "source", "value.": "value"})


class ScheduleAnswer(Answering, ScheduleForm):
    """When it is sent."""

    @field_validator(*ScheduleForm.model_fields)
    @classmethod
    def _storable(cls, given: str) -> str:
        if "\x00" in given:
            raise ValueError("no text of ours has this character")
        return given


def gathered(given: Any, prefixes: Mapping[str, str]) -> Any:
    """A form has no objects: fields that begin alike are gathered into one."""
    if not isinstance(given, dict):
        return given
    found = dict(given)
    for prefix, name in prefixes.items():
        own = {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}
        found = {key: value for key, value in found.items() if not key.startswith(prefix)}
        if own:
            found[name] = own
    return found


def begin_link(visit: Proposes, wanted: Begin) -> Done:
    """Begin to set up a link: a draft, which can be left and gone on with."""
    sheet = sheet_opened(visit, None)
    known = sheet.found.specs.catalog.types.get(wanted.type)
    if known is None:
        raise NotThere
    title = _title(visit, known.spec.label.said(visit.organization.language), "")
    draft = sheet.editing.begin(LINK.kind, title, Answers(type=wanted.type).model_dump(mode="json"))
    return Done(said="wizard.begun", back=f"/new/{draft.id}/place")


def answer_place(visit: Proposes, draft: UUID, wanted: PlaceWanted) -> Done:
    """Say what the link is called and where it leads. What looks like a secret is kept nowhere."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    known = desk.kind.settings.schema_.get("properties", {})
    settings = {name: value for name, value in wanted.settings.items() if name in known}
    for name, value in {**settings, "name": wanted.name, "environment": wanted.environment}.items():
        if telling(name, value):
            raise Unfit(name, "wizard.unfit.secret", {"field": name})
    answers = desk.answers.saying(name=wanted.name, environment=wanted.environment, settings=settings)
    title = _title(visit, desk.kind.label.said(visit.organization.language), wanted.name)
    return _kept(replace(desk, draft=replace(desk.draft, title=title)), answers, "place", wanted.do)


def try_link(visit: Sets, draft: UUID, wanted: Setting) -> Done:
    """Test a credential where the new link leads, and keep it if the test passes."""
    if not visit.may("propose"):
        raise NotAllowed("propose")
    desk = opened(visit, draft, own=False)
    found = trial(desk)
    if found is None:
        raise NotDone("wizard.unready")
    fitting(wanted.fields_, desk.kind.credentials, visit.language)
    ends = until(wanted.expires_on, visit.zone, visit.now)
    with turn():
        tested = try_credential(visit.parts.world(), found, wanted.fields_, ends)
    values = {"version": tested.version, "verdict": said_of(tested, desk.kind, visit.language)}
    ok = tested.verdict.ok
    return Done(
        ok=ok, said=f"wizard.{'passed' if ok else 'failed'}", values=values, back=f"/new/{draft}/credentials"
    )  # fmt: skip


def answer_data(visit: Proposes, draft: UUID, wanted: DataWanted) -> Done:
    """Say what shall leave, and from which day on."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    exports = [_export(desk, name, wanted) for name in desk.categories if name in wanted.on]
    return _kept(desk, desk.answers.saying(exports=exports, mode=wanted.mode), "data", wanted.do)


def _export(desk: Desk, name: str, wanted: DataWanted) -> Export:
    said = desk.answers.export(name)
    only = next(iter(desk.kind.documents)) if len(desk.kind.documents) == 1 else ""
    document = wanted.document.get(name) or only
    sources = said.sources if said is not None and said.document == document else {}
    return Export(category=name, since=wanted.since.get(name, ""), document=document, sources=sources)


def answer_mapping(visit: Proposes, draft: UUID, wanted: MappingWanted) -> Done:
    """Say where comes what nobody can guess. What is not spoken of stays."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    if any(is_secret(each) for each in wanted.value.values()):
        raise Unfit("value", "wizard.unfit.secret", {"field": "value"})
    exports = [
        each.model_copy(update={"sources": {**each.sources, **_sources(desk, each, wanted)}})
        for each in desk.answers.exports
    ]
    return _kept(desk, desk.answers.saying(exports=exports), "mapping", wanted.do)


def _sources(desk: Desk, said: Export, wanted: MappingWanted) -> dict[str, str]:
    """By `line/field`, of what nobody can guess. A field that was chosen counts; else the value that was written."""
    suggestion, found = suggestion_of(desk, said), {}
    for line, to in constants(suggestion) if suggestion is not None else ():
        place = f"{said.category}/{line}/{to}"
        if place in wanted.source or place in wanted.value:
            value, source = wanted.value.get(place, ""), wanted.source.get(place, "")
            found[f"{line}/{to}"] = f"{FROM}{source}" if source else f"{VALUE}{value}"
    return found


def answer_schedule(visit: Proposes, draft: UUID, wanted: ScheduleAnswer) -> Done:
    """Say when it is sent."""
    desk = opened(visit, draft)
    at_version(desk, wanted.version)
    form = ScheduleForm.model_validate(wanted.model_dump(include=set(ScheduleForm.model_fields)))
    return _kept(desk, desk.answers.saying(schedule=form), "schedule", wanted.do)


def _kept(desk: Desk, answers: Answers, here: Step, do: str) -> Done:
    said = replace(desk, answers=answers.saying(said=[*dict.fromkeys([*answers.said, here])]))
    return kept(WAY, desk, said, here, do)


def _title(visit: Visit, kind: str, name: str) -> str:
    words = text("wizard.draft", visit.organization.language, type=kind)
    return one_line(f"{words} ({name})" if name else words, TITLE)
