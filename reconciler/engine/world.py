"""Everything that a loop touches, in one value: ports only. `wiring` fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconciler.clock import Clock, never
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.ports import AppliedStore, ConfigStore, CrashPoints, Guarded, HighWater, Leases, Ledger, Records, Runs
from reconciler.runs.adoption import Adoptions
from reconciler.runs.chores import ChoreBook
from reconciler.runs.columned import ColumnSnapshots
from reconciler.runs.comparison import Comparisons
from reconciler.runs.condition import Conditions, Control
from reconciler.runs.credential import Place
from reconciler.runs.keeping import CredentialVersions, Secret, SecretStore
from reconciler.runs.listed import ReferenceLists
from reconciler.runs.request import Requests
from reconciler.runs.retention import Retention
from reconciler.runs.reversal import Reversals
from reconciler.runs.shadow import Holdings, Shadows
from reconciler.runs.shard import ShardLeases
from reconciler.runs.suspension import Suspensions
from reconciler.runs.switch import Switches
from reconciler.runs.voice import Voices


class Outlet(Protocol):
    """What is sent by a connection: an export, or what shall be one."""

    @property
    def document(self) -> str:
        """The kind of document, as its type calls it."""


class Connect(Protocol):
    """Opens the adapter of one export with one credential."""

    def __call__(self, pinned: Pinned, export: Outlet, secret: Secret, *, quick: bool) -> Guarded:
        """`quick` is for connection tests: a verdict within ten seconds. Raises EnvironmentRefused."""


class Shelves(Protocol):
    """Finds the outside system's own list of an export's documents."""

    def __call__(self, world: "World", pinned: Pinned, export: PinnedExport) -> Holdings | None:
        """None where its type does not say how to list them."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports of one installation.

    New credentials go to `store_name`; `store` gives the store of a name. `place` says where an integration's
    credential is used. `fingerprint` and `pseudonym` are keyed hashes: of a secret, and of an organisation's subject.
    `holdings` is the outside system's own list of an export's documents, where its type can be asked for one. `judges`
    says that what was merged waits for approval.
    `stopping` says whether this process was told to stop: then nothing is begun, and what is under way is finished.
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
    comparisons: Comparisons
    adoptions: Adoptions
    runs: Runs
    reversals: Reversals
    requests: Requests
    suspensions: Suspensions
    switches: Switches
    shadows: Shadows
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
    holdings: Shelves
    conditions: Conditions
    control: Control
    shards: ShardLeases
    voices: Voices
    judges: bool
    chores: ChoreBook
    stopping: Callable[[], bool] = never
