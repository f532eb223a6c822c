"""What readiness and the metrics ask of the database, each on a connection of its own that other threads never use."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.census import Census


def probe(settings: Settings) -> Callable[[], str]:
    """Says what is missing: nothing, the database, or its schema. For one thread."""
    from reconciler.database.version import at_this_version
    from reconciler.wiring import database

    tables = database(settings)

    def look() -> str:
        try:
            return "" if at_this_version(tables) else "the schema of this version: reconciler migrate"
        except ReconcilerError:
            return "the database"

    return look


def census(settings: Settings) -> "Callable[[], Census]":
    """Counts what the metrics show, by the database's clock, or by a staged one. Raises DatabaseDown. One at a time."""
    from reconciler.database.census import count
    from reconciler.wiring import clock, database

    tables = database(settings)
    staged = clock(settings) if settings.clock_start else None
    return lambda: count(tables, staged.now() if staged else None)
