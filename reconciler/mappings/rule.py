"""One rule: a source, the steps, and the target field's demands; compiled to one closure."""

import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reconciler.mappings.expressions import ARITHMETIC, Expression, Lines, arithmetic, from_field
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.transforms import STEPS, half_up
from reconciler.mappings.values import Record, Typed, Value
from reconciler.specs.models.integration_type import TargetField
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.origin import Path
from reconciler.specs.parse import did_you_mean

Wire = str | int | bool
"""A value as it stands in a payload: decimals and dates as text, so that no rounding can happen on the way."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`evaluate` gives the typed value, or None where the source is empty and no default is given."""

    to: str
    path: Path
    typed: Typed
    evaluate: Callable[[Record, Lines], Value | None]
    lines: frozenset[str]


def compile_rule(rule: FieldRule, path: Path, scope: Scope) -> CompiledRule:
    """Raises ClashError with the finding where the rule cannot work for every record."""
    target = scope.document.fields.get(rule.to)
    if target is None or not target.mapped:
        open_fields = [name for name, field in scope.document.fields.items() if field.mapped]
        message = f"a {scope.mapping.document} has no field '{rule.to}'"
        if target is not None:
            message = f"'{rule.to}' is filled by the integration type and cannot be mapped"
        raise ClashError("mapping-unknown-target", message, did_you_mean(rule.to, open_fields))
    source = _source(rule, scope)
    found = source.typed
    if rule.default is not None:
        found = found.present()
    steps = []
    for key, transform in STEPS.items():
        if getattr(rule, key) not in (None, False):
            found = transform.check(rule, found, scope)
            steps.append(transform.build(rule, scope))
    _fits(rule, found, target)
    default = _default(rule, source.typed)

    def evaluate(record: Record, lines: Lines) -> Value | None:
        value = source.evaluate(record, lines)
        if value is None or value == "":
            value = default
        if value is None:
            return None
        for step in steps:
            value = step(value)
        return value

    return CompiledRule(rule.to, path, found, evaluate, source.lines)


def _source(rule: FieldRule, scope: Scope) -> Expression:
    if rule.from_ is not None:
        return from_field(rule.from_, scope)
    if rule.value is not None:
        constant = rule.value
        return Expression(Typed("text", longest=len(constant)), lambda record, lines: constant)
    if rule.template is not None:
        return _template(rule.template, scope)
    operation = next(key for key in ARITHMETIC if getattr(rule, key) is not None)
    return arithmetic(operation, getattr(rule, operation), scope)


def _default(rule: FieldRule, source: Typed) -> Value | None:
    if rule.default is None:
        return None
    if source.type not in {"decimal", "integer"}:
        return rule.default
    try:
        return Decimal(rule.default)
    except ArithmeticError as error:
        raise ClashError("mapping-type", f"the default '{rule.default}' is not a number") from error


def _template(template: str, scope: Scope) -> Expression:
    try:
        pieces = [(text, name) for text, name, _spec, _conversion in string.Formatter().parse(template)]
    except ValueError as error:
        raise ClashError("invalid-value", f"the template cannot be read: {error}", "braces name fields") from error
    parts = [(text, from_field(name, scope) if name else None) for text, name in pieces]

    def evaluate(record: Record, lines: Lines) -> str:
        values = (f"{text}{_words(part.evaluate(record, lines)) if part else ''}" for text, part in parts)
        return "".join(values)

    sensitive = frozenset[str]().union(*(part.typed.sensitive for _, part in parts if part))
    return Expression(Typed("text", sensitive=sensitive), evaluate)


def _words(value: Value | None) -> str:
    return "" if value is None else str(value)


def _fits(rule: FieldRule, found: Typed, target: TargetField) -> None:
    """The finding that a value of type `found` cannot go into `target`, if so."""
    if found.sensitive and rule.reason is None:
        names = ", ".join(sorted(found.sensitive))
        hint = "add reason: why it must leave, in a sentence"
        raise ClashError("mapping-sensitive", f"{names} is sensitive personal data", hint)
    if target.required and found.nullable:
        message = f"'{rule.to}' is required, and '{rule.from_ or 'its source'}' may be empty"
        raise ClashError("mapping-nullable", message, "add default, or where: {present: [...]} to the export")
    if rule.value is not None:
        _constant_fits(rule.value, target)
    elif target.type != found.type and not _convertible(found.type, target.type):
        raise ClashError("mapping-type", f"'{rule.to}' takes {target.type}, and this is {found.type}", _advice(target))
    if target.type == "decimal" and rule.value is None and found.decimals is None:
        raise ClashError("mapping-type", f"'{rule.to}' needs a fixed number of decimals", "add number: {decimals: 2}")
    if target.max_length and target.type == "text" and (found.longest is None or found.longest > target.max_length):
        longest = f"up to {found.longest}" if found.longest else "any number of"
        message = f"'{rule.to}' takes {target.max_length} characters, and this has {longest}"
        raise ClashError("mapping-type", message, f"add truncate: {{length: {target.max_length}}}")


def _convertible(source: str, target: str) -> bool:
    return (source, target) in {("integer", "text"), ("integer", "decimal")}


def _advice(target: TargetField) -> str:
    return {"date": "add date: iso", "decimal": "map a number", "text": "say how to write it"}.get(target.type, "")


def _constant_fits(constant: str, target: TargetField) -> None:
    try:
        wire(constant, target)
    except (ValueError, ArithmeticError) as error:
        raise ClashError("mapping-type", f"the constant '{constant}' is not {target.type}") from error


def wire(value: Value, target: TargetField, decimals: int | None = None) -> Wire:
    """A typed value as it stands in a payload. Raises ValueError or ArithmeticError where it is not of that type."""
    match target.type:
        case "integer":
            return int(value)  # type: ignore[arg-type] # a date never gets here: the types were checked
        case "decimal":
            number = Decimal(str(value))
            return str(half_up(number, decimals) if decimals is not None else number)
        case "boolean":
            return value if isinstance(value, bool) else {"true": True, "false": False}[str(value)]
        case "date":
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
        case _:
            text = str(value)
            if target.max_length is not None and len(text) > target.max_length:
                raise CannotRenderError(f"'{text[:20]}...' has {len(text)} characters; {target.max_length} fit")
            return text
