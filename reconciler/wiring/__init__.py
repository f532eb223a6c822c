"""The only place where real things are built: settings become a World."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from reconciler.clock import Clock, StoppableClock, SystemClock, never
from reconciler.settings import Settings
from reconciler.wiring.keys import key_encryption, keyring, no_keys, rewrap_all, vault
from reconciler.wiring.notifying import notifier
from reconciler.wiring.outside import connector, endpoint, place, way
from reconciler.wiring.points import KillAt, NoPoints
from reconciler.wiring.steering import steering
from reconciler.wiring.tables import clock, database, high_water, host, signatures

if TYPE_CHECKING:
    from reconciler.database.connection import Database
    from reconciler.engine.world import World
    from reconciler.specs.models.approval_policy import ApprovalPolicy
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.keyring import Keyring

__all__ = [
    "KillAt", "NoPoints", "Shared",
    "catalog", "clock", "connector", "database", "endpoint", "host", "key_encryption", "keyring", "no_keys", "notifier",
    "own_rules", "place", "rewrap_all", "signatures", "steering", "vault", "way", "world", "world_of",
]  # fmt: skip


def world(settings: Settings, shared: Clock | None = None, stopping: Event | None = None) -> "World":
    """Every port, on real parts. Several worlds may go by one `shared` clock; `stopping` is set to end what they do."""
    tables = database(settings)
    envelopes = key_encryption(settings)
    now = shared or (clock(settings) if settings.clock_start else SystemClock(tables.offset()))
    return world_of(settings, tables, Shared(now, envelopes, keyring(tables, envelopes)), stopping)


@dataclass(frozen=True, slots=True)
class Shared:
    """What several worlds of one process may share: the clock, and the keys of the installation."""

    clock: Clock
    envelopes: "Envelopes"
    keys: "Keyring"


def world_of(settings: Settings, tables: "Database", shared: Shared, stopping: Event | None = None) -> "World":
    """Every port, on one connection."""
    from reconciler.database.adoption import AdoptionTable
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.chores import ChoreTable
    from reconciler.database.columns import ColumnTable
    from reconciler.database.conditions import ConditionTable
    from reconciler.database.configuration import Configuration
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.installation import InstallationTable
    from reconciler.database.leases import LeaseTable
    from reconciler.database.lists import ListTable
    from reconciler.database.reconciliations import ComparisonTable
    from reconciler.database.records import RecordTables
    from reconciler.database.requests import RequestTable
    from reconciler.database.retention import RetentionTable
    from reconciler.database.reversals import ReversalTable
    from reconciler.database.runs import RunTable
    from reconciler.database.sealing import SealedLedger
    from reconciler.database.shadows import ShadowTable
    from reconciler.database.suspensions import SuspensionTable
    from reconciler.database.switches import SwitchTable
    from reconciler.database.voices import VoiceTable
    from reconciler.engine.shelves import shelf
    from reconciler.engine.world import World
    from reconciler.vaults.stores import Parts, Stores

    now, keys, envelopes = shared.clock, shared.keys, shared.envelopes
    told = stopping.is_set if stopping else never
    return World(
        clock=StoppableClock(now, stopping) if stopping and not settings.clock_start else now,
        points=KillAt(settings.crash_at) if settings.crash_at else NoPoints(),
        config=Configuration(tables, settings.installation, settings.environments),
        applied=AppliedConfiguration(tables, settings.installation),
        records=RecordTables(tables),
        leases=LeaseTable(tables),
        ledger=SealedLedger(tables, keys.seal()),
        lists=ListTable(tables),
        columns=ColumnTable(tables),
        comparisons=ComparisonTable(tables),
        adoptions=AdoptionTable(tables),
        runs=RunTable(tables),
        reversals=ReversalTable(tables),
        requests=RequestTable(tables),
        suspensions=SuspensionTable(tables),
        switches=SwitchTable(tables, detect_only=settings.detect_only),
        shadows=ShadowTable(tables),
        versions=CredentialTable(tables),
        store=Stores(Parts(tables, envelopes, now, vault(settings), settings.kubernetes_namespace)),
        store_name=settings.store,
        place=partial(place, settings),
        high_water=high_water(settings),
        connect=connector(settings, tables, now, keys, told),
        fingerprint=keys.fingerprint,
        pseudonym=keys.pseudonym,
        retention=RetentionTable(tables),
        actor=settings.actor,
        holdings=shelf,
        conditions=ConditionTable(tables),
        shards=LeaseTable(tables),
        control=InstallationTable(tables, settings.installation, settings.environments),
        voices=VoiceTable(tables, own_rules),
        judges=settings.judges,
        chores=ChoreTable(tables, settings.installation),
        stopping=told,
    )


def own_rules() -> "ApprovalPolicy":
    """The approval rules of the built-in catalogue."""
    from reconciler.specs.collection import read_catalog
    from reconciler.specs.models.approval_policy import ApprovalPolicy

    found = read_catalog({}, {path: each for path, each in catalog().items() if path == "specs/approvals.yaml"})
    return next(iter(found.of(ApprovalPolicy).values())).spec


def catalog() -> Mapping[str, bytes]:
    """The built-in catalogue: beside the package in a checkout, inside it in an installed wheel."""
    from reconciler.git.sources import read_folder

    inside = Path(__file__).parents[1] / "catalogue"
    if inside.is_dir():
        found = read_folder(Path(__file__).parents[1], "catalogue")
        return {name.replace("catalogue/", "specs/", 1): content for name, content in found.items()}
    return read_folder(Path(__file__).parents[2], "specs")
