"""National identity numbers: which fields of a document hold one, and records as their digests may know them.

A digest without a key gives such a number away to whoever tries all of them.
"""

from collections.abc import Mapping

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
