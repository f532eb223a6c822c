"""What the verbs that decide about documents need: our own rows, and no key, no secret, no way to an outside system."""

from typing import TYPE_CHECKING

from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.engine.office import Office


def office(settings: Settings) -> "Office":
    """The ports of this installation that people decide with. Raises UsageError where no database is named."""
    from reconciler.clock import SystemClock
    from reconciler.wiring import clock, database
    from reconciler.wiring.office import office_of

    tables = database(settings)
    return office_of(tables, settings, clock(settings) if settings.clock_start else SystemClock(tables.offset()))
