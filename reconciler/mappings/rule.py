"""One rule: a source, the steps, and the target field's demands; compiled to one closure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from reconciler.mappings import demands
from reconciler.mappings.demands import NUMERIC, TEXTUAL, Wire
from reconciler.mappings.expressions import Evaluate, Expression, Lines, from_field, operation_of
from reconciler.mappings.operands import arithmetic
from reconciler.mappings.pipeline import Recipe, Step, composed, piped, unchanged, unless_blank
from reconciler.mappings.references import table_lookup
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.templates import template
from reconciler.mappings.transforms import STEPS
from reconciler.mappings.values import NUMBERS, WORDS, Record, Typed, Value, convert, empty, written
from reconciler.specs.models.integration_type import TargetField
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, quoted

Write = Callable[[Record, Lines], Wire | Decimal | None]
MAY_EMPTY = ("text", "replace", "lookup", "words", "truncate")
"""Steps after which a text may be blank."""
SETS_VALUES = ("lookup", "words")
"""Steps whose results are known whatever goes in."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`write` gives the value as it stands in the payload, or None where the source is empty without a default.

    Of an amount that `rounding` rounds, it gives the exact Decimal.
    """

    to: str
    path: Path
    required: bool
    write: Write
    lines: frozenset[str]
    recipe: Recipe


@dataclass(slots=True)
class _Chain:
    """A rule on its way: where the value comes from, what was done to it, and what is known of it now."""

    source: Expression
    default: Value | None
    steps: list[Step]
    found: Typed


def compile_rule(rule: FieldRule, path: Path, scope: Scope) -> CompiledRule:
    """Raises ClashError with the finding where the rule cannot work for every record."""
    target = _target(rule, scope)
    rounded = scope.mapping.rounding is not None and rule.to == scope.document.balanced
    if rounded and rule.number is not None:
        raise ClashError("mapping-type", say("`rounding` rounds '{to}' already", to=rule.to), "leave out `number`")
    chain = _chain(rule, scope)
    _fits(rule, chain.found, target)
    if rule.value is not None and rule.table is None:
        recipe, write = _constant(str(composed(chain.steps)(rule.value)), target, rounded=rounded)
    else:
        if not rounded:
            demands.check(rule.to, chain.found, target)
        recipe, write = _writer(rule, chain, target, rounded=rounded)
    return CompiledRule(rule.to, path, target.required, write, chain.source.lines, recipe)


def _target(rule: FieldRule, scope: Scope) -> TargetField:
    target = scope.document.fields.get(rule.to)
    if target is not None and target.mapped:
        if target.entry and (missing := sorted(target.entry.settings - scope.settings.keys())):
            message = say(
                "'{to}' needs the setting {missing}, and the integration '{integration}'",
                to=rule.to,
                missing=missing[0],
                integration=scope.mapping.integration,
            )
            raise ClashError(
                "mapping-type",
                say("{message} does not set it", message=message),
                say("add {missing} to its settings", missing=missing[0]),
            )
        return target
    if target is not None:
        message = say("'{to}' is filled by the integration type and cannot be mapped", to=rule.to)
        raise ClashError("mapping-unknown-target", message, "remove this rule")
    open_fields = [name for name, field in scope.document.fields.items() if field.mapped]
    message = say("a {document} has no field '{to}'", document=scope.mapping.document, to=rule.to)
    raise ClashError("mapping-unknown-target", message, choice(rule.to, open_fields))


def _source(rule: FieldRule, scope: Scope) -> Expression:
    if rule.from_ is not None:
        return from_field(rule.from_, scope)
    if rule.value is not None:
        constant = rule.value
        typed = Typed("text", longest=len(constant), values=(constant,))
        return Expression(typed, lambda record, lines: constant)
    if rule.template is not None:
        return template(rule.template, scope)
    operation = operation_of(rule)
    found = arithmetic(operation, getattr(rule, operation), scope)
    return Expression(found.typed, found.evaluate, found.lines)


def _default(rule: FieldRule, source: Typed) -> Value | None:
    if rule.default is None:
        return None
    try:
        return convert(source.type, rule.default)
    except (ValueError, ArithmeticError, LookupError) as error:
        message = say("the default '{default}' is not {words}", default=rule.default, words=WORDS[source.type])
        raise ClashError("mapping-type", message, "write a default of the type that the source has") from error


def _chain(rule: FieldRule, scope: Scope) -> _Chain:
    source = _source(rule, scope)
    default, found = _default(rule, source.typed), source.typed
    if default is not None:
        longest = None if found.longest is None else max(found.longest, len(str(default)))
        values = None if found.values is None else (*found.values, default)
        found = replace(found.present(), longest=longest, values=values)
    chain = _Chain(source, default, [], found)
    for key, transform in STEPS.items():
        if getattr(rule, key) in (None, False):
            continue
        if key == "lookup" and rule.table is not None:
            _look_up(rule, chain, scope)
            continue
        outgoing = transform.check(rule, chain.found, scope)
        step = transform.build(rule, chain.found, scope)
        _try(rule, step, chain)
        values = outgoing.values if key in SETS_VALUES else _through(step, chain.found.values)
        chain.found = replace(outgoing, values=values)
        chain.steps.append(step)
    return chain


def _look_up(rule: FieldRule, chain: _Chain, scope: Scope) -> None:
    """The table of a lookup by date is read from the record too: what was done so far becomes its source."""
    assert rule.table is not None
    keys = Expression(chain.found, piped(chain.source, chain.default, chain.steps), chain.source.lines)
    chain.source = table_lookup(rule.table, keys, scope)
    chain.default, chain.steps, chain.found = None, [], chain.source.typed


def _try(rule: FieldRule, step: Step, chain: _Chain) -> None:
    """A default and a constant must survive every step: they are known, and so is what becomes of them."""
    value = chain.default if chain.default is not None else rule.value
    if value is None or (rule.value is not None and rule.table is not None):
        return
    try:
        composed([*chain.steps, step])(value)
    except (CannotRenderError, ValueError, ArithmeticError) as error:
        message = say(
            "{written} does not get through its steps: {value}",
            written=quoted(written(value)),
            value=error or "it cannot be calculated",
        )
        raise ClashError("mapping-type", message, "write another value, or leave out the step") from None


def _through(step: Step, values: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    """What the step makes of each known value; one that it refuses will never come out of it."""
    if values is None:
        return None
    made = []
    for value in values:
        try:
            made.append(step(value))
        except (CannotRenderError, ValueError, ArithmeticError):
            continue
    return tuple(made)


def _fits(rule: FieldRule, found: Typed, target: TargetField) -> None:
    """Raises ClashError where a value of type `found` cannot go into `target`."""
    if found.sensitive and rule.reason is None:
        names = ", ".join(sorted(found.sensitive))
        hint = "add reason: why it must leave, in a sentence"
        raise ClashError("mapping-sensitive", say("{names} is sensitive personal data", names=names), hint)
    if target.required and found.nullable:
        message = say("'{to}' is required, and '{value}' may be empty", to=rule.to, value=rule.from_ or "its source")
        raise ClashError("mapping-nullable", message, "add default, or where: {present: [...]} to the export")
    if rule.value is None and not _convertible(rule, found, target):
        message = say(
            "'{to}' takes {words}, and this is {words2}", to=rule.to, words=WORDS[target.type], words2=WORDS[found.type]
        )
        raise ClashError("mapping-type", message, _advice(target))


def _convertible(rule: FieldRule, found: Typed, target: TargetField) -> bool:
    """Whether the type goes there as it is, or is written there as the rule says."""
    if target.type in TEXTUAL:
        iso_text = found.type == "date" and rule.date_format == "iso"
        return found.type in {"text", "integer"} or iso_text
    if target.type in NUMERIC:
        return found.type in NUMBERS
    if target.type == "instant":
        return found.type == "text" and rule.date_format == "iso_instant"
    return target.type == found.type


def _advice(target: TargetField) -> str:
    return {
        "date": "add date: iso",
        "instant": "map an instant, and add date: iso_instant",
        "decimal": "map a number",
        "money": "map a number",
        "text": "say how to write it",
    }.get(target.type, "map another field")


def _constant(text: str, target: TargetField, *, rounded: bool) -> tuple[Recipe, Write]:
    made: Wire | Decimal = demands.constant(text, target)
    if rounded:
        try:
            made = Decimal(str(made))
        except InvalidOperation as error:
            raise ClashError(
                "mapping-type", say("the constant '{text}' is no amount", text=text), "write a number"
            ) from error

    def write(record: Record, lines: Lines) -> Wire | Decimal:
        return made

    return Recipe("", write, text=False, steps=[], last=unchanged, default=None, may_empty=False), write


def _writer(rule: FieldRule, chain: _Chain, target: TargetField, *, rounded: bool) -> tuple[Recipe, Write]:
    if rounded:
        last: Step = _decimal
    else:
        last = demands.writer(target, chain.found, rounded=rule.number is not None)
    default, source = _default_made(chain, last), chain.source
    may_empty = any(getattr(rule, step) is not None for step in MAY_EMPTY)
    if may_empty:
        write: Evaluate = unless_blank(piped(source, chain.default, chain.steps), last)
    else:
        write = piped(source, chain.default, [*chain.steps, last])
    text = source.typed.type == "text"
    recipe = Recipe(source.field, source.evaluate, text, chain.steps, last, default, may_empty)
    return recipe, write  # type: ignore[return-value] # the last step writes


def _default_made(chain: _Chain, last: Step) -> Value | None:
    """The default as it is written. Raises ClashError where the target does not take it."""
    if chain.default is None:
        return None
    made = composed(chain.steps)(chain.default)
    if empty(made):
        message = say("the default {written} comes to nothing", written=quoted(written(chain.default)))
        raise ClashError("mapping-type", message, "write one that says something, or leave it out")
    try:
        return last(made)
    except (CannotRenderError, ValueError, ArithmeticError) as error:
        message = say(
            "the default {written} does not fit: {value}",
            written=quoted(written(chain.default)),
            value=error or "it cannot be calculated",
        )
        raise ClashError("mapping-type", message, "write another default") from None


def _decimal(value: Value) -> Value:
    return Decimal(value)  # type: ignore[arg-type] # a number, by its type
