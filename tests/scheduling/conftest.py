"""Scheduling on real parts: an applied organisation, and real children that had nothing to load."""

import sys
from collections.abc import Callable

import pytest
from parts import forks
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.installation import Installation
from parts.scheduling import WITHIN, Heard, Staged

from reconciler.cluster.local import Children
from reconciler.controller.scheduling import Scheduling
from reconciler.database.timetable import TimetableRows
from reconciler.wiring import database

__all__ = ["books", "config_repository", "fork", "forking", "installation", "prepared", "simulator_process"]
Begin = Callable[..., Staged]


@pytest.fixture
def begin(installation: Installation, forking: str) -> Begin:
    """Begins a scheduler: its children are forked, or are what `command` says."""
    installation.sql("update reconciler.schedules set applied_at = '2026-03-01 00:00+01'")

    def begun(command: tuple[str, ...] = (), *, most: int = 4, deadline_s: float = 60, crash_at: str = "") -> Staged:
        forked = (sys.executable, "-I", "-S", forks.__file__, "run", forking)
        made = Children(most, deadline_s, 0.3, lambda at: installation.environment(at, crash_at), command or forked)
        timetable = TimetableRows(database(installation.settings), installation.settings.installation)
        heard = Heard()
        return Staged(installation, heard, made, Scheduling(installation.world(), timetable, made, heard, WITHIN))

    return begun
