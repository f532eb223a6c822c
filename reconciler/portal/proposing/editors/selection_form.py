"""What an integration exports, as a form: categories on and off, the first day, and conditions. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.portal.proposing.editors.conditions import State
from reconciler.portal.proposing.editors.conditions import applied as conditions_applied
from reconciler.portal.proposing.editors.conditions import shown as conditions_shown
from reconciler.portal.proposing.editors.sheet import entries, mapping
from reconciler.specs.models.category import DataCategory

Categories = Mapping[str, DataCategory]


def since(name: str) -> str:
    """The place of a category's cut-over day."""
    return f"{name}//since"


def shown(spec: Mapping[str, Any], categories: Categories) -> State:
    """What the form shows, by place."""
    found: State = {}
    for name, category in categories.items():
        export = export_of(spec, name)
        found |= conditions_shown(name, category, mapping(export.get("where")))
        found[since(name)] = str(export.get("since") or "")
    return found


def applied(
    spec: Mapping[str, Any], categories: Categories, before: State, after: State, wanted: Collection[str]
) -> dict[str, Any]:
    """The spec in which the `wanted` of `categories` leave; others of its exports stay as they are."""
    exports = [
        _export(each, categories[each["category"]], before, after) if _known(each, categories) else each
        for each in entries(spec.get("exports"))
        if not _known(each, categories) or each["category"] in wanted
    ]
    there = {each.get("category") for each in map(mapping, entries(spec.get("exports")))}
    exports += [
        _export({"category": name}, categories[name], before, after)
        for name in categories if name in wanted and name not in there
    ]  # fmt: skip
    return {**spec, "exports": exports}


def export_of(spec: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The export of a category; empty where it does not leave."""
    return next((each for each in map(mapping, entries(spec.get("exports"))) if each.get("category") == name), {})


def _known(export: Any, categories: Categories) -> bool:
    return mapping(export).get("category") in categories


def _export(export: Mapping[str, Any], category: DataCategory, before: State, after: State) -> dict[str, Any]:
    name, found = export["category"], dict(export)
    if after[since(name)] != before[since(name)]:
        found["since"] = after[since(name)]
    old = mapping(export.get("where"))
    new = conditions_applied(name, category, old, before, after)
    if new != old:
        found = {**found, "where": new} if new else {key: each for key, each in found.items() if key != "where"}
    return found
