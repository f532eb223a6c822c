"""What the outside system's own table asks of a document's fields, held against the type, and against one mapping.

The table narrows the type: a mapping that compiles against the type and not against the narrowed one will be refused
there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.mappings.compile import Finding, compile_mapping
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import WORDS
from reconciler.specs.models.integration_type import DocumentType, TargetField
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice

DIAGNOSTIC = "mapping-type"


@dataclass(frozen=True, slots=True)
class Column:
    """A field as the outside system has it; empty where nothing was said. `types` are those of ours that it takes."""

    max_length: int | None = None
    required: bool = False
    types: tuple[str, ...] = ()


def findings(scope: Scope, columns: Mapping[str, Column]) -> list[Finding]:
    """What the table will refuse, or may, each at the rule of the mapping that writes it."""
    found = [*_misplaced(scope, columns), *_beside_the_mapping(scope, columns)]
    _, narrower = compile_mapping(replace(scope, document=narrowed(scope.document, columns)))
    return found + [each for each in narrower if all(each.path != known.path for known in found)]


def differences(fields: Mapping[str, TargetField], columns: Mapping[str, Column]) -> Iterator[str]:
    """A sentence for everything in which the type asks less than the table, or knows it otherwise."""
    for name, field in fields.items():
        column = columns.get(top(name))
        if column is None:
            yield say("there is no column {top}", top=top(name))
            continue
        if textual(field) and column.max_length and (field.max_length or column.max_length + 1) > column.max_length:
            allowed = f"{field.max_length}" if field.max_length else "any number"
            yield say(
                "column {name} takes {max_length} characters, and the type allows {allowed}",
                name=name,
                max_length=column.max_length,
                allowed=allowed,
            )
        if column.types and field.type not in column.types:
            yield say(
                "column {name} takes {words}, and the type writes {words2}",
                name=name,
                words=_words(column),
                words2=WORDS[field.type],
            )
        if column.required and not field.required and field.mapped:
            yield say("column {name} is required, and the type does not require it", name=name)
    yield from unknown(fields, columns)


def unknown(fields: Mapping[str, TargetField], columns: Mapping[str, Column]) -> Iterator[str]:
    """The columns that have to be filled and that no field writes."""
    written = {top(name) for name in fields}
    for name, column in columns.items():
        if column.required and name not in written:
            yield say("column {name} is required, and the type does not know it", name=name)


def narrowed(document: DocumentType, columns: Mapping[str, Column]) -> DocumentType:
    """The document with what the table asks beyond its type: shorter texts, more that is required."""
    fields = {name: _narrowed(field, columns.get(top(name), Column())) for name, field in document.fields.items()}
    return document.model_copy(update={"fields": fields})


def top(name: str) -> str:
    """`hlf_member.name` is about the column hlf_member."""
    return name.partition(".")[0]


def textual(field: TargetField) -> bool:
    """Whether the length of a field's texts is not known beforehand."""
    return field.type in ("text", "reference") and field.constant is None and field.values is None


def _narrowed(field: TargetField, column: Column) -> TargetField:
    if not field.mapped:
        return field
    lengths = [each for each in (field.max_length, column.max_length if textual(field) else None) if each]
    return field.model_copy(
        update={"required": field.required or column.required, "max_length": min(lengths, default=None)}
    )


def _misplaced(scope: Scope, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """Rules that write to a column which is not there, or which takes something else."""
    for path, to in _rules(scope.mapping):
        column, field = columns.get(top(to)), scope.document.fields[to]
        if column is None:
            message = say("there is no column {top}", top=top(to))
            yield Finding(path, ClashError(DIAGNOSTIC, message, choice(top(to), columns)))
        elif column.types and field.type not in column.types:
            message = say(
                "column {to} takes {words}, and this writes {words2}",
                to=to,
                words=_words(column),
                words2=WORDS[field.type],
            )
            yield Finding(path, ClashError(DIAGNOSTIC, message, "change the column, or the type of the field"))


def _beside_the_mapping(scope: Scope, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """What no rule of a mapping can mend: the type writes it by itself, or does not know it."""
    own = {name: field for name, field in scope.document.fields.items() if not field.mapped}
    said = [say("there is no column {top}", top=top(name)) for name in own if top(name) not in columns]
    for message in [*said, *unknown(scope.document.fields, columns)]:
        yield Finding(("document",), ClashError(DIAGNOSTIC, message, "change the table, or the integration type"))


def _rules(mapping: FieldMapping) -> Iterator[tuple[Path, str]]:
    for position, rule in enumerate(mapping.shared):
        yield ("shared", position), rule.to
    for place, line in enumerate(mapping.lines):
        for position, rule in enumerate(line.fields):
            yield ("lines", place, "fields", position), rule.to


def _words(column: Column) -> str:
    types = [each for each in column.types if each != "reference" or "text" not in column.types]
    return " or ".join(WORDS[each] for each in types)
