"""What people do with exclusions: make one, change one, and take one away."""

from typing import Any

from pydantic import Field

from reconciler.portal.proposing.editing import written
from reconciler.portal.proposing.editors.conditions import posted as conditions_posted
from reconciler.portal.proposing.editors.conditions import shown as conditions_shown
from reconciler.portal.proposing.editors.exclusion_form import (
    ExclusionForm,
    What,
    applied,
    fresh,
    shown,
    what_of,
    with_records,
)
from reconciler.portal.proposing.editors.selection_deeds import Places
from reconciler.portal.proposing.editors.sheet import (
    Posted,
    Sheet,
    finish,
    free,
    given,
    mapping,
    posted,
    text_of,
    unchanged,
)
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Proposes, Visit


class ExclusionWanted(Places, ExclusionForm):
    """An exclusion as it shall be. What is not spoken of stays as it is."""


class NewExclusion(ExclusionWanted):
    """A new exclusion."""

    name: str = Field(pattern=r"^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$")
    what: What
    category: str = Field("", max_length=63, description="Whose records or fields; features have none.")


def change_exclusion(visit: Proposes, name: Name, wanted: ExclusionWanted) -> Done:
    """Change an exclusion in a draft."""
    sheet = posted(visit, wanted, "exclusion", _title(visit, name))
    document = sheet.document("Exclusion", name)
    unchanged(wanted, document.content)
    spec = _spec(sheet, document.spec, wanted)
    return finish(sheet, {document.file: text_of(document, spec)}, wanted, f"/exclusions/{name}/edit")


def create_exclusion(visit: Proposes, wanted: NewExclusion) -> Done:
    """Make an exclusion in a draft."""
    sheet = posted(visit, wanted, "exclusion", _title(visit, wanted.name))
    path = free(sheet, "Exclusion", wanted.name)
    spec = _spec(sheet, fresh(wanted.what, wanted.category), wanted)
    text = written(path, "Exclusion", wanted.name, spec)
    return finish(sheet, {path: text}, wanted, f"/exclusions/{wanted.name}/edit")


def remove_exclusion(visit: Proposes, name: Name, wanted: Posted) -> Done:
    """Take an exclusion away, in a draft: what it withheld goes once that is applied."""
    sheet = posted(visit, wanted, "exclusion", _title(visit, name))
    document = sheet.document("Exclusion", name)
    unchanged(wanted, document.content)
    asked = wanted.model_copy(update={"do": "save"}) if wanted.do == "check" else wanted
    return finish(sheet, {document.file: None}, asked, "/exclusions")


def _spec(sheet: Sheet, spec: dict[str, Any], wanted: ExclusionWanted) -> dict[str, Any]:
    before = shown(spec)
    found = applied(spec, before, before.model_copy(update=given(wanted, ExclusionForm)))
    name = str(spec.get("category") or "")
    category = sheet.found.specs.catalog.categories.get(name)
    if what_of(spec) != "records" or category is None:
        return found
    state = conditions_shown(name, category.spec, mapping(spec.get("records")))
    after = conditions_posted(wanted.at, wanted.value, wanted.chosen, state)
    return with_records(found, name, category.spec, state, after)


def _title(visit: Visit, name: str) -> str:
    return f"{'Unntaket' if visit.language == 'nb' else 'Exclusion'} {name}"
