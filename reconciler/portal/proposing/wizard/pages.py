"""What may be set up; and what the steps of a new link show: where it leads, its credential, and what shall leave."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.answers.credentials import FieldRow, Lock, asked, locked
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.editors.sheet import opened as sheet_opened
from reconciler.portal.proposing.wizard.desk import Desk, opened
from reconciler.portal.proposing.wizard.fields import SettingField, setting_fields
from reconciler.portal.proposing.wizard.frame import Frame, Wrong, frame, told
from reconciler.portal.proposing.wizard.ready import allowed, data_problems, data_wrong, passed, place_problems
from reconciler.portal.proposing.wizard.said import resume_of
from reconciler.portal.texts import TEXTS, text
from reconciler.portal.visiting import Proposes
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.report import Report
from reconciler.specs.models.report_rules import ReportRules


class Unfinished(BaseModel):
    """A link or a report that somebody has begun to set up."""

    title: str
    account: str
    changed_at: datetime
    mine: bool
    path: str = Field(description="Where to go on, below the organisation.")


class TypeChoice(BaseModel):
    """What may be set up, and what the organisation has of it."""

    type: str
    title: str
    environments: list[str]
    credential: list[str] = Field(description="What the fields of its credential are called.")
    integrations: list[str]


class ReportChoice(BaseModel):
    """A yearly report that may be set up, by the rules that it is counted by; and what the organisation has of it."""

    rules: str
    title: str
    versions: list[str]
    reports: list[str]


class NewLink(BaseModel):
    """Every type of link and of yearly report, and the ones that were begun and not proposed."""

    available: bool = Field(description="Whether the installation names a repository that it could be proposed to.")
    types: list[TypeChoice]
    reports: list[ReportChoice]
    unfinished: list[Unfinished]


class Place(BaseModel):
    """An environment of the type."""

    name: Literal["simulator", "sandbox", "production"]
    address: str = Field(description="Where it is, where that is the same for every customer.")
    setting: str = Field(description="The setting that holds the address, where each customer has one.")
    allowed: bool = Field(description="Whether this installation may go there.")


class PlacePage(BaseModel):
    """What the link is called and where it leads."""

    frame: Frame
    name: str
    environment: str
    environments: list[Place]
    settings: list[SettingField]
    problems: dict[str, str] = Field(description="What is wrong, as keys by field.")
    answered: bool = Field(description="Whether the form was sent before: then what is missing is wrong.")


class Held(BaseModel):
    """The credential that passed its test where the link leads."""

    version: int
    hint: str
    tested_at: datetime | None
    created_by: str
    reaches: str
    place: str


class CredentialStep(BaseModel):
    """The credential of the new link."""

    frame: Frame
    locked: Lock = Field(description="Why it cannot be set here: no right, or a portal without secrets.")
    ready: bool = Field(description="Whether it is known where the credential is to be tested.")
    fields: list[FieldRow]
    held: Held | None
    whereabouts: dict[str, str] = Field(description="The settings that say where documents end up.")


class CategoryChoice(BaseModel):
    """A category that may leave."""

    name: str
    label: str
    on: bool
    since: str
    document: str
    selected: str = Field(description="The status that a record has to have; empty where there is none.")
    problem: str


class DataPage(BaseModel):
    """What shall leave, and from which day on."""

    frame: Frame
    mode: str
    categories: list[CategoryChoice]
    documents: dict[str, str] = Field(description="What a record can become, with its label.")
    problem: str
    told: list[Wrong]


def new_link(visit: Proposes) -> NewLink:
    """What can be set up, and what was begun."""
    if visit.parts.house.settings.repository is None:
        return NewLink(available=False, types=[], reports=[], unfinished=[])
    sheet = sheet_opened(visit, None)
    own = sheet.found.own.of(Integration)
    types = [
        TypeChoice(
            type=name, title=each.spec.label.said(visit.language), environments=list(each.spec.environments),
            credential=[one.said(visit.language) for one in each.spec.credentials.values()],
            integrations=sorted(one for one, found in own.items() if found.spec.type == name),
        )
        for name, each in sheet.found.specs.catalog.types.items()
    ]  # fmt: skip
    return NewLink(
        available=True, types=sorted(types, key=lambda each: each.title.casefold()),
        reports=_reports(visit, sheet.found), unfinished=unfinished(sheet.editing),
    )  # fmt: skip


def _reports(visit: Proposes, found: Checked) -> list[ReportChoice]:
    own = found.own.of(Report)
    return [
        ReportChoice(
            rules=name,
            title=each.spec.label.said(visit.language),
            versions=[one.name for one in each.spec.versions],
            reports=sorted(one for one, report in own.items() if report.spec.rules == name),
        )
        for name, each in sorted(found.specs.catalog.of(ReportRules).items())
    ]


def unfinished(editing: Editing) -> list[Unfinished]:
    """The newest drafts of the wizard that are still open."""
    account = editing.visit.account
    return [
        Unfinished(title=each.title, account=each.account, changed_at=each.changed_at, mine=each.account == account,
                   path=path)
        for each in editing.drafts.drafts(("open",)) if (path := resume_of(each))
    ]  # fmt: skip


def new_place(visit: Proposes, draft: UUID) -> PlacePage:
    """The first step: a name, an environment, and the settings of the type."""
    desk = opened(visit, draft)
    answers, kind, may = desk.answers, desk.kind, allowed(desk)
    return PlacePage(
        frame=frame(desk, "place"),
        name=answers.name,
        environment=answers.environment,
        environments=[
            Place(name=name, address=each.url or "", setting=each.setting or "", allowed=name in may)
            for name, each in kind.environments.items()
        ],
        settings=[_named(visit, each) for each in setting_fields(kind, answers.environment, answers.settings)],
        problems=place_problems(desk),
        answered="place" in answers.said,
    )


def _named(visit: Proposes, field: SettingField) -> SettingField:
    """In the language of the visit, where its name is one that we have words for."""
    key = f"setting.{field.name}"
    if key not in TEXTS:
        return field.model_copy(update={"title": field.title or field.name, "english": bool(field.about)})
    return field.model_copy(update={"title": text(key, visit.language), "about": text(f"{key}.hint", visit.language)})


def new_credential(visit: Proposes, draft: UUID) -> CredentialStep:
    """The second step: the credential, tested where the link leads. Whoever may set credentials may take it."""
    desk = opened(visit, draft, own=False)
    held = passed(desk)
    return CredentialStep(
        frame=frame(desk, "credentials"),
        locked=locked(visit),
        ready=not place_problems(desk),
        fields=asked(visit, desk.kind),
        held=Held(**_held(held)) if held is not None else None,
        whereabouts={name: desk.answers.settings.get(name, "") for name in desk.kind.settings.identity},
    )


def _held(found: Any) -> dict[str, Any]:
    names = ("version", "hint", "tested_at", "created_by", "reaches")
    return {name: getattr(found, name) for name in names} | {"place": str(found.place)}


def new_data(visit: Proposes, draft: UUID) -> DataPage:
    """The third step: which records leave, as what, and from which day on."""
    desk = opened(visit, draft)
    problems = data_problems(desk) if "data" in desk.answers.said else {}
    documents = {name: each.label.said(visit.language) for name, each in desk.kind.documents.items()}
    return DataPage(
        frame=frame(desk, "data"),
        mode=desk.answers.mode,
        categories=[_category(desk, name, problems.get(name, "")) for name in desk.categories],
        documents=documents,
        problem=problems.get("", ""),
        told=told(data_wrong(desk)),
    )


def _category(desk: Desk, name: str, problem: str) -> CategoryChoice:
    said, category = desk.answers.export(name), desk.categories[name]
    status = category.fields.get("status")
    return CategoryChoice(
        name=name,
        label=category.label.said(desk.visit.language),
        on=said is not None,
        since=said.since if said else desk.visit.today.isoformat(),
        document=said.document if said else "",
        selected="approved" if status is not None and "approved" in (status.values or []) else "",
        problem=problem,
    )
