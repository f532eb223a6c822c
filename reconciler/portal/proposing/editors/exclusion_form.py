"""An Exclusion as a form, and the spec that a form means. Pure."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from reconciler.portal.proposing.editors.conditions import State
from reconciler.portal.proposing.editors.conditions import applied as conditions_applied
from reconciler.portal.proposing.editors.sheet import entries, mapping
from reconciler.specs.models.category import DataCategory

What = Literal["records", "ids", "fields", "features"]
WHATS: tuple[What, ...] = ("records", "ids", "fields", "features")


class ExclusionForm(BaseModel):
    """The fields of the form; the conditions of `records` stand beside it."""

    reason: str = Field("", max_length=500)
    until: str = Field("", max_length=20, description="The last day on which it holds; without an end where left out.")
    integration: str = Field("", max_length=63, description="Only this one; every one where left out.")
    ids: str = Field("", max_length=40_000, description="With `ids`: one a line.")
    fields: list[str] = Field(default_factory=list, max_length=200)
    features: list[str] = Field(default_factory=list, max_length=200)


def what_of(spec: Mapping[str, Any]) -> What:
    """What it withholds."""
    return next((each for each in WHATS if spec.get(each) is not None), "records")


def shown(spec: Mapping[str, Any]) -> ExclusionForm:
    """The form as a spec fills it."""
    return ExclusionForm.model_construct(
        reason=_text(spec, "reason"),
        until=_text(spec, "until"),
        integration=_text(spec, "integration"),
        ids="\n".join(map(str, entries(spec.get("ids")))),
        fields=[str(each) for each in entries(spec.get("fields"))],
        features=[str(each) for each in entries(spec.get("features"))],
    )


def applied(spec: Mapping[str, Any], before: ExclusionForm, after: ExclusionForm) -> dict[str, Any]:
    """The spec that says what `after` does, conditions aside; what the form did not change stays as it is written."""
    found = dict(spec)
    for name in ("reason", "until", "integration"):
        old, new = getattr(before, name), " ".join(getattr(after, name).split())
        if new != " ".join(old.split()):
            found.pop(name, None) if not new and name != "reason" else found.update({name: new})
    if "ids" in found and _lines(after.ids) != _lines(before.ids):
        found["ids"] = _lines(after.ids)
    for name in ("fields", "features"):
        old, new = getattr(before, name), getattr(after, name)
        if name in found and set(old) != set(new):
            found[name] = [*(each for each in old if each in new), *(each for each in new if each not in old)]
    return found


def with_records(
    spec: Mapping[str, Any], name: str, category: DataCategory, before: State, after: State
) -> dict[str, Any]:
    """The same with the conditions that the form means."""
    old = mapping(spec.get("records"))
    new = conditions_applied(name, category, old, before, after)
    return {**spec, "records": new} if new != old else dict(spec)


def fresh(what: What, category: str) -> dict[str, Any]:
    """The spec of a new one, nothing withheld yet."""
    found: dict[str, Any] = {"category": category} if what != "features" else {}
    return {**found, what: {} if what == "records" else []}


def listed(values: Collection[str], known: Collection[str]) -> list[str]:
    """The known ones, and those that are written there without being known."""
    return [*known, *(each for each in values if each not in known)]


def _text(spec: Mapping[str, Any], name: str) -> str:
    found = spec.get(name)
    return "" if found is None else str(found)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
