"""Arithmetic over fields, constants, dated reference values and other lines: typed once, compiled to closures."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from reconciler.mappings.expressions import (
    ARITHMETIC,
    PAIRS,
    Calculate,
    Expression,
    Lines,
    Number,
    from_field,
    line_amount,
    number_field,
    operation_of,
)
from reconciler.mappings.references import dated_number
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Record, Typed
from reconciler.specs.models.terms import Condition, Term


def operand(part: str | Term, scope: Scope) -> Number:
    """One operand, compiled. Raises ClashError where it cannot be a number for every record."""
    name = part if isinstance(part, str) else part.field
    if name is not None:
        return number_field(name, scope)
    assert isinstance(part, Term)
    if part.value is not None:
        constant = part.value
        decimals = max(0, -int(constant.as_tuple().exponent))
        return Number(Typed("decimal", decimals=decimals), lambda record, lines: constant)
    if part.reference is not None:
        return dated_number(part, scope)
    if part.line is not None:
        return line_amount(part.line, scope)
    operation = operation_of(part)
    return arithmetic(operation, getattr(part, operation), scope)


def arithmetic(operation: str, operands: Sequence[str | Term], scope: Scope) -> Number:
    """One operation over two to ten operands; empty where an operand is empty."""
    parts = [operand(each, scope) for each in operands]
    found = Typed(
        "decimal",
        nullable=any(part.typed.nullable for part in parts),
        decimals=_decimals(operation, [part.typed.decimals for part in parts]),
        sensitive=frozenset[str]().union(*(part.typed.sensitive for part in parts)),
    )
    evaluate = _combined(operation, [part.evaluate for part in parts])
    return Number(found, evaluate, frozenset[str]().union(*(part.lines for part in parts)))


def subject(condition: Condition, scope: Scope) -> Expression:
    """What a condition compares: a field, or arithmetic."""
    if condition.field is not None:
        return from_field(condition.field, scope)
    operation = operation_of(condition)
    found = arithmetic(operation, getattr(condition, operation), scope)
    return Expression(found.typed, found.evaluate, found.lines)


def _combined(operation: str, parts: Sequence[Calculate]) -> Calculate:
    if len(parts) == 2:
        return _pair(PAIRS[operation], *parts)
    combine = ARITHMETIC[operation]

    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        values = []
        for part in parts:
            if (value := part(record, lines)) is None:
                return None
            values.append(value)
        return combine(values)

    return evaluate


def _decimals(operation: str, decimals: Sequence[int | None]) -> int | None:
    known = [each for each in decimals if each is not None]
    if len(known) != len(decimals):
        return None
    return sum(known) if operation == "product" else max(known)


def _pair(combine: Callable[[Decimal, Decimal], Decimal], first: Calculate, second: Calculate) -> Calculate:
    def evaluate(record: Record, lines: Lines) -> Decimal | None:
        left, right = first(record, lines), second(record, lines)
        return None if left is None or right is None else combine(left, right)

    return evaluate
