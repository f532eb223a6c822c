"""One mapping in the editor: both ends, its rows, previews, tests, difference, history and what it may begin from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.errors import DatabaseDown
from reconciler.mappings.values import EXPORT_FIELDS
from reconciler.portal.fields import English
from reconciler.portal.proposing.editing import findings
from reconciler.portal.proposing.mapping.desk import Desk, opened
from reconciler.portal.proposing.mapping.previews import Preview, previews, real_previews
from reconciler.portal.proposing.mapping.rules import Mistake
from reconciler.portal.proposing.mapping.sheet import Sheet, sheet_of
from reconciler.portal.proposing.mapping.starts import Start, Version, history, started, starts
from reconciler.portal.proposing.mapping.told import Told, of_findings, of_mistakes, of_tests
from reconciler.portal.visiting import Name, Proposes
from reconciler.specs.languages import Language

MOST, FEW = 100, 5
STEPS = (
    "date", "zone", "when_closed", "decimals", "decimal", "thousands", "minor_units", "negate", "lookup", "table",
    "table_at", "text", "truncate", "longer", "pad_length", "pad_with", "true", "false", "default", "check", "reason",
    "rest",
)  # fmt: skip
"""The fields of a row that say what is done to its value; a test holds them equal to those of the page."""
Commit = Annotated[str, Query(pattern="^([0-9a-f]{40}|[0-9a-f]{64})?$")]


class AppField(BaseModel):
    """A field of the app's records."""

    name: str
    label: str
    type: str
    sample: str
    personal: str
    required: bool


class Target(BaseModel):
    """A field of the document."""

    name: str
    label: str
    type: str
    required: bool
    length: int | None
    values: list[str]


class Group(BaseModel):
    """The rules of a line, or those that all lines share. `unmapped` are fields that must be written and are not."""

    at: str
    name: str
    rules: str = Field(description="What the names of its rules' fields begin with.")
    unmapped: list[str]
    free: list[str] = Field(description="Fields that it may write and does not.")


class EditorPage(BaseModel):
    """One mapping in the editor."""

    name: str
    integration: str
    category: str
    category_label: str
    document: str
    document_label: str
    draft: UUID | None
    version: int
    base: str
    spec: dict[str, Any] = Field(description="What the mapping says, as a tree: every scalar is text.")
    sheet: dict[str, Any] = Field(description="The same as fields of the page's form.")
    fields: list[AppField]
    targets: dict[str, Target]
    references: list[str] = Field(description="Columns of the shared dated tables.")
    groups: list[Group]
    told: dict[str, list[Told]] = Field(description="What is wrong, by the name of the field or row of the form.")
    wrong: int
    previews: list[Preview] | None = Field(description="None where mistakes keep it from making documents.")
    read: bool = Field(description="Whether the records that wait could be read.")
    tests: list[list[English]] = Field(description="For every test what fails, in English; nothing where it passes.")
    lines: list[tuple[str, str]] = Field(description="Difference from what is followed now.")
    history: list[Version]
    starts: list[Start]
    changed: bool
    opened: list[str] = Field(description="Rows of the form that show all fields of what is done to the value.")
    opening: str = Field(description="The one of them that somebody has just opened; empty where nobody has.")

    @property
    def steps(self) -> tuple[str, ...]:
        """The fields of what a row does to its value."""
        return STEPS


def mapping_editor(
    visit: Proposes,
    name: Name,
    draft: UUID | None = None,
    begin: Annotated[str, Query(max_length=130)] = "",
    commit: Commit = "",
) -> EditorPage:
    """One mapping in the editor: as a draft has it, as it is followed, or begun from something else."""
    desk = opened(visit, name, draft)
    if begin or commit:
        desk = desk.saying(started(desk, begin, commit))
    return editor(desk)


def editor(
    desk: Desk, sheet: Sheet | None = None, mistakes: list[Mistake] | None = None, opened: Sequence[str] = ()
) -> EditorPage:
    """The page. With mistakes it shows the form as it was posted, and previews what was there before. `opened` are the
    rows that somebody has opened, the newest last; rows with mistakes are open too, as far as there are few.
    """
    language, ends, edited = desk.editing.visit.language, desk.ends, desk.edited
    shown = sheet if sheet is not None else sheet_of(edited.spec)
    targets = {
        name: Target(
            name=name, label=each.label.said(language), type=each.type, required=each.required,
            length=each.max_length, values=list(each.values or []),
        )
        for name, each in (ends.document.fields if ends.document else {}).items()
        if each.mapped
    }  # fmt: skip
    groups = list(_groups(shown, targets))
    found = findings(desk.checked, edited.file)
    told = of_mistakes(mistakes) if mistakes else of_findings(found, shown)
    seen, read = _previews(desk) if mistakes is None else (None, True)
    lines = desk.difference()
    return EditorPage(
        name=edited.name,
        integration=str(edited.spec.get("integration")),
        category=str(edited.spec.get("category")),
        category_label=ends.category.label.said(language) if ends.category else "",
        document=str(edited.spec.get("document")),
        document_label=ends.document.label.said(language) if ends.document else "",
        draft=desk.draft.id if desk.saved else None,
        version=desk.draft.version,
        base=desk.draft.base,
        spec=edited.spec,
        sheet=shown,
        fields=_fields(desk, language),
        targets=targets,
        references=[
            f"{name}.{column}"
            for name, table in desk.checked.specs.catalog.tables.items()
            for column in table.spec.columns
        ],
        groups=groups,
        told=told,
        wrong=len(mistakes or ()) + sum(each.severity == "error" for each in found),
        previews=seen,
        read=read,
        tests=of_tests(found, edited.spec),
        lines=lines[:400],
        history=history(desk),
        starts=starts(desk),
        changed=bool(lines),
        opened=[*opened, *sorted(each for each in told if each not in opened)[:FEW]],
        opening=opened[-1] if opened else "",
    )


def _previews(desk: Desk) -> tuple[list[Preview] | None, bool]:
    """Those of samples and real records, and whether the real ones could be read."""
    compiled, visit = desk.compiled(), desk.editing.visit
    if compiled is None:
        return None, True
    found = previews(compiled, visit.language)
    try:
        return found + real_previews(compiled, visit.language, visit.parts.reading(), visit.organization.name), True
    except DatabaseDown:  # the page is of use without them, and says so
        return found, False


def _fields(desk: Desk, language: Language) -> list[AppField]:
    category = desk.ends.category
    if category is None:
        return []
    own = [
        AppField(
            name=name,
            label=each.label.said(language),
            type=each.type,
            sample=next((str(one[name]) for one in category.samples if one.get(name) is not None), "")[:60],
            personal=each.personal,
            required=each.required,
        )
        for name, each in category.fields.items()
    ]
    reserved = [
        AppField(name=name, label="", type=each.type, sample="", personal="none", required=True)
        for name, each in EXPORT_FIELDS.items()
    ]
    return own + reserved


def _groups(sheet: Sheet, targets: Mapping[str, Target]) -> Iterator[Group]:
    """Where rows are: a field that must be written is missing in a line where neither it nor `shared` writes it."""
    shared = {each.get("to") for each in sheet.get("shared", [])}
    yield Group(
        at="shared", name="", rules="shared", unmapped=[], free=[each for each in targets if each not in shared]
    )
    for at, line in enumerate(sheet.get("lines", [])):
        own = shared | {each.get("to") for each in line.get("fields", [])}
        missing = [name for name, each in targets.items() if each.required and name not in own]
        free = [name for name in targets if name not in own and name not in missing]
        yield Group(
            at=f"lines.{at}", name=str(line.get("name", "")), rules=f"lines.{at}.fields", unmapped=missing, free=free
        )
