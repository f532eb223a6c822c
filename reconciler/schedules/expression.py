"""What people write for WHEN, read into an `Expression`: five cron fields, or a preset. Nothing else is a schedule.

The five fields mean what they mean to Kubernetes (`fields.py`); its macros, its `TZ=` prefix and the six or seven
fields of Quartz are refused with the text that would be right.
"""

import re
from typing import Literal, assert_never

from reconciler.schedules.check import Finding, check
from reconciler.schedules.cron import LAST_DAYS, Expression
from reconciler.schedules.fields import DAY, FIELDS, WEEKDAY, ExpressionInvalid, read
from reconciler.specs.sentences import say

__all__ = ["Every", "Expression", "ExpressionInvalid", "Finding", "check", "parse", "preset"]

Every = Literal["daily", "weekly", "monthly", "hourly"]

FORM = "minute hour day month weekday"
QUIET = "03:30"
"""The time that presets propose: after the clock change (01:00-03:00 in most of Europe), before people come to work."""

SAFE_DAYS = 28
"""Every month has this many days."""

MAX_LENGTH = 200
MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
WEEKDAY_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def parse(text: str, *, last_day: bool = False) -> Expression:
    """Read five fields. `last_day` restores the flag that is stored beside `28-31` in the day field.

    Raises `ExpressionInvalid`.
    """
    parts = _parts(text)
    (minutes, _), (hours, _), (days, day_star), (months, _), (weekdays, week_star) = (
        read(field, part) for field, part in zip(FIELDS, parts, strict=True)
    )
    if not (day_star or week_star) and (days == (*DAY.everything,) or weekdays == (*WEEKDAY.everything,)):
        # Neither is a star, so either is enough, and one of them is always true: every day.
        days, weekdays = (*DAY.everything,), (*WEEKDAY.everything,)
    expression = Expression(minutes, hours, days, months, weekdays, last_day, " ".join(parts))
    if last_day and not (days == LAST_DAYS and expression.any_weekday):
        raise ExpressionInvalid(
            say("the last day is written 28-31 in the day field and * in the weekday, not {text!r}", text=text)
        )
    return expression


def preset(every: Every, at: str | None = None, on: str | int | None = None) -> Expression:
    """The expression of a preset.

    `at` is the local time HH:MM (03:30 where left out; for `hourly` 00:MM, the minutes past each hour). `on` is a
    weekday for `weekly` (mon, monday), a day 1-28 or "last" for `monthly`, and nothing for the others.
    Raises `ExpressionInvalid`.
    """
    match every:
        case "hourly":
            _nothing_on(every, on)
            return parse(f"{_past(at)} * * * *")
        case "daily":
            _nothing_on(every, on)
            return parse(f"{_time(at)} * * *")
        case "weekly":
            return parse(f"{_time(at)} * * {_weekday(on)}")
        case "monthly" if str(on).lower() == "last":
            return parse(f"{_time(at)} 28-31 * *", last_day=True)
        case "monthly":
            return parse(f"{_time(at)} {_day(on)} * *")
        case _:
            assert_never(every)


def _parts(text: str) -> list[str]:
    parts = text.split()
    if not parts:
        raise ExpressionInvalid(
            say("the expression is empty: write 5 fields, {form_}, for instance 30 3 * * *", form_=FORM)
        )
    if len(text) > MAX_LENGTH:
        raise ExpressionInvalid(
            say(
                "the expression has {count} characters: {max_length} are enough for 5 fields",
                count=len(text),
                max_length=MAX_LENGTH,
            )
        )
    if parts[0].startswith("@"):
        raise ExpressionInvalid(_macro(parts[0]))
    if parts[0].upper().startswith(("TZ=", "CRON_TZ=")):
        raise ExpressionInvalid(
            say("{parts} does not belong in the expression: the zone has its own key, `zone`", parts=parts[0])
        )
    if len(parts) in (6, 7):
        raise ExpressionInvalid(
            say("{count} fields: this is the Quartz form, we use 5: {form_}", count=len(parts), form_=FORM)
        )
    if len(parts) != len(FIELDS):
        raise ExpressionInvalid(
            say(
                "{count} field: we use 5: {form_}" if len(parts) == 1 else "{count} fields: we use 5: {form_}",
                count=len(parts),
                form_=FORM,
            )
        )
    return parts


def _macro(word: str) -> str:
    if word.lower() == "@every":
        return "@every counts from when a scheduler was started: write fields, for instance */15 * * * *"
    return say(
        "{word} is not used here: write the 5 fields, {get}", word=word, get=MACROS.get(word.lower(), "30 3 * * *")
    )


def _clock(at: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", at)
    if not found:
        raise ExpressionInvalid(
            say("at {at!r} is not a time of day: write HH:MM, for instance {quiet}", at=at, quiet=QUIET)
        )
    return int(found[1]), int(found[2])


def _time(at: str | None) -> str:
    hour, minute = _clock(QUIET if at is None else at)
    return f"{minute} {hour}"


def _past(at: str | None) -> int:
    hour, minute = _clock("00:00" if at is None else at)
    if hour:
        raise ExpressionInvalid(
            say("at {at} with hourly: it runs in every hour, so write 00:{minute:02}", at=at, minute=minute)
        )
    return minute


def _nothing_on(every: str, on: str | int | None) -> None:
    if on is not None:
        raise ExpressionInvalid(say("on {on} with {every}: `on` belongs to weekly and monthly", on=on, every=every))


def _weekday(on: str | int | None) -> int:
    word = str(on).lower()
    for number, name in enumerate(WEEKDAY_NAMES):
        if word in (name, name[:3], str(number)):
            return number
    given = "weekly needs a day" if on is None else say("on {on} is not a weekday", on=on)
    raise ExpressionInvalid(say("{given}: write one of mon, tue, wed, thu, fri, sat, sun", given=given))


def _day(on: str | int | None) -> int:
    word = str(on)
    if word.isascii() and word.isdigit() and len(word) <= 2 and 1 <= int(word) <= SAFE_DAYS:
        return int(word)
    given = "monthly needs a day" if on is None else say("on {on} is not in every month", on=on)
    raise ExpressionInvalid(say("{given}: write 1-{safe_days}, or last", given=given, safe_days=SAFE_DAYS))
