"""Instants as people read them, in both languages: local, and how far away they are.

English names the zone. Norwegian does not: whoever reads it lives in the organisation's zone.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.specs.languages import WEEKDAYS, Language, day

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def local(at: datetime, zone: str, language: Language = "en") -> str:
    """`2026-03-02 08:00 CET`; `2. mars 2026 kl. 08.00`."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d %H:%M %Z}" if language == "en" else f"{day(there, language)} kl. {there:%H.%M}"


def short(at: datetime, zone: str, language: Language = "en") -> str:
    """The same for a table: `2026-03-02 08:00 CET`; `02.03.2026 08.00`."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d %H:%M %Z}" if language == "en" else f"{there:%d.%m.%Y %H.%M}"


def weekday(at: datetime, zone: str, language: Language = "en") -> str:
    """`Tue 2026-03-03 03:30 CET`; `tirsdag 3. mars 2026 kl. 03.30`."""
    there = at.astimezone(ZoneInfo(zone))
    name = f"{there:%a}" if language == "en" else WEEKDAYS[there.weekday()]
    return f"{name} {local(at, zone, language)}"


def ago(at: datetime, now: datetime, language: Language = "en") -> str:
    """`3 min ago`, `for 3 min siden`; `just now`, `nå nettopp` within a minute."""
    if now - at < MINUTE:
        return "just now" if language == "en" else "nå nettopp"
    span = _span(now - at, language)
    return f"{span} ago" if language == "en" else f"for {span} siden"


def ahead(at: datetime, now: datetime, language: Language = "en") -> str:
    """`in 19 h`, `om 19 t`; `now`, `nå` within a minute."""
    if at - now < MINUTE:
        return "now" if language == "en" else "nå"
    return f"{'in' if language == 'en' else 'om'} {_span(at - now, language)}"


def _span(span: timedelta, language: Language) -> str:
    if span < HOUR:
        return f"{span // MINUTE} min"
    if span < 2 * DAY:
        return f"{span // HOUR} {'h' if language == 'en' else 't'}"
    return f"{span // DAY} {'days' if language == 'en' else 'dager'}"
