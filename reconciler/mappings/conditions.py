"""Whether a line is part of a document: comparisons of typed values, alone or together, compiled to closures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import ge, gt, le, lt

from reconciler.mappings.expressions import Evaluate, Expression, Lines, line_amount, local_day
from reconciler.mappings.operands import operand, subject
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import DAYS, NUMBERS, WORDS, Record, Typed, Value, convert, empty
from reconciler.specs.models.terms import Condition, Term
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice

Holds = Callable[[Record, Lines], bool]
Compare = Callable[[Value, Value], bool]
ORDER: dict[str, Compare] = {"greater_than": gt, "at_least": ge, "less_than": lt, "at_most": le}


@dataclass(frozen=True, slots=True)
class Held:
    """A compiled condition, and the lines that must be made before it is asked."""

    holds: Holds
    lines: frozenset[str] = frozenset()


def compile_condition(condition: Condition, scope: Scope) -> Held:
    """Raises ClashError where the comparison cannot be made of every record."""
    if condition.all is not None:
        return _together([compile_condition(each, scope) for each in condition.all], all)
    if condition.any is not None:
        return _together([compile_condition(each, scope) for each in condition.any], any)
    if condition.not_ is not None:
        inner = compile_condition(condition.not_, scope)
        return Held(lambda record, lines: not inner.holds(record, lines), inner.lines)
    found = subject(condition, scope)
    if condition.present is not None:
        wanted, evaluate = condition.present, found.evaluate
        return Held(lambda record, lines: (not empty(evaluate(record, lines))) is wanted, found.lines)
    return _compared(condition, _Side.of(condition, found, scope), scope)


def _together(parts: Sequence[Held], combine: Callable[[Sequence[bool]], bool]) -> Held:
    each = [part.holds for part in parts]
    lines = frozenset[str]().union(*(part.lines for part in parts))
    # A generator: the first that decides is the last that is asked.
    return Held(lambda record, given: combine(holds(record, given) for holds in each), lines)  # type: ignore[arg-type] # any iterable does


@dataclass(frozen=True, slots=True)
class _Side:
    """The left side of a comparison: a number, a local day, text, or true and false."""

    name: str
    typed: Typed
    evaluate: Evaluate
    lines: frozenset[str]

    @classmethod
    def of(cls, condition: Condition, found: Expression, scope: Scope) -> "_Side":
        name = condition.field or "the result"
        evaluate = _on_day(found.evaluate, scope) if found.typed.type == "instant" else found.evaluate
        return cls(name, found.typed, evaluate, found.lines)

    def value(self, text: str) -> Value:
        """The text of a condition as a value of this side's type: 450.5 is 450.50; of an instant, a local day."""
        kind = "date" if self.typed.type == "instant" else self.typed.type
        try:
            found = convert(kind, text)
        except (ValueError, ArithmeticError, LookupError) as error:
            message = say(
                "'{name}' is {words}, and '{text}' is not", name=self.name, words=WORDS[self.typed.type], text=text
            )
            message = (
                say("'{name}' is compared by its day, and '{text}' is none", name=self.name, text=text)
                if kind == "date"
                else message
            )
            raise ClashError("mapping-type", message, "compare with a value of the field's type") from error
        if self.typed.values is not None and found not in self.typed.values:
            message = say("'{name}' is never '{text}'", name=self.name, text=text)
            raise ClashError("mapping-type", message, choice(text, map(str, self.typed.values)))
        return found


def _on_day(evaluate: Evaluate, scope: Scope) -> Evaluate:
    def day(record: Record, lines: Lines) -> date | None:
        value = evaluate(record, lines)
        return None if value is None else local_day(value, scope)

    return day


def _compared(condition: Condition, side: _Side, scope: Scope) -> Held:
    if condition.greater_than_line is not None:
        _ordered(side, "greater_than_line")
        amount = line_amount(condition.greater_than_line, scope)
        return _against(side, gt, Expression(amount.typed, amount.evaluate, amount.lines))
    for key, compare in ORDER.items():
        if (bound := getattr(condition, key)) is not None:
            _ordered(side, key)
            return _against(side, compare, _bound(bound, side, scope))
    if condition.between is not None:
        return _between(condition.between, side, scope)
    return _listed(condition, side)


def _ordered(side: _Side, key: str) -> None:
    if side.typed.type not in NUMBERS | DAYS or (key == "greater_than_line" and side.typed.type not in NUMBERS):
        wanted = "a number" if key == "greater_than_line" else "a number or a day"
        message = say("'{name}' is {words}, not {wanted}", name=side.name, words=WORDS[side.typed.type], wanted=wanted)
        raise ClashError("mapping-type", message, say("`{key}` compares numbers and days only", key=key))


def _bound(bound: str | Term, side: _Side, scope: Scope) -> Expression:
    if isinstance(bound, str):
        value = side.value(bound)
        return Expression(side.typed.present(), lambda record, lines: value)
    if side.typed.type not in NUMBERS:
        message = say(
            "'{name}' is {words}, and arithmetic gives a number", name=side.name, words=WORDS[side.typed.type]
        )
        raise ClashError("mapping-type", message, "compare with a day, such as 2026-01-31")
    found = operand(bound, scope)
    return Expression(found.typed, found.evaluate, found.lines)


def _against(side: _Side, compare: Compare, other: Expression) -> Held:
    left, right = side.evaluate, other.evaluate

    def holds(record: Record, lines: Lines) -> bool:
        value, limit = left(record, lines), right(record, lines)
        return value is not None and limit is not None and compare(value, limit)

    return Held(holds, side.lines | other.lines)


def _between(bounds: Sequence[str | Term], side: _Side, scope: Scope) -> Held:
    _ordered(side, "between")
    least, most = (_bound(each, side, scope) for each in bounds)
    if all(isinstance(each, str) for each in bounds) and lt(side.value(str(bounds[1])), side.value(str(bounds[0]))):
        message = say("nothing lies between {bounds} and {bounds2}", bounds=bounds[0], bounds2=bounds[1])
        raise ClashError("mapping-type", message, "write the lower one first")
    return _together([_against(side, ge, least), _against(side, le, most)], all)


def _listed(condition: Condition, side: _Side) -> Held:
    texts = condition.in_ or condition.not_in or [condition.equals or condition.not_equals or ""]
    wanted, evaluate = frozenset(side.value(text) for text in texts), side.evaluate
    if condition.not_in is not None or condition.not_equals is not None:
        return Held(lambda record, lines: evaluate(record, lines) not in wanted, side.lines)
    return Held(lambda record, lines: evaluate(record, lines) in wanted, side.lines)
