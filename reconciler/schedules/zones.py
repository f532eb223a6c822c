"""Clocks on walls and instants: what a zone does to a wall-clock minute, and when its clocks change.

A wall time is a naive datetime; an instant is aware and in UTC. A *gap* is what the clock jumps over in spring, a
*fold* is what it shows twice in autumn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reconciler.specs.sentences import say

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


class ZoneUnknown(ValueError):
    """The name is not one of the IANA time zone database."""

    def __init__(self, name: str) -> None:
        self.message = say("{name!r} is not a time zone: write an IANA name, for instance Europe/Oslo", name=name)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Change:
    """An instant at which a zone's clocks jump; wall times from `low` up to but not including `high` are skipped
    (`forward`) or shown twice."""

    at: datetime
    low: datetime
    high: datetime
    forward: bool


def load(name: str) -> ZoneInfo:
    """The zone of that name. Raises `ZoneUnknown`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: "Europe" is a folder of the database
        raise ZoneUnknown(name) from error


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at the instant."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def instants(shown: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the clock shows this time: once, twice in a fold, never in a gap."""
    readings = sorted({_read(shown, zone, fold) for fold in (0, 1)})
    return [at for at in readings if wall(at, zone) == shown]


def first_instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock shows this time, or has jumped over it: the end of the gap.

    It never decreases when `shown` grows, which is what lets occurrences be put in order as they come.
    """
    found = instants(shown, zone)
    if found:
        return found[0]
    # In a gap, fold 1 reads with the offset after the change and lands before it; fold 0 the other way (PEP 495).
    return _change_between(_read(shown, zone, 1), _read(shown, zone, 0), zone)


def falls_back_by(after: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clock will go back so soon that it then shows what it has shown before `after`; zero otherwise."""
    back = _offset(after, zone) - _offset(after + timedelta(days=1), zone)
    return back if _offset(after + back, zone) < _offset(after, zone) else timedelta(0)


@lru_cache(maxsize=64)
def changes(zone: ZoneInfo, start: datetime, until: datetime) -> tuple[Change, ...]:
    """The clock changes between two instants. Changes less than a week apart may be missed; there are none such.

    Remembered: thousands of schedules ask the same of the same zone.
    """
    return tuple(_changes(zone, start, until))


def _changes(zone: ZoneInfo, start: datetime, until: datetime) -> Iterator[Change]:
    low = start.astimezone(UTC).replace(microsecond=0)
    while low < until:
        high = min(low + WEEK, until)
        if _offset(low, zone) != _offset(high, zone):
            yield _change(_change_between(low, high, zone), zone)
        low = high


def _change(at: datetime, zone: ZoneInfo) -> Change:
    before, after = wall(at - SECOND, zone) + SECOND, wall(at, zone)
    return Change(at, min(before, after), max(before, after), forward=after > before)


def _change_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second with another offset than at `low`; there must be exactly one change up to `high`."""
    offset = _offset(low, zone)
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
    return high


def _read(shown: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    return offset if offset is not None else timedelta(0)
