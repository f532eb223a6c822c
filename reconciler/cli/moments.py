"""Instants as people read them: local, with the zone's name, and how far away they are."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def local(at: datetime, zone: str) -> str:
    """`2026-03-02 08:00 CET`."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def weekday(at: datetime, zone: str) -> str:
    """`Tue 2026-03-03 03:30 CET`."""
    return f"{at.astimezone(ZoneInfo(zone)):%a} {local(at, zone)}"


def ago(at: datetime, now: datetime) -> str:
    """`3 min ago`; `just now` within a minute."""
    return f"{_span(now - at)} ago" if now - at >= MINUTE else "just now"


def ahead(at: datetime, now: datetime, language: str = "en") -> str:
    """`in 19 h`, `om 19 t`; `now` within a minute."""
    if language == "nb":
        said = _span(at - now).replace(" h", " t").replace("days", "dager")
        return f"om {said}" if at - now >= MINUTE else "nå"
    return f"in {_span(at - now)}" if at - now >= MINUTE else "now"


def _span(span: timedelta) -> str:
    if span < HOUR:
        return f"{span // MINUTE} min"
    return f"{span // HOUR} h" if span < 2 * DAY else f"{span // DAY} days"
