"""Each change of configuration as phrases that an admin reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reconciler.plans.change import Change, Create, Delete, Difference, Retarget, Update, differences, resource_of
from reconciler.plans.resource import Approved, Resource
from reconciler.plans.review.mapping_words import mapping_words, moved
from reconciler.plans.review.side import Side
from reconciler.plans.review.words import Code, Words
from reconciler.schedules.describe import describe
from reconciler.schedules.expression import parse
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.sentences import both, say

NOUNS: Mapping[str, str] = {
    "Organization": "organisation",
    "Integration": "integration",
    "FieldMapping": "mapping",
    "SyncSchedule": "schedule",
    "Exclusion": "exclusion",
    "Report": "report",
    "Feature": "app feature",
    "Approval": "approval",
}
VERBS: Mapping[type[Change], str] = {
    Create: "new", Update: "changed", Retarget: "sends elsewhere", Delete: "removed"
}  # fmt: skip
OURS = ("definitions", "identity", "family")


@dataclass(frozen=True, slots=True)
class Said:
    """One change: what it is about, what is done, the single differences, and where the document stands."""

    kind: str
    name: str
    action: str
    words: tuple[Words, ...]
    origin: str
    was: str = ""
    """Its name before, where it was renamed."""

    @property
    def title(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def noun(self) -> str:
        """The kind, as people call it."""
        return NOUNS.get(self.kind, self.kind)

    @property
    def about(self) -> Words:
        """`mapping accounts-mileage-claims changed`"""
        renamed = (", renamed from ", Code(self.was)) if self.was else ()
        return (say("{noun} ", noun=self.noun), Code(self.name), say(" {action}", action=self.action), *renamed)


def said(change: Change, before: Side | None, after: Side) -> Said:
    """One change in words."""
    resource = resource_of(change)
    was = change.before.name if isinstance(change, Update | Retarget) and change.before.name != resource.name else ""
    words = tuple(_words(change, before, after))
    return Said(resource.kind, resource.name, VERBS[type(change)], words, resource.origin(), was)


def allowance(found: Approved) -> Said:
    """An Approval document that comes: it lets through what was refused before, too."""
    words = ("lets through what the guard ", Code(found.rule), " refuses of ", Code(found.object))
    until = say(" until {expires}, also what was merged before", expires=found.expires)
    return Said("Approval", f"{found.rule} of {found.object}", "new", ((*words, until),), "")


def _words(change: Change, before: Side | None, after: Side) -> Iterator[Words]:
    if isinstance(change, Create | Delete):
        yield from _gist(resource_of(change))
        return
    match change.after.kind:
        case "FieldMapping" if before is not None:
            yield from _mapping(change, before, after)
        case "Integration":
            yield from _integration(change)
        case "SyncSchedule":
            yield from _schedule(change)
        case "Feature":
            yield moved(_switch(change.before), _switch(change.after))
        case _:
            yield from map(_difference, _leaves(change.before.body, change.after.body))


def _mapping(change: Update | Retarget, before: Side, after: Side) -> Iterator[Words]:
    old = before.specs.of(FieldMapping)[change.before.name].spec
    new = after.specs.of(FieldMapping)[change.after.name].spec
    yield from mapping_words(old, new, _document(before, old), _document(after, new))


def _document(side: Side, mapping: FieldMapping) -> DocumentType | None:
    integration = side.specs.of(Integration).get(mapping.integration)
    return side.catalog.types[integration.spec.type].spec.documents.get(mapping.document) if integration else None


def _integration(change: Update | Retarget) -> Iterator[Words]:
    was, will = change.before.body, change.after.body
    plain = [key for key in dict.fromkeys([*was, *will]) if key not in (*OURS, "exports")]
    for key in plain:
        yield from map(_difference, _leaves(was.get(key), will.get(key), key))
    old, new = ({each["category"]: each for each in body["exports"]} for body in (was, will))
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield ("exports ", Code(name), say(" from {on} on", on=date.fromisoformat(new[name]["since"])))
        elif name not in new:
            yield ("exports ", Code(name), " no longer")
        else:
            for each in _leaves(old[name], new[name]):
                yield ("export of ", Code(name), ", ", *_difference(each))
    for name in sorted(was["definitions"].keys() & will["definitions"].keys()):
        if was["definitions"][name] != will["definitions"][name]:
            yield ("runs with another ", Code(name))


def _schedule(change: Update | Retarget) -> Iterator[Words]:
    was, will = change.before.body, change.after.body
    if was["integration"] != will["integration"]:
        yield ("integration: ", *moved(was["integration"], will["integration"]))
    if _when(was) != _when(will):
        yield ("runs ", *moved(_when(was), _when(will)))


def _when(body: Mapping[str, object]) -> str:
    """In words; a schedule for the last day has no cron text of its own."""
    expression = replace(parse(str(body["cron"])), last_day=bool(body["last_day"]))
    zone = str(body["zone"])
    return both(describe(expression, "en", zone), describe(expression, "nb", zone))


def _gist(resource: Resource) -> Iterator[Words]:
    """What the whole of an object is, where it comes or goes."""
    body = resource.body
    match resource.kind:
        case "Organization":
            yield (str(body["title"]),)
        case "Integration":
            categories = ", ".join(each["category"] for each in body["exports"])
            yield (f"{body['type']}, {body['environment']}: {categories}",)
        case "FieldMapping":
            yield (
                say(
                    "{category} as {document} of {integration}",
                    category=body["category"],
                    document=body["document"],
                    integration=body["integration"],
                ),
            )
        case "SyncSchedule":
            yield (say("{integration} runs {when}", integration=body["integration"], when=_when(body)),)
        case "Exclusion":
            yield (str(body["reason"]),)
        case "Report":
            yield (str(body["title"]),)
        case _:
            yield (_switch(resource),)


def _switch(resource: Resource) -> str:
    return "on" if resource.body["enabled"] else say("off: {reason}", reason=resource.body.get("reason", ""))


def _difference(each: Difference) -> Words:
    return (f"{each.path}: ", *moved(each.before, each.after))


def _leaves(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """As `differences`, but a list of plain values is one value: people write it so."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _leaves(before.get(key), after.get(key), f"{path} {key}".strip())
    elif _values(before) and _values(after):
        yield Difference(path, before, after)
    else:
        yield from differences(before, after, path)


def _values(value: object) -> bool:
    return value is None or (isinstance(value, list) and not any(isinstance(each, dict | list) for each in value))
