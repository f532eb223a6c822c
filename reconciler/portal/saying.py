"""Moments and money as the pages show them: filters of the templates, each told the language."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reconciler.plans.judgement import THE_PLATFORM
from reconciler.runs.moments import local, short
from reconciler.specs.languages import Language, day
from reconciler.specs.money import money
from reconciler.specs.sentences import Sentence, norwegian, spoken

HARD = "\N{NO-BREAK SPACE}"


def moment(at: datetime, zone: str, language: Language) -> str:
    """`2. mars 2026 kl. 08.00`, `2026-03-02 08:00 CET`: local to the organisation."""
    return local(at, zone, language)


def brief(at: datetime, zone: str, language: Language) -> str:
    """`02.03.2026 08.00`, `2026-03-02 08:00 CET`: for tables."""
    return short(at, zone, language).replace(" ", HARD)


def amount(value: Decimal, language: Language) -> str:
    """`kr 1 234,50`, `NOK 1 234.50`, on one line."""
    return money(value, language).replace(" ", HARD)


def total(value: Decimal | None, language: Language) -> str:
    """The same of what may have none: `–`. What is counted and not paid sums to nothing."""
    return amount(value, language) if value else "–"


SPANS: Mapping[str, Mapping[Language, tuple[str, str]]] = {
    "minute": {"nb": ("minutt", "minutter"), "en": ("minute", "minutes")},
    "hour": {"nb": ("time", "timer"), "en": ("hour", "hours")},
    "day": {"nb": ("dag", "dager"), "en": ("day", "days")},
}


def away(at: datetime, now: datetime, language: Language) -> str:
    """`om 3 timer`, `for 2 dager siden`, `nå`; `in 3 hours`, `2 days ago`, `now`."""
    span = span_of(abs(at - now), language)
    if not span:
        return "nå" if language == "nb" else "now"
    if at > now:
        return f"om {span}" if language == "nb" else f"in {span}"
    return f"for {span} siden" if language == "nb" else f"{span} ago"


def span_of(span: timedelta, language: Language) -> str:
    """`3 timer`, in the largest unit that says enough; empty for less than a minute."""
    minutes = int(span.total_seconds() // 60)
    if not minutes:
        return ""
    unit, count = ("minute", minutes) if minutes < 60 else ("hour", minutes // 60)
    if count >= 48 and unit == "hour":
        unit, count = "day", count // 24
    one, many = SPANS[unit][language]
    return f"{number(count, language)} {one if count == 1 else many}"


def number(value: int, language: Language) -> str:
    """`12 345` with spaces that do not break; `12,345`."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}") if language == "nb" else f"{value:,}"


def figure(text: str, language: Language) -> str:
    """`1 234,5`, `1,234.5`: a number that is written with a decimal point; what is none stays as it is."""
    whole, point, rest = text.partition(".")
    if not whole.removeprefix("-").isdecimal() or (point and not rest.isdecimal()):
        return text
    mark = "," if language == "nb" else "."
    return number(int(whole), language) + (mark + rest if rest else "")


def part(value: float, language: Language) -> str:
    """`12 %`, `12%`: rounded down, so that nothing is promised that is not there."""
    whole = int(value * 100)
    return f"{whole}\N{NO-BREAK SPACE}%" if language == "nb" else f"{whole}%"


def lasting(seconds: int, language: Language) -> str:
    """`45 s`, `3 min 20 s`, `2 t 5 min` or `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    hour = "t" if language == "nb" else "h"
    return f"{seconds // 3600} {hour} {seconds % 3600 // 60} min"


def placed(origin: str, language: Language) -> str:
    """`mappings/claims.yaml, linje 21` of `orgs/demo/mappings/claims.yaml:21:11`: the rest is for editors."""
    file, _, rest = origin.partition(":")
    word = "linje" if language == "nb" else "line"
    return f"{'/'.join(file.split('/')[-2:])}, {word} {rest.partition(':')[0]}" if rest else origin


def last_day(until: datetime, zone: str, language: Language) -> str:
    """The last local day of what holds until a moment, which midnight begins the day after."""
    return day((until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date(), language)


def calendar(at: date | str, language: Language) -> str:
    """`2. mars 2026`, `2026-03-02`; what is written as a day and is none stays as it is."""
    if isinstance(at, str):
        return calendar(date.fromisoformat(at), language) if is_day(at) else at
    return day(at, language)


def capitalized(text: str) -> str:
    """A sentence that begins as one; names in it stay as they are."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """A heading in the middle of a sentence: `bilag` of `Bilag`; abbreviations and names of two words stay."""
    return text[:1].lower() + text[1:] if text[1:].islower() and " " not in text else text


def foreign(text: str, language: Language) -> bool:
    """Whether a sentence of the engine stays English on a page in this language."""
    return language != "en" and bool(text) and norwegian(text) is None


def unsaid(text: str, language: Language) -> bool:
    """The same of words between which others stand that people wrote."""
    return language != "en" and isinstance(text, Sentence) and text.nb is None


def people(accounts: Iterable[str], language: Language) -> str:
    """Accounts as they are written, and the platform where nobody speaks for it by name."""
    return ", ".join(spoken(each, language) if each == THE_PLATFORM else each for each in accounts)


def is_day(text: str) -> bool:
    """Whether a browser's field for days can show it."""
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Whether a browser's field for times can show it."""
    return re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None
