"""Arithmetic over fields, constants, dated reference values and other lines: typed once, compiled to closures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import add, mul, sub

from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import WORDS, Record, Typed, Value
from reconciler.specs.models.mapping import Term
from reconciler.specs.wording import choice

Lines = Mapping[str, Decimal]
"""The amounts of the lines that are already made; zero for one that was left out."""
Evaluate = Callable[[Record, Lines], Value | None]
ARITHMETIC: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "product": lambda values: reduce(mul, values),
    "sum": lambda values: reduce(add, values),
    "difference": lambda values: reduce(sub, values),
    "min": min,
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled source: what is known of its value, how to get it, and the lines that must be made before."""

    typed: Typed
    evaluate: Evaluate
    lines: frozenset[str] = frozenset()


def from_field(name: str, scope: Scope) -> Expression:
    """A field of the record as it is."""
    found = scope.field(name)
    return Expression(found, lambda record, lines: record.get(name))


def arithmetic(operation: str, operands: Sequence[str | Term], scope: Scope) -> Expression:
    """One operation over two to ten operands; empty where an operand is empty."""
    parts = [_operand(operand, scope) for operand in operands]
    combine = ARITHMETIC[operation]
    evaluators = [part.evaluate for part in parts]

    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        values = [value for each in evaluators if (value := each(record, lines)) is not None]
        return combine([Decimal(str(value)) for value in values]) if len(values) == len(evaluators) else None

    found = Typed(
        "decimal",
        nullable=any(part.typed.nullable for part in parts),
        decimals=_decimals(operation, [part.typed.decimals for part in parts]),
        sensitive=frozenset[str]().union(*(part.typed.sensitive for part in parts)),
    )
    return Expression(found, evaluate, frozenset[str]().union(*(part.lines for part in parts)))


def _decimals(operation: str, decimals: Sequence[int | None]) -> int | None:
    known = [each for each in decimals if each is not None]
    if len(known) != len(decimals):
        return None
    return sum(known) if operation == "product" else max(known)


def _operand(operand: str | Term, scope: Scope) -> Expression:
    name = operand if isinstance(operand, str) else operand.field
    if name is not None:
        return _number_field(name, scope)
    assert isinstance(operand, Term)
    if operand.value is not None:
        constant = operand.value
        exponent = constant.as_tuple().exponent
        return Expression(Typed("decimal", decimals=max(0, -int(exponent))), lambda record, lines: constant)
    if operand.reference is not None:
        return _reference(operand, scope)
    if operand.line is not None:
        return _line(operand.line, scope)
    operation = next(key for key in ARITHMETIC if getattr(operand, key) is not None)
    return arithmetic(operation, getattr(operand, operation), scope)


def _number_field(name: str, scope: Scope) -> Expression:
    found = from_field(name, scope)
    if found.typed.type not in {"decimal", "integer"}:
        raise ClashError(
            "mapping-type", f"'{name}' is {WORDS[found.typed.type]}, not a number", "calculate with numbers only"
        )
    return found


def _line(name: str, scope: Scope) -> Expression:
    if scope.document.balanced is None:
        raise ClashError("mapping-type", f"a {scope.mapping.document} has no line amounts", "name fields only")
    known = [line.name for line in scope.mapping.lines]
    if name not in known:
        raise ClashError("unknown-reference", f"there is no line '{name}'", f"one of {', '.join(known)}")
    return Expression(Typed("decimal", decimals=2), lambda record, lines: lines[name], frozenset({name}))


def _reference(term: Term, scope: Scope) -> Expression:
    assert term.reference is not None
    table_name, column = term.reference.split(".")
    table = scope.tables.get(table_name)
    if table is None or column not in table.columns:
        known = [f"{name}.{key}" for name, found in scope.tables.items() for key in found.columns]
        raise ClashError(
            "unknown-reference", f"there is no reference value '{term.reference}'", choice(term.reference, known)
        )
    if term.at is None:
        raise ClashError("missing-key", "a dated reference value needs `at`, the record's date", "add at")
    day = from_field(term.at, scope)
    if day.typed.type not in {"date", "instant"}:
        raise ClashError("mapping-type", f"'{term.at}' is {WORDS[day.typed.type]}, not a day", "name a date field")

    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        if (value := day.evaluate(record, lines)) is None:
            return None
        on = local_day(value, scope)
        if (found := table.value(column, on)) is None:
            raise CannotRenderError(f"{term.reference} has no value on {on}")
        return found

    return Expression(Typed("decimal", day.typed.nullable), evaluate)


def local_day(value: Value, scope: Scope) -> date:
    """The day of a date or an instant, in the organisation's zone."""
    assert isinstance(value, date)
    return value.astimezone(scope.zone).date() if isinstance(value, datetime) else value
