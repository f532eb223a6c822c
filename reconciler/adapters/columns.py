"""What the outside system says of the fields of a document, held against what the integration type says of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.adapters.answers import at, identifier, text
from reconciler.specs.models.access import Columns
from reconciler.specs.models.integration_type import TargetField


@dataclass(slots=True)
class Column:
    """A field as the outside system has it; None where nothing was said."""

    max_length: int | None = None
    required: bool = False


def columns_of(reads: Sequence[Columns], listed: Callable[[Columns], list[Any] | None]) -> dict[str, Column] | None:
    """The fields by name, from all reads together; None where any could not be read: unread is not absent."""
    found: dict[str, Column] = {}
    for read in reads:
        if (rows := listed(read)) is None:
            return None
        for row in rows:
            column = found.setdefault(identifier(at(row, read.name)), Column())
            length = at(row, read.max_length) if read.max_length else None
            column.max_length = length if isinstance(length, int) and length > 0 else column.max_length
            column.required |= bool(read.required) and text(at(row, read.required or "")) in read.means_required
    return found


def check(fields: Mapping[str, TargetField], columns: Mapping[str, Column]) -> tuple[str, ...]:
    """A sentence for everything that will be refused there, or may be."""
    return tuple(_differences(fields, columns))


def _differences(fields: Mapping[str, TargetField], columns: Mapping[str, Column]) -> Iterator[str]:
    for name, field in fields.items():
        column = columns.get(_top(name))
        if column is None:
            yield f"there is no column {_top(name)}"
        elif _texts(field) and column.max_length and (field.max_length or column.max_length + 1) > column.max_length:
            allowed = f"{field.max_length}" if field.max_length else "any number"
            yield f"column {name} takes {column.max_length} characters, and the type allows {allowed}"
        if column is not None and column.required and not field.required and field.mapped:
            yield f"column {name} is required, and the type does not require it"
    written = {_top(name) for name in fields}
    for name, column in columns.items():
        if column.required and name not in written:
            yield f"column {name} is required, and the type does not know it"


def _top(name: str) -> str:
    """`hlf_member.name` is about the column hlf_member."""
    return name.partition(".")[0]


def _texts(field: TargetField) -> bool:
    return field.type in ("text", "reference") and field.constant is None and field.values is None
