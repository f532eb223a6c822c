"""The clock, the runtime database, the host of git and the keys of its commits that the settings name."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock, StagedClock, SystemClock
from reconciler.errors import UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.connection import Database
    from reconciler.git.signatures import Signatures
    from reconciler.ports import HighWater
    from reconciler.runs.pull_requests import ReviewingHost


def clock(settings: Settings) -> Clock:
    """The staged clock where one is set, else the machine's."""
    return StagedClock(settings.clock_start) if settings.clock_start else SystemClock()


def host(settings: Settings) -> "ReviewingHost | None":
    """The host of git that the installation names, if it names one. Raises UsageError where it is named wrongly."""
    from reconciler.hosts.opening import open_host

    return open_host(settings.host, clock(settings), settings.ca_file) if settings.host else None


def signatures(settings: Settings, folder: Path) -> "Signatures | None":
    """Who may sign the commits of a clone or a mirror; None where nobody has to. Nothing is read yet."""
    from reconciler.git.signatures import Signatures, Signers

    if settings.signers is None and settings.keyring is None:
        return None
    return Signatures(folder, Signers(settings.signers, settings.keyring, each=settings.signed == "each"))


def high_water(settings: Settings) -> "HighWater":
    """The high-water marks: those that are mounted into a pod, else this machine's own."""
    from reconciler.cluster.high_water import HighWaterFile, MountedMarks

    mounted = settings.cluster.marks if settings.cluster else None
    return MountedMarks(mounted) if mounted else HighWaterFile(settings.high_water_file)


def database(settings: Settings) -> "Database":
    """The runtime database. Raises UsageError where none is named."""
    from reconciler.database.connection import Database

    if not settings.database_url:
        hint = "set RECONCILER_DATABASE_URL=postgresql://...; or see the whole job on an embedded one: make demo"
        raise UsageError("no database is named", hint)
    return Database(settings.database_url)
