"""National identity numbers: which fields of a document hold one, and records as their digests may know them.

A digest without a key gives such a number away to whoever tries all of them.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.mappings.values import Value


def concealed(world: World, export: PinnedExport, record: Mapping[str, Value | None]) -> Mapping[str, Value | None]:
    """The record with keyed hashes in the place of national identity numbers."""
    if not export.hidden:
        return record
    identity = export.stream.organization_id
    kept = {name: record.get(name) for name in export.hidden}
    hashed = {
        name: None if value is None else world.pseudonym(identity, f"{name}/{value}") for name, value in kept.items()
    }
    return {**record, **hashed}


def unsent(world: World, export: PinnedExport, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A payload that is kept and never sent, with keyed hashes for good in the place of what the ledger would seal."""
    if not export.sealed:
        return payload
    return {**payload, "lines": [_without(world, export, line) for line in payload["lines"]]}


def _without(world: World, export: PinnedExport, line: Mapping[str, Any]) -> Mapping[str, Any]:
    identity = export.stream.organization_id
    fields = {
        name: {"hash": world.pseudonym(identity, f"value/{value}")} if name in export.sealed else value
        for name, value in line["fields"].items()
    }
    return {**line, "fields": fields}
