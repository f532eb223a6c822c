"""What of the way to an outside system is another, and who has to test it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from reconciler.plans.change import Change, Create, Retarget, Update, differences
from reconciler.plans.resource import Resource, Sent
from reconciler.plans.review.effects import Amount, ConnectionEffect, SharedEffect
from reconciler.plans.review.side import Side
from reconciler.specs.sentences import say

TESTERS = ("admin", "operator")
MOST = 12
"""Differences of a shared document that are shown."""
WAYS = ("type", "environment", "settings", "credentials")


def connection_effects(
    changes: Sequence[Change], after: Side, sent: Sequence[Sent] | None
) -> Iterator[ConnectionEffect]:
    """For every integration that is new, or reaches its target in another way."""
    for change in changes:
        if change_is(change) and not isinstance(change, Create):
            assert isinstance(change, Update | Retarget)
            what = list(_what(change.before, change.after))
            if what:
                found = _effect(change.after, what, after)
                moved = isinstance(change, Retarget)
                yield replace(found, retarget=True, sent=_sent(sent, change.before)) if moved else found
        elif change_is(change):
            assert isinstance(change, Create)
            body = change.after.body
            what = [("credential", "", body["credentials"]["name"]), ("environment", "", body["environment"])]
            yield _effect(change.after, what, after)


def change_is(change: Change) -> bool:
    """Whether it is about an integration that will be there."""
    return isinstance(change, Create | Update | Retarget) and change.after.kind == "Integration"


def shared_effects(before: Side, after: Side) -> Iterator[SharedEffect]:
    """Every shared document that integrations of both revisions run with, and that is another."""
    users: dict[str, list[str]] = {}
    bodies: dict[str, tuple[Mapping[str, object], Mapping[str, object]]] = {}
    for key, resource in sorted(after.desired.resources.items()):
        old = before.desired.resources.get(key)
        if old is None or key[0] != "Integration":
            continue
        was, will = old.body["definitions"], resource.body["definitions"]
        for name in sorted(was.keys() & will.keys()):
            if was[name] != will[name]:
                users.setdefault(name, []).append(resource.name)
                first, last = before.desired.definitions[was[name]], after.desired.definitions[will[name]]
                bodies[name] = first.body, last.body
    for name, found in users.items():
        moved = [(each.path, _shown(each.before), _shown(each.after)) for each in differences(*bodies[name])]
        yield SharedEffect(name, tuple(found), tuple(moved[:MOST]), max(len(moved) - MOST, 0))


def _what(before: Resource, after: Resource) -> Iterator[tuple[str, str, str]]:
    for key in WAYS:
        for each in differences(before.body.get(key), after.body.get(key)):
            name = {"settings": "setting", "credentials": "credential"}.get(key, key)
            about = say("{name} {path}", name=name, path=each.path) if key == "settings" and each.path else name
            yield about, _shown(each.before), _shown(each.after)


def _effect(resource: Resource, what: Sequence[tuple[str, str, str]], side: Side) -> ConnectionEffect:
    test = f"reconciler credentials test {side.specs.name} {resource.name}"
    return ConnectionEffect(resource.name, tuple(what), test, tuple(side.people(TESTERS)))


def _sent(sent: Sequence[Sent] | None, resource: Resource) -> list[tuple[str, Amount]] | None:
    if sent is None:
        return None
    mine = (each for each in sent if each.integration == resource.name and each.documents)
    return [(each.target, Amount(each.documents, Decimal(each.amount))) for each in mine]


def _shown(value: object) -> str:
    return "" if value is None else str(value)
