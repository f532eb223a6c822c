"""Another opinion on when a schedule runs, made without any of our code: it walks every minute of UTC.

Each minute is shown to a clock on the wall (zoneinfo), and the fields of the expression are matched against what the
clock shows, as robfig/cron `spec.go` does. The rules for clock changes are those of design.md 4.14: with every hour
named each showing runs and what is skipped is lost; otherwise the second showing does not run, and what a gap swallowed
runs once at its end.
"""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
WORDS = dict(zip((*MONTHS, *WEEKDAYS), (*range(1, 13), *range(7)), strict=True))
EARLIER = timedelta(hours=3)
"""What the clock has shown before the start counts too: the walk begins there."""

BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


def runs(cron: str, zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The instants in UTC, later than `start` and up to `end`, at which the expression runs."""
    fields = [_values(part.lower(), *bounds) for part, bounds in zip(cron.split(), BOUNDS, strict=True)]
    either = not any(part[0] in "*?" and part[1:] in ("", "/1") for part in cron.split()[2::2])
    elapsed = len(fields[1]) == 24
    found = []
    for at, shown, skipped, again in walk(zone, start - EARLIER, end):
        if at <= start:
            continue
        swallowed = not elapsed and any(_matches(fields, each, either) for each in skipped)
        if swallowed or (_matches(fields, shown, either) and (elapsed or not again)):
            found.append(at)
    return found


@cache
def walk(zone: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, tuple[datetime, ...], bool]]:
    """Every minute: the instant, what the clock shows, the minutes that it jumped over just now, and whether it has
    shown this minute before."""
    found, seen, place = [], set(), ZoneInfo(zone)
    before = start.astimezone(place).replace(tzinfo=None, fold=0)
    at = start + MINUTE
    while at <= end:
        shown = at.astimezone(place).replace(tzinfo=None, fold=0)
        jumped = max(0, (shown - before) // MINUTE - 1)
        skipped = tuple(before + MINUTE * n for n in range(1, jumped + 1))
        found.append((at, shown, skipped, shown in seen))
        seen.add(shown)
        before, at = shown, at + MINUTE
    return found


def _values(part: str, low: int, high: int) -> frozenset[int]:
    chosen: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, dash, last = span.partition("-")
        if span in ("*", "?"):
            ends = low, high
        else:
            begin = _number(first)
            ends = begin, _number(last) if dash else (high if step else begin)
        chosen.update(range(ends[0], ends[1] + 1, int(step or 1)))
    return frozenset(chosen)


def _number(text: str) -> int:
    return WORDS[text] if text in WORDS else int(text)


def _matches(fields: list[frozenset[int]], shown: datetime, either: bool) -> bool:
    minutes, hours, days, months, weekdays = fields
    if shown.minute not in minutes or shown.hour not in hours or shown.month not in months:
        return False
    in_month, in_week = shown.day in days, (shown.weekday() + 1) % 7 in weekdays
    return in_month or in_week if either else in_month and in_week
