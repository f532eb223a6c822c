"""The page of what an integration exports, with what that does to records."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.portal.proposing.editors.conditions import Asked, asked
from reconciler.portal.proposing.editors.counting import Counts, counts
from reconciler.portal.proposing.editors.selection_form import Categories, export_of
from reconciler.portal.proposing.editors.sheet import Ground, Sheet, Told, entries, mapping, opened
from reconciler.portal.visiting import Name, Proposes
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.origin import Path

Spec = dict[str, Any]


class CategoryForm(BaseModel):
    """A category: whether it leaves, from which day on, and which of its records."""

    name: str
    label: str
    on: bool
    since: str
    live: str = Field(description="The cut-over day that is followed now; empty where it does not leave.")
    earlier: bool = Field(description="Whether older records than now would go.")
    cut_over: str = Field(description="What the day is measured on.")
    fields: list[Asked]


class SelectionPage(BaseModel):
    """What an integration exports, as a form."""

    integration: str
    categories: list[CategoryForm]
    unmapped: list[str] = Field(description="Categories that need a mapping before they can leave.")
    ground: Ground
    told: list[Told]
    counted: bool = Field(description="Records of a draft are counted; of what is live where it is asked for.")
    counts: list[Counts] = Field(description="Empty where the draft cannot be used as it is.")
    today: date


def selection_edit(
    visit: Proposes,
    name: Name,
    draft: UUID | None = None,
    *,
    count: Annotated[bool, Query(description="Count the records of what is live too: it reads all of them.")] = False,
) -> SelectionPage:
    """Which records leave through an integration, and how many that are."""
    sheet = opened(visit, draft)
    document = sheet.document("Integration", name)
    categories = categories_of(sheet, name)
    live = sheet.live("Integration", name)
    spec = document.spec
    places = [mapping(each).get("category") for each in entries(spec.get("exports"))]
    return SelectionPage(
        integration=name,
        categories=[_form(sheet, each, (spec, live), categories) for each in categories],
        unmapped=sorted(
            each.spec.label.said(visit.language)
            for key, each in sheet.found.specs.catalog.categories.items()
            if key not in categories and not each.spec.report_only
        ),
        ground=sheet.ground(document.content),
        told=sheet.told(document.file, lambda path: _place(path, places)),
        counted=draft is not None or count,
        counts=counts(sheet, name) if draft is not None or count else [],
        today=visit.now.astimezone(ZoneInfo(visit.zone)).date(),
    )


def categories_of(sheet: Sheet, integration: str) -> Categories:
    """Those that leave through it, and those that could: there is a mapping for them."""
    known = sheet.found.specs.catalog.categories
    mapped = {
        each.spec.category for each in sheet.found.own.of(FieldMapping).values() if each.spec.integration == integration
    }
    spec = sheet.document("Integration", integration).spec
    there = {mapping(each).get("category") for each in entries(spec.get("exports"))}
    live = sheet.live("Integration", integration)
    there |= {mapping(each).get("category") for each in entries(live.get("exports"))}
    return {name: each.spec for name, each in known.items() if name in mapped | there and not each.spec.report_only}


def _form(sheet: Sheet, name: str, specs: tuple[Spec, Spec], categories: Categories) -> CategoryForm:
    spec, live = specs
    language, category = sheet.visit.language, categories[name]
    own, before = export_of(spec, name), export_of(live, name)
    export = own or before  # what is switched off shows what it comes back as
    day, followed = str(export.get("since") or ""), str(before.get("since") or "")
    return CategoryForm(
        name=name,
        label=category.label.said(language),
        on=bool(own),
        since=day,
        live=followed,
        earlier=bool(followed and day and day < followed),
        cut_over=category.fields[category.cut_over].label.said(language),
        fields=asked(name, category, mapping(export.get("where")), language),
    )


def _place(path: Path, places: list[str | None]) -> str:
    """`category/field` for what is about a condition, `category//since` for the day, else the category."""
    if len(path) < 2 or path[0] != "exports" or not isinstance(path[1], int) or path[1] >= len(places):
        return ""
    category = places[path[1]] or ""
    if path[2:3] == ("since",):
        return f"{category}//since"
    return f"{category}/{path[3]}" if path[2:3] == ("where",) and len(path) > 3 else category
