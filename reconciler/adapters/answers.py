"""Ways into an answer: dotted paths through JSON, and templates over its items. Hostile input: nothing is trusted."""

from collections.abc import Mapping
from typing import Any

LONGEST = 1000
"""Characters of an outside system's text that are kept."""


def at(value: Any, path: str) -> Any:
    """The value at a dotted path; None where the way ends early."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def items(value: Any, path: str) -> list[Any]:
    """The list at a dotted path; an absent one or null is empty (some systems say null for nothing found)."""
    found = at(value, path)
    return found if isinstance(found, list) else []


def text(value: Any) -> str:
    """A short, printable text of anything an answer holds."""
    shown = "".join(character if character.isprintable() else " " for character in str(value))
    return shown[:LONGEST]


def fill(template: str, item: Any) -> str:
    """`{node.code} {node.description}` over one item."""
    parts: list[str] = []
    for piece in template.split("{"):
        path, closed, rest = piece.partition("}")
        parts.append(f"{text(at(item, path) or '')}{rest}" if closed else piece)
    return "".join(parts).strip()


def nest(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted target fields as nested objects: `account.code` becomes `{"account": {"code": ...}}`."""
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        *way, last = name.split(".")
        here = nested
        for step in way:
            here = here.setdefault(step, {})
        here[last] = value
    return nested
