"""An expression as a sentence, in English and in Norwegian bokmål. Every expression has one, and it says everything.

A sentence is how often within the day, on which days, and the zone. Up to six times are listed; more are said as a
step, a span or a window. Months come last, and a day that names months, or a day joined with a weekday, comes after
the time.
"""

from collections.abc import Sequence

from reconciler.schedules.cron import Expression
from reconciler.schedules.fields import runs, stride
from reconciler.schedules.occurrences import Occurrence
from reconciler.schedules.words import WORDS, clock, clock_note, listing, months, ordinal
from reconciler.specs.languages import Language

FEW = 6
"""Times that are listed one by one."""

VERY_FEW = 3
"""Times that are listed even where they could be said as a step within an hour."""

STEPS = 4
"""Days of a month from which on equal distances are said as a step."""

WORKDAYS, WEEKEND = (1, 2, 3, 4, 5), (0, 6)


def describe(expression: Expression, language: Language, zone: str) -> str:
    """For instance "every day at 03:30 (Europe/Oslo)", "hver dag kl. 03.30 (Europe/Oslo)"."""
    time, fixed = _time(expression, language)
    days = _days(expression, language)
    plain = expression.any_month and not expression.day_or_weekday
    if expression.elapsed:
        days = days.removeprefix(WORDS[language].every_day).strip()  # "every 15 minutes", "every hour in July"
    parts = (days, time) if fixed and plain else (time, days)
    return f"{' '.join(part for part in parts if part)} ({zone})"


def describe_note(occurrence: Occurrence, language: Language) -> str | None:
    """The note of an occurrence in that language."""
    moved = occurrence.local.replace(tzinfo=None, fold=0)
    return clock_note(language, occurrence.planned, moved, folded=occurrence.note is not None)


def _time(expression: Expression, language: Language) -> tuple[str, bool]:
    """How often within a day, and whether that is a list of times."""
    minutes, hours = expression.minutes, expression.hours
    if expression.elapsed:
        return _minutes(expression, language), False
    if _listed(minutes, hours):
        return _times(expression, language), True
    if len(minutes) > 1:
        return f"{_minutes(expression, language)} {_windows(hours, language)}", False
    if stride(hours) is None:
        return _times(expression, language), True
    return _hours(expression, language), False


def _listed(minutes: Sequence[int], hours: Sequence[int]) -> bool:
    count = len(minutes) * len(hours)
    return count <= VERY_FEW or (count <= FEW and (len(minutes) == 1 or not _round(minutes)))


def _times(expression: Expression, language: Language) -> str:
    times = [clock(language, hour, minute) for hour in expression.hours for minute in expression.minutes]
    return WORDS[language].at.format(times=listing(language, times))


def _round(minutes: Sequence[int]) -> bool:
    """Whether equal steps go evenly round the hour, so that "every 15 minutes" is true across it."""
    step = stride(minutes)
    return step is not None and 60 % step == 0 and len(minutes) == 60 // step


def _minutes(expression: Expression, language: Language) -> str:
    """How often within an hour."""
    words, minutes = WORDS[language], expression.minutes
    if expression.any_minute:
        return words.every_minute
    if minutes == (0,):
        return words.on_the_hour
    if _round(minutes):
        return _stepped(minutes, language)
    stretches = runs(minutes)
    if len(stretches) == len(minutes):
        return words.past_each_hour.format(minutes=_amount(minutes, language))
    spans = [str(run[0]) if len(run) == 1 else words.to.format(first=run[0], last=run[-1]) for run in stretches]
    return words.minutes_of_each_hour.format(minutes=listing(language, spans))


def _stepped(minutes: Sequence[int], language: Language) -> str:
    words, step = WORDS[language], minutes[1] - minutes[0]
    often = words.every_other_minute if step == 2 else words.every_nth_minute.format(n=step)
    return words.offset.format(often=often, minutes=_amount(minutes[:1], language)) if minutes[0] else often


def _amount(minutes: Sequence[int], language: Language) -> str:
    words = WORDS[language]
    template = words.minute if tuple(minutes) == (1,) else words.minutes
    return template.format(n=listing(language, [str(minute) for minute in minutes]))


def _windows(hours: Sequence[int], language: Language) -> str:
    """Whole hours as windows, from the first minute of each stretch to the last."""
    words = WORDS[language]
    spans = [(clock(language, run[0], 0), clock(language, run[-1], 59)) for run in _stretches(hours)]
    if len(spans) == 1:
        return words.window.format(first=spans[0][0], last=spans[0][1])
    periods = [words.window_clock.format(first=first, last=last) for first, last in spans]
    return words.windows.format(windows=listing(language, periods))


def _stretches(hours: Sequence[int]) -> list[list[int]]:
    """Neighbouring hours together, two already: unlike in `runs`, a window of two hours is one window."""
    stretches: list[list[int]] = []
    for hour in hours:
        if stretches and stretches[-1][-1] == hour - 1:
            stretches[-1].append(hour)
        else:
            stretches.append([hour])
    return stretches


def _hours(expression: Expression, language: Language) -> str:
    """Many hours at equal distances, once in each."""
    words, hours, minute = WORDS[language], expression.hours, expression.minutes[0]
    step = hours[1] - hours[0]
    special = {1: words.every_hour, 2: words.every_other_hour}
    often = special.get(step) or words.every_nth_hour.format(n=step)
    first, last = clock(language, hours[0], minute), clock(language, hours[-1], minute)
    return words.hours_span.format(often=often, first=first, last=last)


def _days(expression: Expression, language: Language) -> str:
    words = WORDS[language]
    named = "" if expression.any_month else words.in_months.format(months=months(language, expression.months))
    if expression.day_or_weekday:
        days = f"{_month_days(expression, language)} {_of_months(expression, language)}"
        weekdays = f"{_weekdays(expression, language)} {_again(expression, language)}".strip()
        return words.also.format(days=days, weekdays=weekdays)
    if not expression.any_day:
        return f"{_month_days(expression, language)} {_of_months(expression, language)}"
    if not expression.any_weekday:
        return f"{_weekdays(expression, language)} {named}".strip()
    return f"{words.every_day} {named}".strip()


def _again(expression: Expression, language: Language) -> str:
    """The months once more, for the weekdays."""
    if expression.any_month:
        return ""
    words = WORDS[language]
    return words.in_that_month if len(expression.months) == 1 else words.in_those_months


def _of_months(expression: Expression, language: Language) -> str:
    words = WORDS[language]
    if expression.any_month:
        return words.of_each_month
    return words.of_months.format(months=months(language, expression.months))


def _weekdays(expression: Expression, language: Language) -> str:
    words = WORDS[language]
    if expression.weekdays == WORKDAYS:
        return words.workdays
    if expression.weekdays == WEEKEND:
        return words.weekend
    monday_first = sorted(expression.weekdays, key=lambda day: (day - 1) % 7)
    return words.on_weekday.format(weekdays=listing(language, [words.weekdays[day] for day in monday_first]))


def _month_days(expression: Expression, language: Language) -> str:
    words, days = WORDS[language], expression.days
    if expression.last_day:
        return words.last_day
    step = stride(days)
    if step is not None and step > 1 and len(days) >= STEPS:
        return _every_nth_day(days, step, language)
    named = [_day_span(run, language) for run in runs(days)]
    template = words.one_day if len(days) == 1 else words.many_days
    return template.format(days=listing(language, named))


def _every_nth_day(days: Sequence[int], step: int, language: Language) -> str:
    words = WORDS[language]
    template = words.every_other_day if step == 2 else words.every_nth_day
    first, last = words.ordinal.format(n=days[0]), words.ordinal.format(n=days[-1])
    return template.format(n=ordinal(language, step), first=first, last=last)


def _day_span(run: Sequence[int], language: Language) -> str:
    words = WORDS[language]
    first, last = words.ordinal.format(n=run[0]), words.ordinal.format(n=run[-1])
    return first if len(run) == 1 else words.days_span.format(first=first, last=last)
