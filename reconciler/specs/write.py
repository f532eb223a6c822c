"""Values become YAML text in the manner of this house: text is quoted only where it has to be, short things are flat.

The tree is that of `specs.yaml`: mappings, lists and text; also numbers and truths, which are bare.
"""

import io
import json
import re
from functools import lru_cache

from reconciler.specs.yaml import Tree

_PLAIN = re.compile(r"[A-Za-zÆØÅæøå/][A-Za-zÆØÅæøå0-9_./ -]*[A-Za-zÆØÅæøå0-9_./]|[A-Za-zÆØÅæøå]")
_BARE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|true|false|[1-9][0-9]*(s|m|h|d)|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""Days, truths, lengths of time and ids, as the worked example writes them."""
_WORDS = {"null", "yes", "no", "on", "off", "y", "n", "true", "false"}
"""Words that some readers take for something else than text."""


def scalar(value: str | int | None) -> str:
    """One value on one line: bare where every reader takes it for what it is, else in double quotes."""
    if value is None or isinstance(value, int):
        return json.dumps(value)
    text = value
    if _BARE.fullmatch(text) or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS):
        return text
    return _quoted(text)


def _key(text: str) -> str:
    """A key: `on` and `no` stand bare there, because no reader of ours takes a key for a truth."""
    return text if _PLAIN.fullmatch(text) and text not in ("null", "true", "false") else scalar(text)


@lru_cache(2048)  # a mapping says the same texts again and again, and the library needs a millisecond for each
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
        return "{" + ", ".join(f"{_key(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value)


def block(value: Tree, flat: int) -> list[str]:
    """The value as lines without indentation; a part that fits in `flat` characters stands on one line."""
    if isinstance(value, dict) and value:
        return [line for key, each in value.items() for line in _entry(_key(key), each, flat)]
    if isinstance(value, list) and value:
        return [line for each in value for line in _item(each, flat)]
    return [flow(value)]


def item(value: Tree, flat: int) -> list[str]:
    """The lines of one entry of a list; a mapping has a line for each of its keys."""
    first, *others = block(value, flat)
    return [f"- {first}", *(f"  {line}" for line in others)]


def _entry(key: str, value: Tree, flat: int) -> list[str]:
    if _fits(value, flat - len(key)):
        return [f"{key}: {flow(value)}"]
    return [f"{key}:", *(f"  {line}" for line in block(value, flat))]


def _item(value: Tree, flat: int) -> list[str]:
    return [f"- {flow(value)}"] if _fits(value, flat) else item(value, flat)


def _fits(value: Tree, room: int) -> bool:
    return not isinstance(value, dict | list) or not value or len(flow(value)) <= room
