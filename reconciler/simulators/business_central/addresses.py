"""Addresses below a company: a way of names and ids, and the options of a query."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from reconciler.simulators.business_central.refusals import unreadable

_SEGMENT = re.compile(r"([A-Za-z_$][\w.]*)(?:\(([0-9a-fA-F-]{36})\))?")
_TERM = re.compile(r"\s*(\w+)\s+eq\s+(?:'((?:[^']|'')*)'|([0-9A-Fa-f.-]+|true|false))\s*(?:and\b|\Z)")
KNOWN = {"$select", "$filter", "$top", "$skiptoken"}


@dataclass(frozen=True, slots=True)
class Address:
    """Names with their ids, empty where there is none; and the query."""

    way: tuple[tuple[str, str], ...]
    query: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(name for name, _ in self.way)

    def id(self, place: int) -> str:
        """The id of a segment."""
        return self.way[place][1]


def address_of(path: str) -> Address:
    """Raises Refusal for what cannot be read."""
    way, _, query = path.partition("?")
    found = [_SEGMENT.fullmatch(unquote(each)) for each in way.split("/")]
    options = dict(parse_qsl(query, keep_blank_values=True))
    if None in found or options.keys() - KNOWN:
        raise unreadable(f"The request URI is not valid: '{path[:200]}'.")
    return Address(tuple((each[1], (each[2] or "").lower()) for each in found if each), options)


def chosen(rows: Iterable[Mapping[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows that a query's filter and top let through, with what it selects. Raises Refusal."""
    kept = [dict(row) for row in rows]
    if "$filter" in query:
        wanted = _wanted(query["$filter"])
        kept = [row for row in kept if all(str(row.get(name)) == value for name, value in wanted.items())]
    if (top := query.get("$top", "")).isdecimal():
        kept = kept[: int(top)]
    if "$select" in query:
        names = {each.strip() for each in query["$select"].split(",")}
        kept = [{name: value for name, value in row.items() if name in names or name.startswith("@")} for row in kept]
    return kept


def _wanted(text: str) -> dict[str, str]:
    """`a eq 'x' and b eq 2`. Raises Refusal for anything else."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text) or not found:
        term = _TERM.match(text, place)
        if term is None:
            raise unreadable(f"this simulator cannot filter by '{text}'")
        found[term[1]] = term[3] if term[2] is None else term[2].replace("''", "'")
        place = term.end()
    return found
