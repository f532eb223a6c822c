"""Where reports are made, for the verbs: the parts of the world, and the app's records on a connection of their own."""

from functools import partial
from typing import TYPE_CHECKING

from reconciler.cli.context import Context

if TYPE_CHECKING:
    from reconciler.engine.desk import Desk


def desk(context: Context) -> "Desk":
    """Real parts. The records are read on a second connection, which stays open while they are counted."""
    from reconciler.database.report_data import report_data
    from reconciler.database.reports import ReportTable
    from reconciler.engine.desk import Desk
    from reconciler.wiring import database

    world, settings = context.world, context.settings
    return Desk(
        clock=world.clock,
        points=world.points,
        store=ReportTable(database(settings), settings.installation),
        data=partial(report_data, database(settings)),
        pseudonym=world.pseudonym,
        actor=world.actor,
    )
