"""From the path that a refusal names to the document and the field of ours: `inputs[3].node.account.code`."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.runs.outcome import Rejected, RequestRefused

ITEM = re.compile(r"^\w+\[([0-9]{1,6})\][.]?(.*)$")


def attributed(
    rejection: Rejected, lines: Sequence[tuple[str, Mapping[str, Any]]], node: str, declared: Collection[str]
) -> RequestRefused:
    """The refusal with the field as the type declares it, and the document whose line it names by its position.

    `lines` are the items of the request in their order, each with its document's reference and its fields by name.
    """
    item = ITEM.match(rejection.field)
    named = _declared((item[2] if item else rejection.field).removeprefix(f"{node}."), declared)
    general = replace(rejection, field=named)
    if item is None or int(item[1]) >= len(lines):
        return RequestRefused(general)
    reference, fields = lines[int(item[1])]
    # Its value is our guess: another document may hold the same and be right.
    return RequestRefused(general, {reference: replace(general, value=general.value or str(fields.get(named, "")))})


def _declared(field: str, declared: Collection[str]) -> str:
    """The field of that name, or the only one below it: who complains of `account` means `account.code`."""
    below = [name for name in declared if name.startswith(f"{field}.")]
    return below[0] if field not in declared and len(below) == 1 else field
