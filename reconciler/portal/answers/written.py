"""Where the configuration of an integration stands in git: file and line of everything that makes it what it is."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.plans.resource import Resource
    from reconciler.wiring.reading import Reading


class Sending(BaseModel):
    """One category that is sent, by which mapping."""

    category: str
    title: str
    since: date = Field(description="Nothing from before this local day is ever sent.")
    origin: str
    mapping: str
    mapping_origin: str


class Excluding(BaseModel):
    """A rule by which records or fields are held back."""

    name: str
    reason: str
    until: date | None
    origin: str


class Written(BaseModel):
    """Origins are `file:line:column`, at the revision of the integration."""

    origin: str
    schedule_origin: str = Field(description="Empty where it runs by hand only.")
    exports: list[Sending]
    exclusions: list[Excluding]


def titles(pinned: "Pinned", language: str) -> dict[str, str]:
    """What the categories of an integration are called."""
    labels = {each.stream.category: each.category.label for each in pinned.exports}
    return {name: label.nb if language == "nb" else label.en for name, label in labels.items()}


def written(reading: "Reading", pinned: "Pinned", schedule: str, language: str) -> Written:
    """Everything of an applied integration by name, with its file. `schedule` is the name of its schedule, if any."""
    applied, exclusions = reading.applied.documents(pinned.organization_id, pinned.name)
    return Written(
        origin=applied.origin(),
        schedule_origin=reading.overview.schedule_origin(pinned.organization_id, schedule) if schedule else "",
        exports=_exports(applied, pinned, language),
        exclusions=[_excluding(each) for each in _concerning(exclusions, pinned.name)],
    )


def _exports(applied: "Resource", pinned: "Pinned", language: str) -> list[Sending]:
    called = titles(pinned, language)
    return [
        Sending(
            category=each.stream.category,
            title=called[each.stream.category],
            since=each.since,
            origin=applied.origin(f"exports[{place}]"),
            mapping=each.resource.name,
            mapping_origin=each.resource.origin(),
        )
        for place, each in enumerate(pinned.exports)
    ]


def _concerning(exclusions: "Sequence[Resource]", integration: str) -> "list[Resource]":
    """Features are switched off in the app and hold no record back."""
    return [
        each
        for each in exclusions
        if each.body.get("integration") in (None, integration) and not each.body.get("features")
    ]


def _excluding(found: "Resource") -> Excluding:
    return Excluding(
        name=found.name, reason=found.body["reason"], until=found.body.get("until"), origin=found.origin()
    )  # fmt: skip
