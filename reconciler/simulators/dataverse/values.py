"""What a payload must be like: declared properties, in their own case, of the right type and within their limits."""

import json
import re
from datetime import date, datetime
from typing import Any

from reconciler.simulators.dataverse.refusals import OUT_OF_RANGE, TOO_LONG, Refusal, malformed
from reconciler.simulators.dataverse.tables import ODATA, TEXTS, Column, Table

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def values_of(table: Table, content: bytes) -> dict[str, Any]:
    """The values of a payload by column. Raises Refusal for the first thing that is wrong."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise malformed("a JSON object is expected")
    found = {name: value for name, value in given.items() if "@odata." not in name or name.endswith("@odata.bind")}
    for name, value in found.items():
        column = table.columns.get(name)
        if column is None:
            raise _undeclared(table, name)
        if value is not None:
            _check(table, column, value)
    return found


def _undeclared(table: Table, name: str) -> Refusal:
    said = f"An undeclared property '{name}' which only has property annotations in the payload was found"
    return malformed(
        f"for Entity :'{table.plural}'. ---> InnerException : Microsoft.OData.ODataException: {said}; in OData, only"
        " declared properties are allowed."
    )


def _check(table: Table, column: Column, value: Any) -> None:
    if not _fits(column, value):
        shown = json.dumps(value)[:80]
        raise malformed(f"Cannot convert the literal '{shown}' to the expected type '{ODATA[column.kind]}'.")
    if column.kind in TEXTS and len(value) > column.max_length:
        said = f"The length of the '{column.name}' attribute of the '{table.logical}' entity exceeded the maximum"
        raise Refusal(400, TOO_LONG, f"A validation error occurred. {said} allowed length of '{column.max_length}'.")
    if column.kind in ("Integer", "Decimal", "Money") and not column.minimum <= value <= column.maximum:
        said = f"The value of '{column.name}' on record of type '{table.logical}' is outside the valid range."
        raise Refusal(400, OUT_OF_RANGE, f"A validation error occurred. {said}")


def _fits(column: Column, value: Any) -> bool:
    match column.kind:
        case "Boolean":
            return isinstance(value, bool)
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Decimal" | "Money":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "DateOnly":
            return isinstance(value, str) and bool(_DAY.fullmatch(value)) and _parsed(date, value)
        case "DateTime":
            return isinstance(value, str) and len(value) > len("2026-01-01") and _parsed(datetime, value)
        case _:
            return isinstance(value, str)


def _parsed(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True
