"""When an organisation's nightly chores begin: in its own night, and not in the same minute as everybody else's."""

from datetime import date, datetime, time, timedelta

from reconciler.schedules.spread import chosen
from reconciler.schedules.zones import first_instant, load

FROM_HOUR = 2
"""Local hour from which the night's chores are done: what was sent before midnight has become visible by then."""
WINDOW_MINUTES = 180
"""They begin until 05:00, each organisation at its own minute, the same every night."""


def night(organization: str, zone: str, now: datetime) -> date | None:
    """The local day whose chores may be done at `now`; None while its night has not come that far.

    A machine that was off at night does them in the morning. Raises `ZoneUnknown`.
    """
    day = now.astimezone(load(zone)).date()
    return day if now >= begins(organization, zone, day) else None


def begins(organization: str, zone: str, day: date) -> datetime:
    """When the chores of a local day begin. Raises `ZoneUnknown`."""
    later = timedelta(hours=FROM_HOUR, minutes=chosen(WINDOW_MINUTES, "chores", organization))
    return first_instant(datetime.combine(day, time()) + later, load(zone))
