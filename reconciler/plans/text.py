"""A plan in words: lines with a style, for a terminal, a log or a comment to render as they can."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reconciler.plans.change import Change, Create, Delete, Difference, Retarget, Update, resource_of
from reconciler.plans.plan import Plan

Style = Literal["plain", "title", "create", "update", "delete", "retarget", "faint"]
SIGNS: dict[type[Change], tuple[str, Style]] = {
    Create: ("+", "create"),
    Update: ("~", "update"),
    Delete: ("-", "delete"),
    Retarget: ("!", "retarget"),
}
WIDEST = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text and how it is meant."""

    text: str
    style: Style = "plain"


def lines(plan: Plan) -> Iterator[Line]:
    """The whole plan: each change with what differs and where it was written, then the blast radius in one line."""
    revision = plan.desired.revision[:10]
    yield Line(f"{plan.organization}  at {revision}", "title")
    if plan.empty:
        yield Line(f"  no changes; {plan.unchanged} objects are as git says")
        return
    yield from changed(plan.changes)
    yield Line("")
    yield Line(summary(plan))


def changed(changes: Sequence[Change]) -> Iterator[Line]:
    """Each change with what differs."""
    width = max((len(resource_of(change).title) for change in changes), default=0) + 2
    for change in changes:
        yield from _change(change, width)


def summary(plan: Plan) -> str:
    """`3 to create, 1 to update; 12 unchanged. Plan 1a2b3c4d5e6f`"""
    words = {"create": Create, "update": Update, "retarget": Retarget, "delete": Delete}
    counts = [f"{plan.count(kind)} to {word}" for word, kind in words.items() if plan.count(kind)]
    drifted = sum(change.drift for change in plan.changes)
    drift = f", {drifted} of them drift" if drifted else ""
    return f"{', '.join(counts)}{drift}; {plan.unchanged} unchanged. Plan {plan.digest[:12]}"


def _change(change: Change, width: int) -> Iterator[Line]:
    sign, style = SIGNS[type(change)]
    resource = resource_of(change)
    note = " drift: changed by another hand since the last apply" if change.drift else ""
    yield Line(f"  {sign} {resource.title:<{width}}{_gist(change)}{note}".rstrip(), style)
    if isinstance(change, Update | Retarget):
        for difference in change.differences:
            yield from _difference(difference, resource.origin(difference.path))


def _difference(difference: Difference, origin: str) -> Iterator[Line]:
    text = f"      {difference.path}: {_short(difference.before)} -> {_short(difference.after)}"
    yield Line(text)
    if origin:
        yield Line(f"        {origin}", "faint")


def _gist(change: Change) -> str:
    """What an object is, in a few words, where the whole of it is new or gone."""
    if isinstance(change, Update | Retarget):
        return f"renamed from {change.before.name}" if change.before.name != change.after.name else ""
    body = resource_of(change).body
    match resource_of(change).kind:
        case "Organization":
            return str(body["title"])
        case "Integration":
            categories = ", ".join(export["category"] for export in body["exports"])
            return f"{body['type']} {body['environment']}, {body['mode']}: {categories}"
        case "FieldMapping":
            names = ", ".join(line["name"] for line in body["lines"])
            return f"{body['category']} -> {body['document']}: {names}"
        case "SyncSchedule":
            return f"{body['integration']} at {body['cron']} {body['zone']}"
        case "Exclusion":
            return f"{body['reason']}"
        case "Report":
            return f"{body['title']}, by {body['rules']}"
        case _:
            return "on" if body["enabled"] else f"off: {body['reason']}"


def _short(value: Any) -> str:
    if value is None:
        return "(not set)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."
