"""What the verbs that decide about documents need: our own rows, and no key, no secret, no way to an outside system."""

from typing import TYPE_CHECKING

from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.engine.office import Office


def office(settings: Settings) -> "Office":
    """The ports of this installation that people decide with. Raises UsageError where no database is named."""
    from reconciler.clock import SystemClock
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.holds import HoldTable
    from reconciler.database.operations import DecisionTable
    from reconciler.database.records import RecordTables
    from reconciler.database.resends import ResendTable
    from reconciler.database.reversals import ReversalTable
    from reconciler.engine.office import Office
    from reconciler.wiring import KillAt, NoPoints, clock, database

    tables = database(settings)
    return Office(
        clock=clock(settings) if settings.clock_start else SystemClock(tables.offset()),
        points=KillAt(settings.crash_at) if settings.crash_at else NoPoints(),
        applied=AppliedConfiguration(tables, settings.installation),
        records=RecordTables(tables),
        operations=DecisionTable(tables),
        record_holds=HoldTable(tables),
        resends=ResendTable(tables),
        reversals=ReversalTable(tables),
        actor=settings.actor,
    )
