"""The steps of a rule, in their fixed order: each says what it takes and gives, and makes a closure that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import WORDS, Typed, Value
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.wording import did_you_mean

Step = Callable[[Value], Value]
DATES: Mapping[str, Callable[[date], str]] = {
    "iso": lambda day: day.isoformat(),
    "dd.mm.yyyy": lambda day: f"{day:%d.%m.%Y}",
    "yyyymmdd": lambda day: f"{day:%Y%m%d}",
}
TEXTS: Mapping[str, Callable[[str], str]] = {"trim": str.strip, "upper": str.upper, "lower": str.lower}


@dataclass(frozen=True, slots=True)
class Transform:
    """One step: `check` gives the outgoing type or raises ClashError, `build` makes the closure."""

    check: Callable[[FieldRule, Typed, Scope], Typed]
    build: Callable[[FieldRule, Scope], Step]


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as accountants do (design.md 4.20). Never a negative zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _needs(step: str, incoming: Typed, *types: str) -> None:
    if incoming.type not in types:
        takes = " or ".join(WORDS[each] for each in types)
        message = f"`{step}` takes {takes}, and this is {WORDS[incoming.type]}"
        raise ClashError("mapping-type", message, f"leave out `{step}`, or map another field")


def _check_lookup(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("lookup", incoming, "text", "integer")
    table = scope.mapping.lookups.get(rule.lookup or "")
    if table is None:
        hint = did_you_mean(rule.lookup or "", scope.mapping.lookups)
        raise ClashError("unknown-reference", f"there is no lookup '{rule.lookup}'", hint or "add it under lookups")
    if rule.default is not None and rule.default not in table:
        message = f"the default '{rule.default}' has no entry in the lookup '{rule.lookup}'"
        raise ClashError("lookup-value", message, "add it there, or choose a default that has one")
    return replace(incoming, type="text", longest=max(map(len, table.values()), default=0))


def _build_lookup(rule: FieldRule, scope: Scope) -> Step:
    table, name = scope.mapping.lookups[rule.lookup or ""], rule.lookup

    def step(value: Value) -> Value:
        try:
            return table[str(value)]
        except KeyError:
            raise CannotRenderError(f"the lookup '{name}' has no entry for '{value}'") from None

    return step


def _check_text(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("text", incoming, "text")
    return incoming


def _check_truncate(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("truncate", incoming, "text")
    assert rule.truncate is not None
    return replace(incoming, longest=rule.truncate.length)


def _build_truncate(rule: FieldRule, scope: Scope) -> Step:
    assert rule.truncate is not None
    length = rule.truncate.length
    return lambda value: str(value)[:length]


def _check_date(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("date", incoming, "date", "instant")
    if rule.date in {"epoch_s", "epoch_ms"}:
        return replace(incoming, type="integer", decimals=0)
    return replace(incoming, type="date" if rule.date == "iso" else "text", longest=10)


def _build_date(rule: FieldRule, scope: Scope) -> Step:
    if rule.date in {"epoch_s", "epoch_ms"}:
        factor = 1 if rule.date == "epoch_s" else 1000
        return lambda value: _epoch(value, scope.zone) * factor
    write = DATES[rule.date or "iso"]
    return lambda value: write(_local(value, scope.zone))


def _local(value: Value, zone: ZoneInfo) -> date:
    assert isinstance(value, date)
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _epoch(value: Value, zone: ZoneInfo) -> int:
    assert isinstance(value, date)
    instant = value if isinstance(value, datetime) else datetime.combine(value, time(), zone)
    return int(instant.timestamp())


def _check_negate(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    if rule.negate:
        _needs("negate", incoming, "decimal", "integer")
    return incoming


def _build_negate(rule: FieldRule, scope: Scope) -> Step:
    return (lambda value: -Decimal(str(value))) if rule.negate else (lambda value: value)


def _check_number(rule: FieldRule, incoming: Typed, scope: Scope) -> Typed:
    _needs("number", incoming, "decimal", "integer")
    assert rule.number is not None
    return replace(incoming, type="decimal", decimals=rule.number.decimals)


def _build_number(rule: FieldRule, scope: Scope) -> Step:
    assert rule.number is not None
    decimals = rule.number.decimals
    return lambda value: half_up(Decimal(str(value)), decimals)


STEPS: Mapping[str, Transform] = {
    "lookup": Transform(_check_lookup, _build_lookup),
    "text": Transform(_check_text, lambda rule, scope: _text_step(rule)),
    "truncate": Transform(_check_truncate, _build_truncate),
    "date": Transform(_check_date, _build_date),
    "negate": Transform(_check_negate, _build_negate),
    "number": Transform(_check_number, _build_number),
}
"""Every step by its key, in the order in which they are applied, whatever the order in the text."""


def _text_step(rule: FieldRule) -> Step:
    change = TEXTS[rule.text or "trim"]
    return lambda value: change(str(value))
