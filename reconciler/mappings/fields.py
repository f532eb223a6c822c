"""What a mapping reads: record fields (only these can change a document), reference tables, dates that wait."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.mappings.refusal import ClashError
from reconciler.mappings.templates import pieces
from reconciler.mappings.values import EXPORT_FIELDS
from reconciler.specs.models.mapping import FieldMapping

_NAMES = ("from", "field", "at", "key", "total")
"""Keys whose text is the name of a field."""
_OPERANDS = ("product", "sum", "difference", "min", "max")


def used_fields(mapping: FieldMapping) -> frozenset[str]:
    """Names of the category's fields, without what the ledger reserves."""
    found = {name for part in _parts(mapping) for name in _fields(part)}
    if mapping.running_total is not None:
        found |= {mapping.running_total.total, mapping.running_total.at}
    return frozenset(found - set(EXPORT_FIELDS))


def used_tables(mapping: FieldMapping) -> frozenset[str]:
    """Names of the reference tables that the mapping's arithmetic, lookups, conditions and limits read."""
    columns = {part["reference"] for part in _parts(mapping) if isinstance(part.get("reference"), str)}
    if mapping.running_total is not None:
        columns.add(mapping.running_total.limit)
    return frozenset(column.split(".")[0] for column in columns)


def waiting_dates(mapping: FieldMapping) -> tuple[str, ...]:
    """The record's date fields that hold a record back while their day is closed in the accounts."""
    return tuple(dict.fromkeys(rule.from_ for rule in mapping.rules() if rule.when_closed == "hold" and rule.from_))


def _parts(mapping: FieldMapping) -> Iterator[Mapping[str, Any]]:
    """Every mapping of keys within rules and conditions: rules, terms, conditions."""
    for rule in mapping.rules():
        yield from _inside(rule.plain())
    for line in mapping.lines:
        if line.when is not None:
            yield from _inside(line.when.plain())


def _inside(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _inside(each)


def _fields(part: Mapping[str, Any]) -> Iterator[str]:
    yield from (part[key] for key in _NAMES if isinstance(part.get(key), str))
    for key in _OPERANDS:
        yield from (each for each in part.get(key) or [] if isinstance(each, str))
    try:
        yield from (name for _, name in pieces(part.get("template") or "") if name)
    except ClashError:
        return  # the compiler says so, with the place
