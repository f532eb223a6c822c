"""A source, its default and its steps as one closure. Kept short: it runs for every field of every record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.mappings.expressions import Evaluate, Expression, Lines
from reconciler.mappings.values import Record, Value, empty

Step = Callable[[Value], Value]


def unchanged(value: Value) -> Value:
    """The step that does nothing; it is left out where steps are put together."""
    return value


def composed(steps: Sequence[Step]) -> Step:
    """The steps one after the other."""
    match steps:
        case []:
            return unchanged
        case [only]:
            return only
        case [first, second]:
            return lambda value: second(first(value))

    def run(value: Value) -> Value:
        for step in steps:
            value = step(value)
        return value

    return run


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a rule does: the field or source, its steps, the last one that writes, and the default after all of them."""

    field: str
    evaluate: Evaluate
    text: bool
    steps: Sequence[Step]
    last: Step
    default: Value | None
    may_empty: bool
    """Whether the steps may leave a blank text behind: then nothing is written."""


def piped(source: Expression, default: Value | None, steps: Sequence[Step]) -> Evaluate:
    """The value after all steps; of an empty source the default after them, else None."""
    steps = [step for step in steps if step is not unchanged]
    convert = composed(steps)
    made = None if default is None else convert(default)
    name, evaluate, text = source.field, source.evaluate, source.typed.type == "text"

    def from_field(record: Record, lines: Lines) -> Value | None:
        value = record.get(name)
        return made if value is None else convert(value)

    def as_it_is(record: Record, lines: Lines) -> Value | None:
        return record.get(name, made)

    def from_text(record: Record, lines: Lines) -> Value | None:
        value = record.get(name)
        # Blank is empty (`values.empty`), asked here without a call.
        if not value or value.isspace():  # type: ignore[union-attr] # text, by its type
            return made
        return convert(value)

    def from_source(record: Record, lines: Lines) -> Value | None:
        value = evaluate(record, lines)
        return made if value is None or empty(value) else convert(value)

    if not name:
        return from_source
    if not steps and made is None and not text:
        return as_it_is
    return from_text if text else from_field


def unless_blank(evaluate: Evaluate, last: Step) -> Evaluate:
    """`last` after a text that the steps may have emptied: then there is nothing to write."""

    def plain(record: Record, lines: Lines) -> Value | None:
        value = evaluate(record, lines)
        return None if value is None or empty(value) else value

    if last is unchanged:
        return plain

    def run(record: Record, lines: Lines) -> Value | None:
        value = evaluate(record, lines)
        return None if value is None or empty(value) else last(value)

    return run
