"""Pages of exclusions: the list, one that is there, and a new one."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.portal.proposing.editing import NIL
from reconciler.portal.proposing.editors.conditions import Asked, asked
from reconciler.portal.proposing.editors.counting import Counts, counts
from reconciler.portal.proposing.editors.exclusion_form import (
    WHATS,
    ExclusionForm,
    What,
    fresh,
    listed,
    shown,
    what_of,
)
from reconciler.portal.proposing.editors.sheet import Ground, Sheet, Told, mapping, opened
from reconciler.portal.visiting import Name, Proposes, Sees
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.origin import Path


class ExclusionRow(BaseModel):
    """An exclusion in the list."""

    name: str
    what: What
    category: str
    integration: str = Field(description="Empty where it is about every one.")
    about: list[str] = Field(description="What is withheld, in short.")
    flags: list[str] = Field(description="Feature flags that the app finds off, by the names that it knows them by.")
    reason: str
    until: date | None
    ended: bool


class Exclusions(BaseModel):
    """All exclusions of the organisation, those that ended last."""

    exclusions: list[ExclusionRow]
    broken: list[str] = Field(description="Names of those that cannot be read.")


class Option(BaseModel):
    """Something to tick, or to choose."""

    value: str
    label: str
    chosen: bool
    more: str = ""


class ExclusionPage(BaseModel):
    """An exclusion as a form."""

    name: str = Field(description="Empty for one that is new.")
    what: What
    whats: list[What]
    category: str
    label: str = Field(description="The category's, for people.")
    categories: list[Option]
    integrations: list[str]
    form: ExclusionForm
    conditions: list[Asked]
    fields: list[Option]
    features: list[Option]
    ground: Ground
    told: list[Told]
    counts: list[Counts]


def exclusions(visit: Sees) -> Exclusions:
    """What is withheld, why, and until when."""
    sheet = opened(visit, None)
    today = visit.now.astimezone(ZoneInfo(visit.zone)).date()
    rows = [_row(sheet, name, each.spec, today) for name, each in sheet.found.own.of(Exclusion).items()]
    broken = sorted(name for kind, name in sheet.found.own.broken if kind == "Exclusion")
    return Exclusions(exclusions=sorted(rows, key=lambda each: (each.ended, each.name)), broken=broken)


def exclusion_edit(visit: Proposes, name: Name, draft: UUID | None = None) -> ExclusionPage:
    """One exclusion, as it is followed now, or as a draft would have it."""
    sheet = opened(visit, draft)
    document = sheet.document("Exclusion", name)
    found = _page(sheet, name, document.spec)
    return found.model_copy(
        update={
            "ground": sheet.ground(document.content),
            "told": sheet.told(document.file, lambda path: _place(path, found.category)),
        }
    )


def exclusion_new(
    visit: Proposes,
    what: What = "records",
    category: Annotated[str, Query(max_length=63)] = "",
    draft: UUID | None = None,
) -> ExclusionPage:
    """The form of a new exclusion: what is withheld and of which category is said first."""
    sheet = opened(visit, draft)
    known = _categories(sheet)
    chosen = category if category in known else next(iter(known), "")
    return _page(sheet, "", fresh(what, chosen))


def _page(sheet: Sheet, name: str, spec: dict[str, Any]) -> ExclusionPage:
    what, form = what_of(spec), shown(spec)
    category = str(spec.get("category") or "") if what != "features" else ""
    known, language = _categories(sheet), sheet.visit.language
    typed = sheet.found.specs.catalog.categories.get(category)
    rule = mapping(spec.get("records"))
    return ExclusionPage(
        name=name,
        what=what,
        whats=list(WHATS),
        category=category,
        label=typed.spec.label.said(language) if typed else category,
        categories=[Option(value=key, label=each, chosen=key == category) for key, each in known.items()],
        integrations=listed([form.integration] if form.integration else [], sorted(sheet.found.own.names(Integration))),
        form=form,
        conditions=asked(category, typed.spec, rule, language) if typed and what == "records" else [],
        fields=_fields(sheet, category, form) if what == "fields" else [],
        features=_features(sheet, form) if what == "features" else [],
        ground=sheet.ground(),
        told=[],
        # What is live is not counted at every look: that reads all records.
        counts=counts(sheet, form.integration, category) if category and sheet.draft.id != NIL else [],
    )


def _categories(sheet: Sheet) -> dict[str, str]:
    """Names and labels of those that may leave."""
    language = sheet.visit.language
    every = sheet.found.specs.catalog.categories.items()
    return {name: each.spec.label.said(language) for name, each in sorted(every) if not each.spec.report_only}


def _fields(sheet: Sheet, category: str, form: ExclusionForm) -> list[Option]:
    typed, language = sheet.found.specs.catalog.categories.get(category), sheet.visit.language
    known = {name: each.label.said(language) for name, each in typed.spec.fields.items()} if typed else {}
    every = listed(form.fields, known)
    return [Option(value=name, label=known.get(name, name), chosen=name in form.fields) for name in every]


def _features(sheet: Sheet, form: ExclusionForm) -> list[Option]:
    language = sheet.visit.language
    known = {
        name: (each.label.said(language), each.description.said(language) if each.description else "")
        for catalog in sheet.found.specs.catalog.features.values()
        for name, each in catalog.spec.features.items()
    }
    return [
        Option(value=name, label=known.get(name, (name, ""))[0], chosen=name in form.features,
               more=known.get(name, ("", ""))[1])
        for name in listed(form.features, known)
    ]  # fmt: skip


def _row(sheet: Sheet, name: str, spec: Exclusion, today: date) -> ExclusionRow:
    catalog, language = sheet.found.specs.catalog, sheet.visit.language
    category = catalog.categories.get(spec.category or "")
    what = next(each for each in WHATS if getattr(spec, each) is not None)
    return ExclusionRow(
        name=name, what=what, category=category.spec.label.said(language) if category else spec.category or "",
        integration=spec.integration or "", about=_about(sheet, spec, what), flags=sorted(spec.features or ()),
        reason=spec.reason, until=spec.until, ended=not spec.holds(today),
    )  # fmt: skip


def _about(sheet: Sheet, spec: Exclusion, what: What) -> list[str]:
    """Labels where there are some. Ids are counted by whoever reads the list, and not shown."""
    form = shown(spec.plain())
    category = sheet.found.specs.catalog.categories.get(spec.category or "")
    match what:
        case "features":
            return [each.label for each in _features(sheet, form) if each.chosen]
        case "fields":
            return [each.label for each in _fields(sheet, spec.category or "", form) if each.chosen]
        case "records" if category and spec.records:
            rule = asked("", category.spec, spec.records.plain(), sheet.visit.language)
            return [_condition(each) for each in rule if each.set]
    return [str(len(spec.ids or []))]


def _condition(each: Asked) -> str:
    values = [one.value for one in each.choices if one.chosen] or each.words.split("\n")
    said = [("≠ " if each.mode == "not" else "") + ", ".join(values)] if any(values) else []
    said += [each.mode] if each.kind == "flag" and each.mode else []
    said += [f"{each.low}–{each.high}"] if each.low or each.high else []
    said += [each.other] if each.other else []
    return f"{each.label}: {' '.join(said)}" if said else each.label


def _place(path: Path, category: str) -> str:
    if path[:1] == ("records",) and len(path) > 1:
        return f"{category}/{path[1]}"
    return str(path[0]) if path else ""
