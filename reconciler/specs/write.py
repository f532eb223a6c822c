"""Values become YAML text in the manner of this house: text is quoted only where it has to be, short things are flat.

The tree is that of `specs.yaml`: mappings, lists and text. What is written here reads back as the same tree.
"""

import io
import re
from typing import Any

from reconciler.specs.yaml import Tree

_PLAIN = re.compile(r"[A-Za-zÆØÅæøå/][A-Za-zÆØÅæøå0-9_./ -]*[A-Za-zÆØÅæøå0-9_./]|[A-Za-zÆØÅæøå]")
_BARE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|true|false|[1-9][0-9]*(s|m|h|d)")
_WORDS = {"null", "yes", "no", "on", "off", "y", "n", "true", "false"}
"""Words that some readers take for something else than text."""


def scalar(text: str | None) -> str:
    """One value on one line: bare where every reader takes it for what it is, else in double quotes."""
    if text is None:
        return "null"
    if _BARE.fullmatch(text) or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    yaml = YAML()
    yaml.width = 1 << 30
    written = io.StringIO()
    yaml.dump([DoubleQuotedScalarString(text)], written)
    return written.getvalue().removeprefix("- ").rstrip("\n")


def flow(value: Tree) -> str:
    """The value on one line: `{status: [approved]}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def block(value: Tree, flat: int) -> list[str]:
    """The value as lines without indentation; a part that fits in `flat` characters stands on one line."""
    if isinstance(value, dict) and value:
        return [line for key, item in value.items() for line in _entry(scalar(key), item, flat)]
    if isinstance(value, list) and value:
        return [line for item in value for line in _item(item, flat)]
    return [flow(value)]


def _entry(key: str, value: Tree, flat: int) -> list[str]:
    if _fits(value, flat - len(key)):
        return [f"{key}: {flow(value)}"]
    return [f"{key}:", *(f"  {line}" for line in block(value, flat))]


def _item(value: Tree, flat: int) -> list[str]:
    first, *others = [flow(value)] if _fits(value, flat) else block(value, flat)
    return [f"- {first}", *(f"  {line}" for line in others)]


def _fits(value: Tree, room: int) -> bool:
    return not isinstance(value, dict | list) or not value or len(flow(value)) <= room


def text_tree(value: Any) -> Tree:
    """A JSON value as the tree of a spec: numbers and truths become the text that people write."""
    if isinstance(value, dict):
        return {str(key): text_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [text_tree(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
