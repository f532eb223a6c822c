"""Arithmetic as one line of text and back: `min(amount, product(distance_km, reference(mileage.tax_free, day)))`.

A bare name is a field of the record, a number itself, `line(name)` the amount of another line, and
`reference(table.column, date, key)` a dated value; the date and the key may be left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.specs.yaml import Tree

OPERATIONS = ("product", "sum", "difference", "min", "max")
DEEPEST = 10
_TOKEN = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_.-]*)|([+-]?[0-9]+(?:\.[0-9]+)?)|([(),]))")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


class NotationError(ValueError):
    """What is written is no calculation; the message says where."""


def shown(operation: str, operands: Tree) -> str | None:
    """The text, or None where the notation cannot say it."""
    try:
        text = _operation(operation, operands, 0)
        return text if read(text) == (operation, operands) else None
    except NotationError:
        return None


def read(text: str) -> tuple[str, list[Tree]]:
    """Operation and operands. Raises NotationError."""
    reader = _Reader(text)
    found = reader.operand(0)
    if reader.rest():
        raise NotationError(f"nothing may follow: {reader.rest()[:40]}")
    if not isinstance(found, dict) or (operation := next(iter(found))) not in OPERATIONS:
        raise NotationError(f"a calculation begins with one of {', '.join(OPERATIONS)}")
    return operation, found[operation]


def _operation(operation: str, operands: Tree, depth: int) -> str:
    if not isinstance(operands, list) or depth > DEEPEST:
        raise NotationError("no list of operands")
    return f"{operation}({', '.join(_operand(each, depth + 1) for each in operands)})"


def _operand(operand: Tree, depth: int) -> str:
    match operand:
        case str():
            return _word(operand)
        case {"value": str(number), **rest} if not rest and _NUMBER.fullmatch(number):
            return number
        case {"line": str(name), **rest} if not rest:
            return f"line({_word(name)})"
        case {"reference": str(name), **rest}:
            return f"reference({', '.join(map(_word, [name, *_placed(rest)]))})"
        case dict() if len(operand) == 1 and (operation := next(iter(operand))) in OPERATIONS:
            return _operation(operation, operand[operation], depth)
    raise NotationError("something that only YAML says")


def _placed(rest: Mapping[Any, Any]) -> list[str]:
    keys = [each for each in ("at", "key") if each in rest]
    if len(keys) != len(rest) or keys == ["key"]:
        raise NotationError("something that only YAML says")
    return [rest[each] for each in keys]


def _word(text: Any) -> str:
    if not isinstance(text, str) or not _WORD.fullmatch(text):
        raise NotationError("no plain name")
    return text


class _Reader:
    """Reads from the left; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def rest(self) -> str:
        return self.text[self.at :].strip()

    def token(self) -> tuple[str, str, str]:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise NotationError(f"a name, a number or a bracket is missing: {self.rest()[:40] or 'at the end'}")
        self.at = found.end()
        word, number, mark = found.groups()
        return word or "", number or "", mark or ""

    def operand(self, depth: int) -> Tree:
        word, number, _ = self.token()
        if number:
            return {"value": number}
        if not word or depth > DEEPEST:
            raise NotationError(f"a name or a number is missing: {self.rest()[:40] or 'at the end'}")
        if not self.rest().startswith("("):
            return word
        return self._called(word, self.operands(depth + 1))

    def operands(self, depth: int) -> list[Tree]:
        self.token()
        found = [self.operand(depth)]
        while (mark := self.token()[2]) == ",":
            found.append(self.operand(depth))
        if mark != ")":
            raise NotationError(f"a comma or a bracket is missing: {self.rest()[:40] or 'at the end'}")
        return found

    def _called(self, word: str, found: list[Tree]) -> Tree:
        if word in OPERATIONS:
            return {word: found}
        names = [each for each in found if isinstance(each, str)]
        if word == "line" and len(found) == len(names) == 1:
            return {"line": names[0]}
        if word == "reference" and len(found) == len(names) <= len(("reference", "at", "key")):
            return dict(zip(("reference", "at", "key"), names, strict=False))
        raise NotationError(
            f"'{word[:40]}' is no calculation; there are {', '.join((*OPERATIONS, 'reference', 'line'))}"
        )
