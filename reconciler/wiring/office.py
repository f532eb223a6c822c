"""The parts that people decide about documents with: our own rows, and no key, no secret, no way to outside systems."""

from typing import TYPE_CHECKING

from reconciler.clock import Clock
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.connection import Database
    from reconciler.engine.office import Office


def office_of(tables: "Database", settings: Settings, now: Clock) -> "Office":
    """The ports of this installation that people decide with, on one connection."""
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.holds import HoldTable
    from reconciler.database.operations import DecisionTable
    from reconciler.database.records import RecordTables
    from reconciler.database.resends import ResendTable
    from reconciler.database.reversals import ReversalTable
    from reconciler.engine.office import Office
    from reconciler.wiring.points import KillAt, NoPoints

    return Office(
        clock=now,
        points=KillAt(settings.crash_at) if settings.crash_at else NoPoints(),
        applied=AppliedConfiguration(tables, settings.installation),
        records=RecordTables(tables),
        operations=DecisionTable(tables),
        record_holds=HoldTable(tables),
        resends=ResendTable(tables),
        reversals=ReversalTable(tables),
        actor=settings.actor,
    )
