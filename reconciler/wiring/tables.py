"""The clock and the runtime database that the settings name."""

from typing import TYPE_CHECKING

from reconciler.clock import Clock, StagedClock, SystemClock
from reconciler.errors import UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.connection import Database


def clock(settings: Settings) -> Clock:
    """The staged clock where one is set, else the machine's."""
    return StagedClock(settings.clock_start) if settings.clock_start else SystemClock()


def database(settings: Settings) -> "Database":
    """The runtime database. Raises UsageError where none is named."""
    from reconciler.database.connection import Database

    if not settings.database_url:
        hint = "set RECONCILER_DATABASE_URL=postgresql://...; or see the whole job on an embedded one: make demo"
        raise UsageError("no database is named", hint)
    return Database(settings.database_url)
