"""One rule of a mapping as the fields of a form, and back. What the fields cannot say stays YAML, in `rest`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.portal.proposing.mapping.notation import OPERATIONS, NotationError, read, shown
from reconciler.portal.proposing.mapping.parts import PARTS, Form, fields_of, plain
from reconciler.specs.edit import FLAT, EditRefused
from reconciler.specs.write import block
from reconciler.specs.yaml import Tree
from reconciler.specs.yaml import read as read_yaml

TYPED = ("value", "template")
"""Sources that are a text of their own."""
CALCULATION, REST = "calculation", "rest"
SOURCES = ("from", *TYPED, *OPERATIONS)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A field of the form that cannot be read: its name, the key of the words, and what a parser said, in English."""

    field: str
    said: str
    english: str = ""


class Unreadable(ValueError):
    """A field of a rule that cannot be read."""

    def __init__(self, field: str, said: str, english: str = "") -> None:
        super().__init__(said)
        self.field, self.said, self.english = field, said, english


def yaml_of(tree: Tree) -> str:
    """A part of a spec as YAML that says the same. Raises EditRefused where there is none."""
    text = "\n".join(block(tree, FLAT))
    if (found := read_yaml("", text.encode())).diagnostics or found.tree != tree:
        raise EditRefused("a part of it cannot be shown; edit it by hand")
    return text


def tree_of(text: str, field: str) -> Tree:
    """What YAML of a field says. Raises Unreadable."""
    found = read_yaml("", text.encode())
    if found.diagnostics:
        first = found.diagnostics[0]
        raise Unreadable(field, "mapping.bad-yaml", f"line {first.origin.line}: {first.message}")
    return found.tree


def keys_of(text: str, field: str) -> dict[str, Tree]:
    """The same for a mapping of keys; nothing where the field is empty."""
    found = tree_of(text, field) if text.strip() else {}
    if not isinstance(found, dict):
        raise Unreadable(field, "mapping.no-keys")
    return found


def form_of(rule: Tree) -> dict[str, str]:
    """The fields that say this rule; `rule_of` gives it back."""
    if not isinstance(rule, dict) or not plain(rule.get("to")):
        return {"to": "", "source": REST, REST: yaml_of(rule)}
    found, left = {"to": rule["to"]}, {key: value for key, value in rule.items() if key != "to"}
    source = _source_fields(left)
    found |= source
    for part in PARTS:
        if part.key in left and (fields := fields_of(part, left[part.key])) is not None:
            found |= fields
            del left[part.key]
    return {**found, REST: yaml_of(left) if left else ""}


def _source_fields(left: dict[str, Any]) -> Form:
    """Takes the source out of what is left, where it can be shown."""
    there = [key for key in SOURCES if key in left]
    if len(there) == 1:
        key, value = there[0], left[there[0]]
        if key == "from" and plain(value):
            return {"source": f"from:{left.pop(key)}"}
        if key in TYPED and plain(value):
            return {"source": key, "typed": left.pop(key)}
        if key in OPERATIONS and (text := shown(key, value)) is not None:
            del left[key]
            return {"source": CALCULATION, "typed": text}
    return {"source": REST}


def rule_of(form: Form) -> Tree:
    """The rule that the fields say. Raises Unreadable."""
    if not form.get("to"):
        return tree_of(form.get(REST, ""), REST)
    steps = {part.key: value for part in PARTS if (value := part.read(form)) is not None}
    return {"to": form["to"], **_source(form), **steps, **keys_of(form.get(REST, ""), REST)}


def _source(form: Form) -> Mapping[str, Tree]:
    source, typed = form.get("source", ""), form.get("typed", "")
    if source.startswith("from:"):
        return {"from": source.removeprefix("from:")}
    if source in TYPED:
        return {source: typed}
    if source == CALCULATION:
        try:
            operation, operands = read(typed)
        except NotationError as error:
            raise Unreadable("typed", "mapping.bad-calculation", str(error)) from error
        return {operation: operands}
    return {}


def unused(form: Form) -> bool:
    """Whether nothing shall be written there."""
    return not form.get("source") and bool(form.get("to") or not form.get(REST))
