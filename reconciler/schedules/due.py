"""Which scheduled time is due now, from the schedules, the history and the clock alone.

Nothing is remembered between two looks: whoever starts runs may be killed, doubled, stopped for a week or given another
clock, and the next look says the same as if nothing had happened. Of several times that have passed only the newest is
carried out, because a run takes everything that is due; the earlier ones are counted and told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile

from reconciler.schedules.cron import Expression
from reconciler.schedules.occurrences import following

COUNTED = 1000
"""So many passed times are counted one by one; of more it is only said that they are more."""
LOOKS = tuple(timedelta(days=days) for days in (1, 8, 63, 732, 366 * 9))
"""How far back the newest passed time is looked for, one after the other: the last is 29 February's."""
STARTING = timedelta(minutes=1)
"""Within so long a clock that starts runs itself has done so."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """A schedule that counts since `applied_at`."""

    expression: Expression
    zone: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """Scheduled times that nobody carried out: `count` of them (at least, where there were `more`), ascending."""

    count: int
    first: datetime
    last: datetime
    more: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done: carry out `at`, where it is not too late for it, and write down what was missed."""

    at: datetime | None
    missed: Passed | None = None


def due(timings: Sequence[Timing], handled: datetime | None, now: datetime, within: timedelta) -> Due | None:
    """What is due of one integration, which may have several schedules; None where nothing is.

    `handled` is its newest scheduled time up to `now` that was carried out or written down as skipped: a clock that was
    ahead for a while has handled times that are to come, and those say nothing. A time is carried out `within` so long.
    Raises `ZoneUnknown`.
    """
    waiting = [each for each in timings if (first := _next(each, _since(each, handled))) and first <= now]
    if not waiting:
        return None
    newest = max(_newest(each, handled, now) for each in waiting)
    if now - newest > within:
        return Due(None, _missed(waiting, handled, newest, now))
    return Due(newest, _missed(waiting, handled, newest - _INSTANT, now))


def left_over(timings: Sequence[Timing], handled: datetime | None, now: datetime, within: timedelta) -> Due | None:
    """What is due beside a clock that starts runs itself (Kubernetes'); None where that has seen to it, or still may.

    Such a clock has a minute to start the newest time, and never starts an earlier one: those were missed. It does not
    know a time that a gap of the local clock moved (robfig/cron v3, package documentation: what is scheduled "during
    daylight-savings leap-ahead transitions will not be run"): whoever asks carries that out. Raises `ZoneUnknown`.
    """
    found = due(timings, handled, now - STARTING, within - STARTING)
    if found is None or found.at is None:
        return found
    moved = any(_moved(each, found.at) for each in timings)
    return Due(found.at, found.missed) if moved else Due(None, found.missed) if found.missed else None


def _moved(timing: Timing, at: datetime) -> bool:
    """Whether it is a time of this schedule that no clock on the wall has shown."""
    coming = following(timing.expression, timing.zone, at - _INSTANT, 1)
    return any(each.at == at and each.planned != each.local.replace(tzinfo=None) for each in coming)


def next_due(timings: Sequence[Timing], handled: datetime | None) -> datetime | None:
    """The first time that nobody has handled, whether it has come or is to come. Raises `ZoneUnknown`."""
    return min((at for each in timings if (at := _next(each, _since(each, handled)))), default=None)


def _since(timing: Timing, handled: datetime | None) -> datetime:
    """Times after this one count. One that was applied at its very minute runs then, as the gate says."""
    applied = timing.applied_at - _INSTANT
    return applied if handled is None else max(applied, handled)


def _next(timing: Timing, after: datetime) -> datetime | None:
    return _following(timing.expression, timing.zone, after)


@lru_cache(maxsize=1 << 16)
def _following(expression: Expression, zone: str, after: datetime) -> datetime | None:
    """Remembered: between two runs every look asks the same of thousands of schedules."""
    found = following(expression, zone, after, 1)
    return found[0].at if found else None


def _newest(timing: Timing, handled: datetime | None, now: datetime) -> datetime:
    """The newest time of a schedule that has one since it was handled."""
    since = _since(timing, handled)
    for look in LOOKS:
        found = list(_times(timing, max(since, now - look), now))
        if found:
            return found[-1]
    raise AssertionError("whoever asks knows that there is one")


def _times(timing: Timing, after: datetime, until: datetime) -> Iterator[datetime]:
    """In steps that grow: mostly there are few, and how many is known only afterwards."""
    step = 2
    while found := [each.at for each in following(timing.expression, timing.zone, after, step)]:
        yield from takewhile(lambda at: at <= until, found)
        if found[-1] > until:
            return
        after, step = found[-1], min(2 * step, 256)


def _missed(timings: Sequence[Timing], handled: datetime | None, until: datetime, now: datetime) -> Passed | None:
    """What has passed up to `until` and is not carried out any more."""
    counted: set[datetime] = set()
    more = False
    for each in timings:
        times = list(islice(_times(each, _since(each, handled), min(until, now)), COUNTED + 1))
        more = more or len(times) > COUNTED
        counted.update(times[:COUNTED])
    if not counted:
        return None
    last = max(_newest_up_to(each, handled, until) or min(counted) for each in timings) if more else max(counted)
    return Passed(len(counted), min(counted), last, more)


def _newest_up_to(timing: Timing, handled: datetime | None, until: datetime) -> datetime | None:
    first = _next(timing, _since(timing, handled))
    return _newest(timing, handled, until) if first and first <= until else None
