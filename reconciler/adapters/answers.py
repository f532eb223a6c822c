"""Ways into an answer: dotted paths through JSON, and templates over its items. Hostile input: nothing is trusted."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

LONGEST = 1000
"""Characters of an outside system's text that are kept."""
DIGITS = 16


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
    try:
        kept = str(value)[:LONGEST]
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        return "(unreadable)"
    return kept if kept.isprintable() else "".join(each if each.isprintable() else " " for each in kept)


def identifier(value: Any) -> str:
    """An id: text, or a whole number. Anything else is none."""
    return text(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def decimal(value: Any) -> Decimal | None:
    """A finite number of a size that money can have; None for anything else."""
    try:
        found = Decimal(identifier(value)) if not isinstance(value, float) else Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < DIGITS else None


def total(amounts: Iterable[Any], *, balanced: bool) -> str:
    """What a document that was found again is about, as the ledger counts it; what is no number counts nothing.

    The lines of a balanced voucher sum to zero, so its amount is that of the positive ones. Any other document is the
    sum of what was found: a credit stays negative, and a document that stands there twice is twice as much.
    """
    found = [decimal(each) or Decimal(0) for each in amounts]
    counted = [each for each in found if each > 0] if balanced and len(found) > 1 else found
    return str(sum(counted, Decimal(0)))


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
        if "." not in name:  # nearly always
            nested[name] = value
            continue
        *way, last = name.split(".")
        here = nested
        for step in way:
            here = here.setdefault(step, {})
        here[last] = value
    return nested
