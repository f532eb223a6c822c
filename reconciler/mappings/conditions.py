"""Whether a line is part of a document: one comparison of one field, compiled to a closure."""

from collections.abc import Callable
from decimal import Decimal

from reconciler.mappings.expressions import Lines, from_field
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import WORDS, Record, Typed, Value, convert, empty
from reconciler.specs.models.mapping import Condition

Holds = Callable[[Record, Lines], bool]


def compile_condition(condition: Condition, scope: Scope) -> tuple[Holds, frozenset[str]]:
    """The test, and the lines that must be made before. An empty field meets only `present: false` and `not_equals`."""
    field = from_field(condition.field, scope)
    if condition.present is not None:
        wanted = condition.present
        return lambda record, lines: (not empty(field.evaluate(record, lines))) is wanted, frozenset()
    if condition.greater_than_line is not None:
        return _greater_than_line(condition, scope)
    if condition.greater_than is not None or condition.less_than is not None:
        return _limit(condition, scope), frozenset()
    wanted_texts = condition.in_ or [text for text in (condition.equals, condition.not_equals) if text]
    wanted_values = frozenset(_comparable(text, field.typed, condition.field) for text in wanted_texts)
    inverted = condition.not_equals is not None
    return lambda record, lines: (field.evaluate(record, lines) in wanted_values) is not inverted, frozenset()


def _limit(condition: Condition, scope: Scope) -> Holds:
    evaluate = _number(condition.field, scope)
    above, below = condition.greater_than, condition.less_than

    def holds(record: Record, lines: Lines) -> bool:
        value = evaluate(record, lines)
        return value is not None and (value > above if above is not None else value < (below or 0))

    return holds


def _greater_than_line(condition: Condition, scope: Scope) -> tuple[Holds, frozenset[str]]:
    evaluate, name = _number(condition.field, scope), condition.greater_than_line or ""
    if scope.document.balanced is None:
        raise ClashError("mapping-type", f"a {scope.mapping.document} has no line amounts", "compare with a number")
    known = [line.name for line in scope.mapping.lines]
    if name not in known:
        raise ClashError("unknown-reference", f"there is no line '{name}'", f"one of {', '.join(known)}")

    def holds(record: Record, lines: Lines) -> bool:
        value = evaluate(record, lines)
        return value is not None and value > lines[name]

    return holds, frozenset({name})


def _number(name: str, scope: Scope) -> Callable[[Record, Lines], Decimal | None]:
    field = from_field(name, scope)
    if field.typed.type not in {"decimal", "integer"}:
        raise ClashError("mapping-type", f"'{name}' is {WORDS[field.typed.type]}, not a number", "compare numbers only")

    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        value = field.evaluate(record, lines)
        return None if value is None else Decimal(str(value))

    return evaluate


def _comparable(text: str, typed: Typed, field: str) -> Value:
    """The text of a condition as a value of the field's type: 450.5 is 450.50."""
    try:
        return convert(typed.type, text)
    except (ValueError, ArithmeticError, LookupError) as error:
        message = f"'{field}' is {WORDS[typed.type]}, and '{text}' is not"
        raise ClashError("mapping-type", message, "compare with a value of the field's type") from error
