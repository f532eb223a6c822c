"""What the later steps show: how records become documents, when they are sent, and everything together."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.mappings.suggest import Suggested, fitting
from reconciler.portal.proposing.editors.schedule_form import ScheduleForm, fresh
from reconciler.portal.proposing.editors.schedules import SchedulePage, organization_of, page
from reconciler.portal.proposing.editors.sheet import Sheet
from reconciler.portal.proposing.editors.wording import ScheduleWords, words
from reconciler.portal.proposing.wizard.begun import by_hand
from reconciler.portal.proposing.wizard.composing import mapping_name, suggestion_of
from reconciler.portal.proposing.wizard.desk import Desk, opened
from reconciler.portal.proposing.wizard.frame import Frame, Wrong, frame, told
from reconciler.portal.proposing.wizard.ready import done, passed, wrong
from reconciler.portal.proposing.wizard.said import FROM, VALUE, Export, Step
from reconciler.portal.visiting import Proposes
from reconciler.specs.write import flow


class Source(BaseModel):
    """A field of the record."""

    field: str
    label: str


class RuleRow(BaseModel):
    """A field of the document, and what is suggested for it. `place` is its place in the form; empty where it is sure
    or guessed, and nobody has to say anything.
    """

    line: str = Field(description="Empty for what all lines share.")
    target: str
    label: str
    rule: str
    guessed: bool
    place: str
    type: str
    length: int | None
    source: str
    value: str
    sources: list[Source]
    missing: bool


class MappingPart(BaseModel):
    """One category on its way."""

    category: str
    label: str
    document: str
    mapping: str
    exists: bool = Field(description="Whether the draft holds the mapping already.")
    by_hand: bool = Field(description="Whether it was changed in the editor: then it is not suggested anew.")
    rows: list[RuleRow]
    told: list[Wrong]
    answered: bool = Field(description="Whether the form was sent before.")


class MappingStep(BaseModel):
    """How the records become documents."""

    frame: Frame
    parts: list[MappingPart]


class ScheduleStep(BaseModel):
    """When it is sent."""

    frame: Frame
    schedule: SchedulePage
    told: list[Wrong]


class FileText(BaseModel):
    """A file of the draft."""

    path: str
    text: str


class SummaryPage(BaseModel):
    """Everything together, before it is looked through and proposed."""

    frame: Frame
    files: list[FileText]
    told: list[Wrong]
    tested: bool
    reaches: str
    missing: list[Step]
    categories: list[str]
    mode: str
    schedule: ScheduleWords | None


def new_mapping(visit: Proposes, draft: UUID) -> MappingStep:
    """The fourth step: the suggested mapping, and what only people know."""
    desk = opened(visit, draft)
    return MappingStep(frame=frame(desk, "mapping"), parts=[_part(desk, each) for each in desk.answers.exports])


def _part(desk: Desk, said: Export) -> MappingPart:
    language, name = desk.visit.language, mapping_name(desk.answers, said.category)
    path, category = desk.path("mappings", name), desk.categories.get(said.category)
    document = desk.kind.documents.get(said.document)
    return MappingPart(
        category=said.category,
        label=category.label.said(language) if category else said.category,
        document=document.label.said(language) if document else said.document,
        mapping=name,
        exists=path in desk.draft.files,
        by_hand=by_hand(desk, path),
        rows=list(_rows(desk, said)),
        told=told(wrong(desk, path)),
        answered="mapping" in desk.answers.said,
    )


def _rows(desk: Desk, said: Export) -> Iterator[RuleRow]:
    found = suggestion_of(desk, said)
    for line, rules in ({"": found.shared, **found.lines} if found is not None else {}).items():
        for each in rules:
            yield _row(desk, said, line, each)


def _row(desk: Desk, said: Export, line: str, each: Suggested) -> RuleRow:
    language = desk.visit.language
    category, target = desk.categories[said.category], desk.kind.documents[said.document].fields[each.to]
    place = f"{said.category}/{line}/{each.to}" if each.rule is None else ""
    source = said.sources.get(f"{line}/{each.to}", "")
    names = fitting(target, category) if place else []
    return RuleRow(
        line=line,
        target=each.to,
        label=target.label.said(language),
        rule=_said(desk, said, each),
        guessed=bool(each.why),
        place=place,
        type=target.type,
        length=target.max_length,
        source=source.removeprefix(FROM) if source.startswith(FROM) else "",
        value=source.removeprefix(VALUE) if source.startswith(VALUE) else "",
        sources=[Source(field=name, label=category.fields[name].label.said(language)) for name in names],
        missing=bool(place) and source in ("", VALUE, FROM),
    )


def _said(desk: Desk, said: Export, each: Suggested) -> str:
    """What is suggested, in a few words: the field that it comes from, by its label."""
    rule: Mapping[str, object] = each.rule or {}
    source = str(rule.get("from", ""))
    field = desk.categories[said.category].fields.get(source)
    if field is None:
        return source or flow(dict(each.rule)) if each.rule else ""
    return f"{'− ' if rule.get('negate') else ''}{field.label.said(desk.visit.language)}"


def new_schedule(visit: Proposes, draft: UUID) -> ScheduleStep:
    """The fifth step: when it is sent, in words and with the next runs."""
    desk = opened(visit, draft)
    sheet = Sheet(desk.editing, desk.draft, desk.found)
    form = desk.answers.schedule or ScheduleForm()
    made = page(sheet, "", form, desk.answers.name)
    file = desk.path("schedules", desk.answers.name)
    return ScheduleStep(frame=frame(desk, "schedule"), schedule=made, told=told(wrong(desk, file)))


def new_summary(visit: Proposes, draft: UUID) -> SummaryPage:
    """The last step: the files, what is wrong or missing, and the way to review and proposal."""
    desk = opened(visit, draft)
    answers, held, found = desk.answers, passed(desk), done(desk)
    sheet = Sheet(desk.editing, desk.draft, desk.found)
    return SummaryPage(
        frame=frame(desk, "summary"),
        files=[FileText(path=path, text=text or "") for path, text in sorted(desk.draft.files.items())],
        told=told(wrong(desk)),
        tested=held is not None,
        reaches=held.reaches if held else "",
        missing=[step for step, ready in found.items() if not ready and step != "summary"],
        categories=[
            desk.categories[each.category].label.said(visit.language)
            for each in answers.exports
            if each.category in desk.categories
        ],
        mode=answers.mode,
        schedule=words(visit, fresh(answers.name, answers.schedule), organization_of(sheet))
        if answers.schedule is not None
        else None,
    )
