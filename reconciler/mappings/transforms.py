"""The steps of a rule, in their fixed order: each says what it takes and gives, and makes a closure that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from reconciler.mappings import dates, numbers, texts
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import WORDS, Typed, Value
from reconciler.specs.identifiers import CHECKS
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.sentences import joined, say
from reconciler.specs.wording import did_you_mean

Step = Callable[[Value], Value]
LONGEST_WHOLE = 20
"""Characters of a whole number that a database holds, with its sign."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One step: `check` gives the outgoing type or raises ClashError, `build` makes the closure."""

    check: Callable[[FieldRule, Typed, Scope], Typed]
    build: Callable[[FieldRule, Typed, Scope], Step]


def _needs(step: str, incoming: Typed, *types: str) -> None:
    if incoming.type not in types:
        takes = joined((WORDS[each] for each in types), " or ")
        message = say("`{step}` takes {takes}, and this is {words}", step=step, takes=takes, words=WORDS[incoming.type])
        raise ClashError("mapping-type", message, say("leave out `{step}`, or map another field", step=step))


def _check_text(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("text", incoming, "text")
    # The other case of a few letters is longer (ß is SS); where that does not fit, the record is refused.
    return incoming


def _build_text(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    return texts.changes(rule.text_steps)  # type: ignore[return-value] # it takes text only


def _check_replace(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("replace", incoming, "text")
    return replace(incoming, longest=texts.longest_replaced(incoming.longest, rule.replace or []))


def _check_lookup(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("lookup", incoming, "text", "integer")
    table = scope.mapping.lookups.get(str(rule.lookup))
    if table is None:
        hint = did_you_mean(str(rule.lookup), scope.mapping.lookups)
        raise ClashError(
            "unknown-reference",
            say("there is no lookup '{lookup}'", lookup=rule.lookup),
            hint or "add it under lookups",
        )
    if rule.default is not None and texts.changes(rule.text_steps)(rule.default) not in table and not rule.replace:
        message = say(
            "the default '{default}' has no entry in the lookup '{lookup}'", default=rule.default, lookup=rule.lookup
        )
        raise ClashError("lookup-value", message, "add it there, or choose a default that has one")
    values = tuple(table.values())
    return replace(incoming, type="text", longest=max(map(len, values), default=0), decimals=None, values=values)


def _build_lookup(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    table, name = scope.mapping.lookups[str(rule.lookup)], rule.lookup

    def step(value: Value) -> Value:
        try:
            return table[value if isinstance(value, str) else str(value)]
        except KeyError:
            raise CannotRenderError(
                say("the lookup '{name}' has no entry for '{value}'", name=name, value=value)
            ) from None

    return step


def _check_words(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("words", incoming, "boolean")
    assert rule.words is not None
    values = (rule.words.true, rule.words.false)
    return replace(incoming, type="text", longest=max(map(len, values)), values=values)


def _build_words(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    assert rule.words is not None
    true, false = rule.words.true, rule.words.false
    return lambda value: true if value else false


def _check_closed(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("when_closed", incoming, "date", "instant")
    if rule.when_closed == "hold" and (rule.from_ is None or rule.default is not None):
        message = "`when_closed: hold` waits for a field of the record, and this rule may take another value"
        raise ClashError("mapping-type", message, "write from without default, or when_closed: reject")
    return incoming


def _check_date(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("date", incoming, "date", "instant")
    dates.zone_of(rule, scope)
    form = rule.date_format or "iso"
    if form.startswith("epoch"):
        return replace(incoming, type="integer", decimals=0)
    return replace(incoming, type="date" if form == "iso" else "text", longest=dates.LONGEST.get(form, 10))


def _check_negate(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("negate", incoming, "decimal", "integer")
    return incoming


def _check_number(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("number", incoming, "decimal", "integer")
    form = rule.number
    assert form is not None
    if form.minor_units:
        return replace(incoming, type="integer", decimals=0)
    if form.decimal == "point" and form.thousands == "none":
        return replace(incoming, type="decimal", decimals=form.decimals)
    return replace(incoming, type="text", longest=numbers.LONGEST, decimals=None)


def _build_number(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    form = rule.number
    assert form is not None
    write: Callable[[Decimal], Value] = numbers.rounder(form.decimals)
    if form.minor_units:
        write = numbers.minor_units(form.decimals)
    elif form.decimal != "point" or form.thousands != "none":
        write = numbers.marked(form)
    if incoming.type == "integer":
        return lambda value: write(Decimal(value))  # type: ignore[arg-type] # a whole number, by its type
    return write  # type: ignore[return-value] # a decimal, by its type


def _check_pad(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("pad", incoming, "text", "integer")
    assert rule.pad is not None
    known = _length(incoming)
    longest = None if known is None else max(known, rule.pad.length)
    return replace(incoming, type="text", longest=longest, decimals=None)


def _build_pad(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    assert rule.pad is not None
    return _on_text(texts.padding(rule.pad))


def _check_check(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("check", incoming, "text", "integer")
    return replace(incoming, type="text", longest=_length(incoming), decimals=None)


def _build_check(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    check = CHECKS[rule.check or ""]

    def step(value: Value) -> Value:
        try:
            return check(str(value))
        except ValueError as error:
            raise CannotRenderError(str(error)) from None

    return step


def _check_truncate(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("truncate", incoming, "text")
    assert rule.truncate is not None
    known = rule.truncate.length if incoming.longest is None else min(incoming.longest, rule.truncate.length)
    return replace(incoming, longest=known)


def _build_truncate(rule: FieldRule, incoming: Typed, scope: Scope) -> Step:
    assert rule.truncate is not None
    return texts.truncating(rule.truncate)  # type: ignore[return-value] # it takes text only


def _length(incoming: Typed) -> int | None:
    return LONGEST_WHOLE if incoming.type == "integer" else incoming.longest


def _on_text(change: Callable[[str], str]) -> Step:
    return lambda value: change(str(value))


STEPS: Mapping[str, Transform] = {
    "text": Transform(_check_text, _build_text),
    "replace": Transform(_check_replace, lambda rule, incoming, scope: _on_text(texts.replacing(rule.replace or []))),
    "lookup": Transform(_check_lookup, _build_lookup),
    "words": Transform(_check_words, _build_words),
    "when_closed": Transform(_check_closed, lambda rule, incoming, scope: dates.opening(rule, scope)),
    "date": Transform(_check_date, lambda rule, incoming, scope: dates.writer(rule, incoming.type, scope)),
    "negate": Transform(_check_negate, lambda rule, incoming, scope: lambda value: -value),  # type: ignore[operator] # a number
    "number": Transform(_check_number, _build_number),
    "pad": Transform(_check_pad, _build_pad),
    "check": Transform(_check_check, _build_check),
    "truncate": Transform(_check_truncate, _build_truncate),
}
"""Every step by its key, in the order in which they are applied, whatever the order in the text."""
