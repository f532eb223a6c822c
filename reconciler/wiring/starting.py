"""What starts runs on this machine: the timetable of its database, and children of this program."""

import os
import platform
from functools import partial
from typing import TYPE_CHECKING

from reconciler.settings import Settings, handed_on
from reconciler.wiring.tables import database

if TYPE_CHECKING:
    from reconciler.runs.timetable import Runner, Timetable


def timetable(settings: Settings) -> "Timetable":
    """On a connection of its own. Raises UsageError where no database is named."""
    from reconciler.database.timetable import TimetableRows

    return TimetableRows(database(settings), settings.installation)


def place() -> str:
    """What this process is called: the machine and its number there."""
    return f"{platform.node() or 'this machine'}, process {os.getpid()}"


def children(settings: Settings) -> "Runner":
    """Child processes, as many at once and for so long as the settings say."""
    from reconciler.cluster.local import Children

    environment = partial(handed_on, settings)
    return Children(settings.concurrent_runs, settings.run_deadline_s, settings.stop_grace_s, environment)
