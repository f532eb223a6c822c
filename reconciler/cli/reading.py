"""What the verbs that only look need: the reading parts of the world, on a connection of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.settings import Settings
from reconciler.wiring.reading import Reading, reading_of

__all__ = ["Reading", "reading"]


@contextmanager
def reading(settings: Settings) -> Iterator[Reading]:
    """The reading parts, on one connection that is closed at the end. Raises UsageError where no database is named."""
    from reconciler.clock import SystemClock
    from reconciler.wiring import clock, database

    tables = database(settings)
    try:
        now = clock(settings) if settings.clock_start else SystemClock(tables.offset())
        yield reading_of(tables, settings, now.now())
    finally:
        tables.close()
