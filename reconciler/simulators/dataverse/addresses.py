"""Addresses: a table or something of it, a key, and the options of a query."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from reconciler.simulators.dataverse.refusals import wrong_address

_SEGMENT = re.compile(r"([A-Za-z_$][\w.$]*)(?:\((.*)\))?", re.DOTALL)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PAIR = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(?:'((?:[^']|'')*)'|(-?[0-9.]+|true|false))\s*(?:,|\Z)")
_UNSAFE = re.compile(r"[<>*%&:/\\?+]")
"""Values with these cannot be addressed (research 2.3), however they are quoted."""
_TERM = re.compile(
    r"\s*(?:startswith\((?P<start>\w+)\s*,\s*'(?P<prefix>(?:[^']|'')*)'\)"
    r"|(?P<name>\w+)\s+eq\s+(?:'(?P<text>(?:[^']|'')*)'|(?P<bare>-?[0-9.]+|true|false|null)))\s*(?P<joint>and\b|or\b|\Z)"
)
KNOWN = {"$select", "$filter", "$top", "$orderby", "$skiptoken", "$count"}


@dataclass(frozen=True, slots=True)
class Segment:
    """`name(key)`; the key is an id, or values by column."""

    name: str
    id: str = ""
    key: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Address:
    """A way of segments, and the options of the query."""

    segments: tuple[Segment, ...]
    query: Mapping[str, str]


def address_of(path: str) -> Address:
    """Raises Refusal for what cannot be read."""
    way, _, query = path.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := [name for name in options if name not in KNOWN]:
        raise wrong_address(f"The query parameter {unknown[0]} is not supported.")
    return Address(tuple(_segment(unquote(each)) for each in _split(way)), options)


def _split(way: str) -> list[str]:
    """At slashes outside quotes."""
    parts, quoted = [""], False
    for sign in way:
        quoted ^= sign == "'"
        if sign == "/" and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _segment(text: str) -> Segment:
    match = _SEGMENT.fullmatch(text)
    if match is None:
        raise wrong_address(f"Resource not found for the segment '{text}'.", 404)
    name, inside = match[1], match[2]
    if inside is None:
        return Segment(name)
    if _GUID.fullmatch(inside):
        return Segment(name, inside.lower())
    pairs, place = {}, 0
    while place < len(inside):
        pair = _PAIR.match(inside, place)
        if pair is None:
            raise wrong_address(f"Bad Request - Error in query syntax: '{inside}'")
        pairs[pair[1]] = _literal(pair[2], pair[3])
        place = pair.end()
    if any(isinstance(value, str) and _UNSAFE.search(value) for value in pairs.values()):
        raise wrong_address("A value of the key cannot be part of an address.")
    return Segment(name, key=pairs)


def filter_of(text: str, names: set[str]) -> Callable[[Mapping[str, Any]], bool]:
    """`a eq 'x'` and `startswith(a,'x')`, joined by one of `and`, `or`. Raises Refusal for anything else."""
    tests: list[Callable[[Mapping[str, Any]], bool]] = []
    joints: set[str] = set()
    place = 0
    while place < len(text) or not tests:
        term = _TERM.match(text, place)
        if term is None:
            raise wrong_address(f"this simulator cannot filter by '{text}'", 501)
        if (name := term["name"] or term["start"]) not in names:
            raise wrong_address(f"Could not find a property named '{name}'.")
        tests.append(_test(term))
        joints |= {term["joint"]} - {""}
        place = term.end()
    if len(joints) > 1:
        raise wrong_address(f"this simulator cannot filter by '{text}'", 501)
    together = any if joints == {"or"} else all
    return lambda row: together(test(row) for test in tests)


def _test(term: re.Match[str]) -> Callable[[Mapping[str, Any]], bool]:
    if term["start"]:
        name, prefix = term["start"], term["prefix"].replace("''", "'")
        return lambda row: isinstance(row.get(name), str) and row[name].startswith(prefix)
    name, wanted = term["name"], _literal(term["text"], term["bare"])
    return lambda row: row.get(name) == wanted


def _literal(text: str | None, bare: str | None) -> Any:
    if text is not None:
        return text.replace("''", "'")
    match bare:
        case "true" | "false":
            return bare == "true"
        case "null":
            return None
        case _:
            number = float(bare or "0")
            return int(number) if number.is_integer() else number
