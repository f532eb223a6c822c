"""From a value that was refused to the line of the mapping that wrote it."""

from collections.abc import Mapping
from typing import Any

from reconciler.engine.pinned import PinnedExport


def origin_of(export: PinnedExport, payload: Mapping[str, Any], field: str, value: str) -> str:
    """Where the rule stands that wrote `value` into `field`; empty where no rule writes the field."""
    names = [line["name"] for line in payload["lines"] if line["fields"].get(field) == value]
    wrote = {line.name: ("lines", position) for position, line in enumerate(export.mapping.scope.mapping.lines)}
    rules = export.mapping.rules_for(field)
    exact = [rule for rule in rules for name in names if rule[:2] == wrote[name] or rule[0] == "shared"]
    return export.origin((exact or rules)[0]) if rules else ""
