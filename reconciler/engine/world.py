"""Everything that a loop touches, in one value: ports only. `wiring` fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconciler.clock import Clock
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.ports import AppliedStore, ConfigStore, CrashPoints, Guarded, HighWater, Leases, Ledger, Records, Runs
from reconciler.runs.columned import ColumnSnapshots
from reconciler.runs.credential import Place
from reconciler.runs.keeping import CredentialVersions, Secret, SecretStore
from reconciler.runs.listed import ReferenceLists
from reconciler.runs.retention import Retention


class Connect(Protocol):
    """Opens the adapter of one export with one credential."""

    def __call__(self, pinned: Pinned, export: PinnedExport, secret: Secret, *, quick: bool) -> Guarded:
        """`quick` is for connection tests: a verdict within ten seconds. Raises EnvironmentRefused."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports of one installation.

    New credentials go to `store_name`; `store` gives the store of a name. `place` says where an integration's
    credential is used. `fingerprint` and `pseudonym` are keyed hashes: of a secret, and of an organisation's subject.
    """

    clock: Clock
    points: CrashPoints
    config: ConfigStore
    applied: AppliedStore
    records: Records
    leases: Leases
    ledger: Ledger
    lists: ReferenceLists
    columns: ColumnSnapshots
    runs: Runs
    versions: CredentialVersions
    store: Callable[[str], SecretStore]
    store_name: str
    place: Callable[[Pinned], Place]
    fingerprint: Callable[[bytes], str]
    high_water: HighWater
    connect: Connect
    pseudonym: Callable[[str, str], str]
    retention: Retention
    actor: str
