"""What people do with a selection: say which categories leave, from when on, and which of their records."""

from pydantic import Field

from reconciler.portal.proposing.editors.conditions import posted as conditions_posted
from reconciler.portal.proposing.editors.selection import categories_of
from reconciler.portal.proposing.editors.selection_form import applied, export_of, shown
from reconciler.portal.proposing.editors.sheet import Posted, finish, posted, text_of, unchanged
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Proposes


class Places(Posted):
    """Answers by place: `category/field/question`, and `category//since` for a day."""

    at: list[str] = Field(default_factory=list, max_length=2000, description="The places.")
    value: list[str] = Field(default_factory=list, max_length=2000, description="What stands at each, in their order.")
    chosen: list[str] = Field(
        default_factory=list, max_length=2000, description="Ticked values, each `category/field=value`."
    )


class SelectionWanted(Places):
    """What an integration shall export. What is not spoken of stays as it is."""

    about: list[str] = Field(default_factory=list, max_length=100, description="The categories that are spoken of.")
    on: list[str] = Field(default_factory=list, max_length=100, description="Those of them that leave.")


def change_selection(visit: Proposes, name: Name, wanted: SelectionWanted) -> Done:
    """Change what an integration exports, in a draft."""
    nb = visit.language == "nb"
    sheet = posted(visit, wanted, "selection", f"{'Utvalg for' if nb else 'Selection of'} {name}")
    document = sheet.document("Integration", name)
    unchanged(wanted, document.content)
    categories = categories_of(sheet, name)
    before = shown(document.spec, categories)
    after = conditions_posted(wanted.at, wanted.value, wanted.chosen, before)
    leaving = {each for each in categories if export_of(document.spec, each)}
    leaving = (leaving - set(wanted.about)) | (set(wanted.on) & set(wanted.about) & set(categories))
    spec = applied(document.spec, categories, before, after, leaving)
    return finish(sheet, {document.file: text_of(document, spec)}, wanted, f"/integrations/{name}/selection")
