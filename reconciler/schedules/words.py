"""The words for times in English and Norwegian bokmål: tables and the smallest joints. Sentences are `describe`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.specs.languages import Language


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says. Templates take the names in braces; weekdays are plural and start with Sunday."""

    conjunction: str
    clock: str
    at: str
    date: str
    to: str
    every_minute: str
    every_other_minute: str
    every_nth_minute: str
    offset: str
    on_the_hour: str
    past_each_hour: str
    minutes_of_each_hour: str
    minute: str
    minutes: str
    every_hour: str
    every_other_hour: str
    every_nth_hour: str
    hours_span: str
    window: str
    windows: str
    window_clock: str
    every_day: str
    every_other_day: str
    every_nth_day: str
    ordinal: str
    one_day: str
    many_days: str
    days_span: str
    last_day: str
    of_each_month: str
    of_months: str
    in_months: str
    every_month_but: str
    on_weekday: str
    workdays: str
    weekend: str
    also: str
    in_that_month: str
    in_those_months: str
    gap: str
    fold: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]


ENGLISH = Words(
    conjunction="and",
    clock="{hour:02}:{minute:02}",
    at="at {times}",
    date="{day:%Y-%m-%d}",
    to="{first} to {last}",
    every_minute="every minute",
    every_other_minute="every 2 minutes",
    every_nth_minute="every {n} minutes",
    offset="{often} from {minutes} past each hour",
    on_the_hour="every hour on the hour",
    past_each_hour="at {minutes} past each hour",
    minutes_of_each_hour="at minutes {minutes} of each hour",
    minute="{n} minute",
    minutes="{n} minutes",
    every_hour="every hour",
    every_other_hour="every 2 hours",
    every_nth_hour="every {n} hours",
    hours_span="{often} from {first} to {last}",
    window="between {first} and {last}",
    windows="in the periods {windows}",
    window_clock="{first}–{last}",
    every_day="every day",
    every_other_day="every 2nd day from day {first} to day {last}",
    every_nth_day="every {n} day from day {first} to day {last}",
    ordinal="{n}",
    one_day="on day {days}",
    many_days="on days {days}",
    days_span="{first} to {last}",
    last_day="on the last day",
    of_each_month="of each month",
    of_months="of {months}",
    in_months="in {months}",
    every_month_but="every month except {months}",
    on_weekday="on {weekdays}",
    workdays="on weekdays",
    weekend="at weekends",
    also="{days} and also {weekdays}",
    in_that_month="in that month",
    in_those_months="in those months",
    gap="{planned} does not exist on {day} (the clocks go forward): runs at {moved}",
    fold="{planned} comes twice on {day} (the clocks go back): runs the first time only",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    weekdays=("Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"),
)  # fmt: skip

NORWEGIAN = Words(
    conjunction="og",
    clock="{hour:02}.{minute:02}",
    at="kl. {times}",
    date="{day:%d.%m.%Y}",
    to="{first} til {last}",
    every_minute="hvert minutt",
    every_other_minute="annethvert minutt",
    every_nth_minute="hvert {n}. minutt",
    offset="{often} fra {minutes} over hver hele time",
    on_the_hour="hver hele time",
    past_each_hour="{minutes} over hver hele time",
    minutes_of_each_hour="i minuttene {minutes} i hver time",
    minute="{n} minutt",
    minutes="{n} minutter",
    every_hour="hver time",
    every_other_hour="annenhver time",
    every_nth_hour="hver {n}. time",
    hours_span="{often} fra kl. {first} til kl. {last}",
    window="mellom kl. {first} og {last}",
    windows="i tidsrommene kl. {windows}",
    window_clock="{first}–{last}",
    every_day="hver dag",
    every_other_day="annenhver dag fra den {first} til den {last}",
    every_nth_day="hver {n} dag fra den {first} til den {last}",
    ordinal="{n}.",
    one_day="den {days}",
    many_days="den {days}",
    days_span="{first} til {last}",
    last_day="siste dag",
    of_each_month="i hver måned",
    of_months="i {months}",
    in_months="i {months}",
    every_month_but="hver måned unntatt {months}",
    on_weekday="på {weekdays}",
    workdays="på hverdager",
    weekend="i helgene",
    also="{days} og dessuten {weekdays}",
    in_that_month="i den måneden",
    in_those_months="i de månedene",
    gap="kl. {planned} finnes ikke {day} (klokka stilles fram): kjøres kl. {moved}",
    fold="kl. {planned} kommer to ganger {day} (klokka stilles tilbake): kjøres bare første gang",
    months=(
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
    weekdays=("søndager", "mandager", "tirsdager", "onsdager", "torsdager", "fredager", "lørdager"),
)  # fmt: skip

WORDS: dict[Language, Words] = {"en": ENGLISH, "nb": NORWEGIAN}

MOST_MONTHS = 9
"""From this many months on, the missing ones are named instead."""


def listing(language: Language, items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {WORDS[language].conjunction} {items[-1]}"


def months(language: Language, chosen: Sequence[int]) -> str:
    """Names of months 1-12; all but a few as "every month except July"."""
    names = WORDS[language].months
    missing = [name for number, name in enumerate(names, 1) if number not in chosen]
    if missing and len(chosen) >= MOST_MONTHS:
        return WORDS[language].every_month_but.format(months=listing(language, missing))
    return listing(language, [names[number - 1] for number in chosen])


def clock(language: Language, hour: int, minute: int) -> str:
    """`03:30` or `03.30`."""
    return WORDS[language].clock.format(hour=hour, minute=minute)


def ordinal(language: Language, number: int) -> str:
    """`1st`, `2nd`, `11th`; `1.` in Norwegian."""
    if language == "nb":
        return f"{number}."
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def clock_note(language: Language, planned: datetime, moved: datetime, *, folded: bool) -> str | None:
    """What a clock change does to the planned wall time, or None when it does nothing to it."""
    texts = WORDS[language]
    if planned == moved and not folded:
        return None
    return (texts.fold if planned == moved else texts.gap).format(
        planned=clock(language, planned.hour, planned.minute),
        moved=clock(language, moved.hour, moved.minute),
        day=texts.date.format(day=planned),
    )
