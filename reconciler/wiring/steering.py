"""The few parts that a switch is set with: no key, no secret store and no outside system, so that whoever is called at
night can stop what is applied from any machine that reaches the database.
"""

from dataclasses import dataclass

from reconciler.clock import Clock, SystemClock
from reconciler.ports import ConfigStore, CrashPoints
from reconciler.runs.switch import Switches
from reconciler.settings import Settings
from reconciler.wiring.points import KillAt, NoPoints
from reconciler.wiring.tables import clock, database


@dataclass(frozen=True, slots=True)
class Steering:
    """See `engine.switching.Steering`."""

    clock: Clock
    points: CrashPoints
    config: ConfigStore
    switches: Switches
    actor: str


def steering(settings: Settings) -> Steering:
    """Raises UsageError where no database is named."""
    from reconciler.database.configuration import Configuration
    from reconciler.database.switches import SwitchTable

    tables = database(settings)
    return Steering(
        clock=clock(settings) if settings.clock_start else SystemClock(tables.offset()),
        points=KillAt(settings.crash_at) if settings.crash_at else NoPoints(),
        config=Configuration(tables, settings.installation, settings.environments),
        switches=SwitchTable(tables, detect_only=settings.detect_only),
        actor=settings.actor,
    )
