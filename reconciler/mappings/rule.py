"""One rule: a source, the steps, and the target field's demands; compiled to one closure."""

import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from reconciler.mappings.expressions import ARITHMETIC, Expression, Lines, arithmetic, from_field, local_day
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.transforms import STEPS, half_up
from reconciler.mappings.values import WORDS, Record, Typed, Value, convert, empty, written
from reconciler.specs.models.integration_type import TargetField
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.origin import Path
from reconciler.specs.wording import choice

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
            raise ClashError("mapping-unknown-target", message, "remove this rule")
        raise ClashError("mapping-unknown-target", message, choice(rule.to, open_fields))
    source = _source(rule, scope)
    found = source.typed
    if rule.default is not None:
        longest = None if found.longest is None else max(found.longest, len(rule.default))
        found = replace(found.present(), longest=longest)
    steps = []
    for key, transform in STEPS.items():
        if getattr(rule, key) not in (None, False):
            found = transform.check(rule, found, scope)
            steps.append(transform.build(rule, scope))
    _fits(rule, found, target)
    default = _default(rule, source.typed)

    def evaluate(record: Record, lines: Lines) -> Value | None:
        value = source.evaluate(record, lines)
        if value is None or empty(value):
            value = default
        if value is None:
            return None
        for step in steps:
            value = step(value)
        return None if empty(value) else value

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
    try:
        return convert(source.type, rule.default)
    except (ValueError, ArithmeticError, LookupError) as error:
        message = f"the default '{rule.default}' is not {WORDS[source.type]}"
        raise ClashError("mapping-type", message, "write a default of the type that the source has") from error


def _template(template: str, scope: Scope) -> Expression:
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        hint = "every { names a field and needs its }, such as Km {travelled_on}"
        raise ClashError("invalid-value", "the braces of the template do not match", hint) from error
    for _text, name, form, conversion in pieces:
        if name == "" or form or conversion:
            hint = "write {field}, with nothing but the name of a field"
            raise ClashError("invalid-value", "braces of the template hold something else than a field's name", hint)
    parts = [(text, from_field(name, scope) if name else None) for text, name, _form, _conversion in pieces]

    def evaluate(record: Record, lines: Lines) -> str:
        values = (f"{text}{_words(part.evaluate(record, lines), scope) if part else ''}" for text, part in parts)
        return "".join(values)

    sensitive = frozenset[str]().union(*(part.typed.sensitive for _, part in parts if part))
    return Expression(Typed("text", sensitive=sensitive), evaluate)


def _words(value: Value | None, scope: Scope) -> str:
    """A value within a template; of an instant, its day in the organisation's zone."""
    if value is None:
        return ""
    return local_day(value, scope).isoformat() if isinstance(value, date) else written(value)


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
    elif target.type != found.type and not (_convertible(found.type, target.type) or _iso_text(rule, found, target)):
        raise ClashError(
            "mapping-type", f"'{rule.to}' takes {WORDS[target.type]}, and this is {WORDS[found.type]}", _advice(target)
        )
    if target.type == "decimal" and rule.value is None and found.decimals is None:
        raise ClashError("mapping-type", f"'{rule.to}' needs a fixed number of decimals", "add number: {decimals: 2}")
    if target.max_length and target.type == "text" and (found.longest is None or found.longest > target.max_length):
        longest = f"up to {found.longest}" if found.longest else "any number of"
        message = f"'{rule.to}' takes {target.max_length} characters, and this has {longest}"
        raise ClashError("mapping-type", message, f"add truncate: {{length: {target.max_length}}}")


def _iso_text(rule: FieldRule, found: Typed, target: TargetField) -> bool:
    """Whether a day goes into a text field and the rule says how it is written."""
    return (found.type, target.type, rule.date) == ("date", "text", "iso")


def _convertible(source: str, target: str) -> bool:
    return (source, target) in {("integer", "text"), ("integer", "decimal")}


def _advice(target: TargetField) -> str:
    return {"date": "add date: iso", "decimal": "map a number", "text": "say how to write it"}.get(
        target.type, "map another field"
    )


def _constant_fits(constant: str, target: TargetField) -> None:
    try:
        wire(constant, target)
    except (ValueError, ArithmeticError, LookupError, CannotRenderError) as error:
        message = f"the constant '{constant}' does not fit: {WORDS[target.type]} is wanted"
        if target.max_length and len(constant) > target.max_length:
            message = f"the constant has {len(constant)} characters; {target.max_length} fit"
        raise ClashError("mapping-type", message, "write another constant") from error


def wire(value: Value, target: TargetField, decimals: int | None = None) -> Wire:
    """A typed value as it stands in a payload. Raises ValueError, ArithmeticError or LookupError where it is none."""
    match target.type:
        case "integer":
            return int(value)  # type: ignore[arg-type] # a date never gets here: the types were checked
        case "decimal":
            number = convert("decimal", value)
            assert isinstance(number, Decimal)
            return written(half_up(number, decimals) if decimals is not None else number)
        case "boolean":
            return value if isinstance(value, bool) else {"true": True, "false": False}[str(value)]
        case "date":
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
        case _:
            text = written(value)
            if target.max_length is not None and len(text) > target.max_length:
                raise CannotRenderError(f"the text has {len(text)} characters; {target.max_length} fit")
            return text
