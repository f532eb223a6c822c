"""What arithmetic and conditions are made of: typed values of a record and of other lines, compiled to closures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import add, mul, sub

from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import NUMBERS, WORDS, Record, Typed, Value
from reconciler.specs.sentences import say

Lines = Mapping[str, Decimal]
"""The amounts of the lines that are already made; zero for one that was left out."""
Evaluate = Callable[[Record, Lines], Value | None]
Calculate = Callable[[Record, Lines], Decimal | None]
ARITHMETIC: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "product": lambda values: reduce(mul, values),
    "sum": lambda values: reduce(add, values),
    "difference": lambda values: reduce(sub, values),
    "min": min,
    "max": max,
}
PAIRS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "product": mul,
    "sum": add,
    "difference": sub,
    "min": min,
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled source: what is known of its value, how to get it, and the lines that must be made before.

    `field` is the record's field where the value is simply that.
    """

    typed: Typed
    evaluate: Evaluate
    lines: frozenset[str] = frozenset()
    field: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A compiled operand; its value is always Decimal."""

    typed: Typed
    evaluate: Calculate
    lines: frozenset[str] = frozenset()


def from_field(name: str, scope: Scope) -> Expression:
    """A field of the record as it is."""
    found = scope.field(name)
    return Expression(found, lambda record, lines: record.get(name), field=name)


def operation_of(part: object) -> str:
    """The key of the arithmetic that a rule, a term or a condition holds; empty where it holds none."""
    return next((key for key in ARITHMETIC if getattr(part, key) is not None), "")


def number_field(name: str, scope: Scope) -> Number:
    """A field that holds a number. Raises ClashError where it holds something else."""
    found = from_field(name, scope)
    if found.typed.type not in NUMBERS:
        message = say("'{name}' is {words}, not a number", name=name, words=WORDS[found.typed.type])
        raise ClashError("mapping-type", message, "calculate with numbers only")
    if found.typed.type == "decimal":
        return Number(found.typed, lambda record, lines: record.get(name))  # type: ignore[arg-type,return-value] # typed
    return Number(found.typed, lambda record, lines: _whole(record.get(name)))


def _whole(value: Value | None) -> Decimal | None:
    return None if value is None else Decimal(value)  # type: ignore[arg-type] # a whole number, by its type


def line_amount(name: str, scope: Scope) -> Number:
    """The amount of another line. Raises ClashError where there is none."""
    if scope.document.balanced is None:
        raise ClashError(
            "mapping-type", say("a {document} has no line amounts", document=scope.mapping.document), "name fields only"
        )
    known = [line.name for line in scope.mapping.lines]
    if name not in known:
        raise ClashError(
            "unknown-reference",
            say("there is no line '{name}'", name=name),
            say("one of {names}", names=", ".join(known)),
        )
    rounding = scope.mapping.rounding
    # With `rounding` amounts stay exact until all lines are there.
    typed = Typed("decimal", decimals=None if rounding else 2)
    return Number(typed, lambda record, lines: lines[name], frozenset({name}))


def local_day(value: Value, scope: Scope) -> date:
    """The day of a date or an instant, in the organisation's zone."""
    assert isinstance(value, date)
    return value.astimezone(scope.zone).date() if isinstance(value, datetime) else value
