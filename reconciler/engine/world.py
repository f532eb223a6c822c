"""Everything that a loop touches, in one value: ports only. `wiring` fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconciler.clock import Clock
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.ports import (
    Adapter,
    AppliedStore,
    ConfigStore,
    CrashPoints,
    HighWater,
    Leases,
    Ledger,
    Records,
    Runs,
    Secret,
    SecretStore,
)


class Connect(Protocol):
    """Opens the adapter of one export with one credential."""

    def __call__(self, pinned: Pinned, export: PinnedExport, secret: Secret, *, quick: bool) -> Adapter:
        """`quick` is for connection tests: a verdict within ten seconds. Raises EnvironmentRefused."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports of one installation. `pseudonym` gives the keyed hash of an organisation's subject."""

    clock: Clock
    points: CrashPoints
    config: ConfigStore
    applied: AppliedStore
    records: Records
    leases: Leases
    ledger: Ledger
    runs: Runs
    secrets: SecretStore
    high_water: HighWater
    connect: Connect
    pseudonym: Callable[[str, str], str]
    actor: str
