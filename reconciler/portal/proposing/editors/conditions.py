"""Conditions on the fields of a category as a form: what they show, and the conditions that a form means. Pure.

Each answer of the form has a place, `category/field/question`. What a form does not ask for, or cannot show, stays as
it is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from reconciler.specs.languages import Language
from reconciler.specs.models.category import DataCategory, Field_

Kind = Literal["values", "words", "flag", "days", "numbers"]
State = dict[str, str]
"""What stands at each place. Several values stand one a line."""
ENDS: Mapping[Kind, tuple[str, str]] = {"days": ("from", "to"), "numbers": ("min", "max")}


class Choice(BaseModel):
    """A value of a closed list, and whether it is chosen."""

    value: str
    chosen: bool


class Asked(BaseModel):
    """What the form asks of one field."""

    place: str = Field(description="`category/field`: the questions stand below it.")
    field: str
    label: str
    type: str
    kind: Kind
    mode: str = Field(description="`in`, `not`, `true`, `false`, or nothing.")
    choices: list[Choice]
    words: str = Field(description="Values of an open list, one a line.")
    low: str
    high: str
    filled: Literal["", "present", "absent"]
    optional: bool = Field(description="Whether the app may leave it empty.")
    other: str = Field(description="What is written there, where a form cannot show it.")
    set: bool = Field(description="Whether anything is asked of it.")


def kind_of(field: Field_) -> Kind:
    """How a field of this type is asked."""
    match field.type:
        case "boolean":
            return "flag"
        case "date" | "instant":
            return "days"
        case "integer" | "decimal" | "money":
            return "numbers"
    return "values" if field.values is not None else "words"


def shown(name: str, category: DataCategory, tree: Mapping[str, Any]) -> State:
    """What the form shows of conditions, by place."""
    found: State = {}
    for field, each in category.fields.items():
        place = f"{name}/{field}"
        found |= {f"{place}/{key}": value for key, value in _state(each, tree.get(field)).items()}
        found[f"{place}/filled"] = _filled(field, tree)
    return found


def asked(name: str, category: DataCategory, tree: Mapping[str, Any], language: Language) -> list[Asked]:
    """The fields of the form: first those that something is asked of and those with a closed list."""
    state = shown(name, category, tree)
    found = [_asked(f"{name}/{field}", each, state, (tree.get(field), language)) for field, each in _named(category)]
    return sorted(found, key=lambda each: not (each.set or each.kind == "values"))


def applied(name: str, category: DataCategory, tree: Mapping[str, Any], before: State, after: State) -> dict[str, Any]:
    """The conditions that the form means. Nothing changes where `after` says what `before` does."""
    found = dict(tree)
    for field, each in category.fields.items():
        place = f"{name}/{field}"
        if _differ(place, ("mode", "values", "words", "low", "high"), before, after):
            condition = _condition(each, tree.get(field), {key: after.get(f"{place}/{key}", "") for key in QUESTIONS})
            found.pop(field, None) if condition is None else found.update({field: condition})
        if _differ(place, ("filled",), before, after):
            found = _with_filled(found, field, after[f"{place}/filled"])
    return found


QUESTIONS = ("mode", "values", "words", "low", "high")


def posted(places: Sequence[str], values: Sequence[str], chosen: Iterable[str], before: State) -> State:
    """What a form says at each place; where it says nothing, `before` stands.

    A browser sends no box that is not ticked: where it sends a field's mode, the boxes that it sends are all of them.
    """
    given = {place: _lines(value) for place, value in zip(places, values, strict=False)}
    ticked: dict[str, list[str]] = {}
    for each in chosen:
        head, _, value = each.partition("=")
        ticked.setdefault(head, []).append(value)
    for place in [each.removesuffix("/mode") for each in given if each.endswith("/mode")]:
        if f"{place}/values" in before:
            given[f"{place}/values"] = _sorted(before[f"{place}/known"].split("\n"), ticked.get(place, []))
    after = {**before, **{place: value for place, value in given.items() if place in before}}
    return after | {place: "in" for place in given if _meant(place, before, after)}


def _meant(mode: str, before: State, after: State) -> bool:
    """Whether somebody named values, and left it at all of them: these are the ones that they mean."""
    place = mode.removesuffix("/mode")
    lists = [f"{place}/{each}" for each in ("values", "words") if f"{place}/{each}" in before]
    return mode != place and before.get(mode) == after.get(mode) == "" and any(after[each] for each in lists)


def _named(category: DataCategory) -> Iterator[tuple[str, Field_]]:
    yield from category.fields.items()


def _state(field: Field_, condition: Any) -> State:
    """The answers of one field, by question. Nothing but its kind's where a form cannot show what is written."""
    kind = kind_of(field)
    if _other(kind, condition):
        return {}
    if kind in ENDS:
        low, high = ENDS[kind]
        limits = condition or {}
        return {"low": limits.get(low) or "", "high": limits.get(high) or ""}
    mode, values = _values(condition)
    if kind == "flag":
        return {"mode": values[0] if values else ""}
    if kind == "words":
        return {"mode": mode, "words": "\n".join(values)}
    known = [*(field.values or ()), *(each for each in values if each not in (field.values or ()))]
    return {"mode": mode, "values": _sorted(known, values), "known": "\n".join(known)}


def _other(kind: Kind, condition: Any) -> bool:
    """Whether the condition is one that this form has no fields for."""
    if condition is None:
        return False
    if kind in ENDS:
        return not isinstance(condition, dict) or not set(condition) <= set(ENDS[kind]) or not _plain(condition)
    if isinstance(condition, dict):
        return kind == "flag" or set(condition) != {"not"} or not _listed(condition["not"])
    return not _listed(condition) or (kind == "flag" and _values(condition)[1] not in (["true"], ["false"]))


def _plain(limits: Mapping[str, Any]) -> bool:
    return all(isinstance(each, str) for each in limits.values())


def _listed(value: Any) -> bool:
    """Whether it is a word, or words that can stand one a line."""
    each = [value] if isinstance(value, str) else value
    return isinstance(each, list) and all(isinstance(one, str) and one == _lines(one) and one for one in each)


def _values(condition: Any) -> tuple[str, list[str]]:
    if condition is None:
        return "", []
    mode, value = ("not", condition["not"]) if isinstance(condition, dict) else ("in", condition)
    return mode, [value] if isinstance(value, str) else list(value)


def _condition(field: Field_, condition: Any, answers: Mapping[str, str]) -> Any:
    """The condition that the answers mean; None for none. What stays of a list keeps its order."""
    kind = kind_of(field)
    if kind in ENDS:
        found = {key: answers[end] for key, end in zip(ENDS[kind], ("low", "high"), strict=True) if answers[end]}
        return found or None
    if not answers["mode"]:
        return None
    if kind == "flag":
        return answers["mode"]
    wanted = [each for each in answers["values" if kind == "values" else "words"].split("\n") if each]
    kept = [each for each in _values(condition)[1] if each in wanted] if not _other(kind, condition) else []
    listed = [*kept, *(each for each in wanted if each not in kept)]
    return {"not": listed} if answers["mode"] == "not" else listed


def _filled(field: str, tree: Mapping[str, Any]) -> str:
    return next((key for key in ("present", "absent") if field in (tree.get(key) or ())), "")


def _with_filled(tree: dict[str, Any], field: str, key: str) -> dict[str, Any]:
    """The same with the field among those that are filled or empty, or in neither; a list that is empty goes."""
    found = dict(tree)
    for each in ("present", "absent"):
        listed = [name for name in found.get(each) or [] if name != field or each == key]
        if each == key and field not in listed:
            listed.append(field)
        found.pop(each, None) if not listed else found.update({each: listed})
    return found


def _asked(place: str, field: Field_, state: State, more: tuple[Any, Language]) -> Asked:
    condition, language = more
    kind = kind_of(field)
    at = {key: state.get(f"{place}/{key}", "") for key in (*QUESTIONS, "known", "filled")}
    ticked = at["values"].split("\n")
    filled: Any = at["filled"]
    return Asked(
        place=place,
        field=place.partition("/")[2],
        label=field.label.said(language),
        type=field.type,
        kind=kind,
        mode=at["mode"],
        choices=[Choice(value=each, chosen=each in ticked) for each in at["known"].split("\n") if each],
        words=at["words"],
        low=at["low"],
        high=at["high"],
        filled=filled,
        optional=not field.required,
        other=_written(condition) if _other(kind, condition) else "",
        set=condition is not None or bool(filled),
    )


def _written(condition: Any) -> str:
    from reconciler.specs.write import flow

    return flow(condition)


def _differ(place: str, questions: Iterable[str], before: State, after: State) -> bool:
    return any(before.get(f"{place}/{key}") != after.get(f"{place}/{key}") for key in questions)


def _sorted(known: Sequence[str], values: Iterable[str]) -> str:
    chosen = set(values)
    return "\n".join(each for each in known if each in chosen)


def _lines(text: str) -> str:
    """What was typed, a value a line: blanks around it and empty lines mean nothing."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
