"""Text with fields in braces. Of an instant, its day in the organisation's zone; of an empty field, nothing."""

import string
from collections.abc import Callable
from datetime import date

from reconciler.mappings.expressions import Expression, Lines, from_field, local_day
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Record, Typed, Value, written

Part = tuple[str, str, Callable[[Value], str]]
"""Text, the name of the field behind it (may be empty), and how its value is written."""


def template(text: str, scope: Scope) -> Expression:
    """A compiled template. Raises ClashError where its braces hold anything but fields."""
    parts: list[Part] = []
    types: list[Typed] = []
    for before, name in pieces(text):
        if name:
            types.append(from_field(name, scope).typed)
        parts.append((before, name, _writer(types[-1], scope) if name else str))

    def evaluate(record: Record, lines: Lines) -> str:
        made = []
        for before, name, write in parts:
            made.append(before)
            if name and (value := record.get(name)) is not None:
                made.append(write(value))
        return "".join(made)

    sensitive = frozenset[str]().union(*(each.sensitive for each in types))
    return Expression(Typed("text", sensitive=sensitive), evaluate)


def pieces(text: str) -> list[tuple[str, str]]:
    """Each text with the name that follows it. Raises ClashError."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError as error:
        hint = "every { names a field and needs its }, such as Km {travelled_on}"
        raise ClashError("invalid-value", "the braces of the template do not match", hint) from error
    for _text, name, form, conversion in parsed:
        if name == "" or form or conversion:
            hint = "write {field}, with nothing but the name of a field"
            raise ClashError("invalid-value", "braces of the template hold something else than a field's name", hint)
    return [(before, name or "") for before, name, _form, _conversion in parsed]


def _writer(typed: Typed, scope: Scope) -> Callable[[Value], str]:
    match typed.type:
        case "text":
            return str
        case "date":
            return date.isoformat  # type: ignore[return-value] # a date, by its type
        case "instant":
            return lambda value: local_day(value, scope).isoformat()
        case _:
            return written
