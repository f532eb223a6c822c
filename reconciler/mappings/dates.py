"""How days and instants are written, and what becomes of a date in closed accounts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.mappings.pipeline import unchanged
from reconciler.mappings.refusal import CannotRenderError, ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Value
from reconciler.specs.models.mapping import FieldRule
from reconciler.specs.models.terms import DateRule
from reconciler.specs.sentences import say

Write = Callable[[Value], Value]
LONGEST: Mapping[str, int] = {"dd.mm.yyyy": 10, "yyyymmdd": 8, "iso_instant": 35}
_DAYS: Mapping[str, Callable[[date], str]] = {
    "dd.mm.yyyy": lambda day: f"{day.day:02}.{day.month:02}.{day.year:04}",
    "yyyymmdd": lambda day: f"{day.year:04}{day.month:02}{day.day:02}",
}
_FACTORS: Mapping[str, int] = {"epoch_s": 1, "epoch_ms": 1000}


def zone_of(rule: FieldRule, scope: Scope) -> ZoneInfo:
    """The zone that a date is written in. Raises ClashError where there is no such zone."""
    if not isinstance(rule.date, DateRule):
        return scope.zone
    try:
        return ZoneInfo(rule.date.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message, hint = (
            say("there is no time zone '{zone}'", zone=rule.date.zone),
            "write one such as Europe/Oslo or UTC",
        )
        raise ClashError("zone-unknown", message, hint) from error


def writer(rule: FieldRule, incoming: str, scope: Scope) -> Write:
    """The closure for the rule's format. A day begins at midnight of the zone; `incoming` is date or instant."""
    form, zone = rule.date_format or "iso", zone_of(rule, scope)
    if form in _FACTORS:
        return lambda value: int(_instant(value, zone).timestamp()) * _FACTORS[form]
    if form == "iso_instant":
        return lambda value: _instant(value, zone).astimezone(zone).isoformat(timespec="seconds")
    day: Write = unchanged if incoming == "date" else lambda value: value.astimezone(zone).date()  # type: ignore[union-attr] # an instant, by its type
    if form == "iso":
        return day
    write = _DAYS[form]
    return lambda value: write(_same(day(value)))


def opening(rule: FieldRule, scope: Scope) -> Write:
    """What `when_closed` does to a date on or before the last closed day (design.md 4.20)."""
    closed, zone = scope.closed_through, scope.zone
    if closed is None:
        return lambda value: value
    first_open = closed + timedelta(days=1)
    midnight = datetime.combine(first_open, time(), zone)

    def move(value: Value) -> Value:
        if _local(value, zone) > closed:
            return value
        if rule.when_closed != "first_open_day":
            raise CannotRenderError(closed_reason(_local(value, zone), closed))
        return midnight if isinstance(value, datetime) else first_open

    return move


def closed_reason(day: date | str, closed: date) -> str:
    """Why a record with a date in closed accounts does not go."""
    return say("{day} lies in accounts that are closed through {closed}", day=day, closed=closed)


def _same(value: Value) -> date:
    assert isinstance(value, date)
    return value


def _local(value: Value, zone: ZoneInfo) -> date:
    assert isinstance(value, date)
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _instant(value: Value, zone: ZoneInfo) -> datetime:
    assert isinstance(value, date)
    return value if isinstance(value, datetime) else datetime.combine(value, time(), zone)
