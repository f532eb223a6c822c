"""The only place where real things are built: settings become a World."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock, StagedClock, SystemClock
from reconciler.errors import EnvironmentRefused, UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.database.connection import Database
    from reconciler.engine.pinned import Pinned, PinnedExport
    from reconciler.engine.world import Connect, World
    from reconciler.ports import Adapter, Secret, SecretStore
    from reconciler.runs.credential import Place
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.keyring import Keyring


class NoPoints:
    """Crash points in production: nothing happens."""

    @contextmanager
    def around(self, _name: str) -> Iterator[None]:
        """Just the body."""
        yield


class KillAt:
    """Kills this process, as `kill -9` would, at one point: `before:send`, or `after:record:2` for the second time."""

    def __init__(self, place: str) -> None:
        side, name, *times = place.split(":")
        self._place = f"{side}:{name}"
        self._left = int(times[0]) if times else 1

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        """The body, and death on the wanted side of it."""
        self._reach(f"before:{name}")
        yield
        self._reach(f"after:{name}")

    def _reach(self, place: str) -> None:
        if place == self._place:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def clock(settings: Settings) -> Clock:
    """The staged clock where one is set, else the machine's."""
    return StagedClock(settings.clock_start) if settings.clock_start else SystemClock()


def database(settings: Settings) -> "Database":
    """The runtime database. Raises UsageError where none is named."""
    from reconciler.database.connection import Database

    if not settings.database_url:
        hint = "set RECONCILER_DATABASE_URL=postgresql://...; or see the whole job on an embedded one: make demo"
        raise UsageError("no database is named", hint)
    return Database(settings.database_url)


def world(settings: Settings) -> "World":
    """Every port, on real parts."""
    from reconciler.cluster.high_water import HighWaterFile
    from reconciler.database.applied import AppliedConfiguration, RunTable
    from reconciler.database.configuration import Configuration
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.leases import LeaseTable
    from reconciler.database.ledger import LedgerTable
    from reconciler.database.records import RecordTables
    from reconciler.engine.world import World

    tables = database(settings)
    envelopes = key_encryption(settings)
    keys = keyring(tables, envelopes)
    now = clock(settings) if settings.clock_start else SystemClock(tables.offset())
    return World(
        clock=now,
        points=KillAt(settings.crash_at) if settings.crash_at else NoPoints(),
        config=Configuration(tables, settings.installation, settings.environments),
        applied=AppliedConfiguration(tables, settings.installation),
        records=RecordTables(tables),
        leases=LeaseTable(tables),
        ledger=LedgerTable(tables),
        runs=RunTable(tables),
        versions=CredentialTable(tables),
        store=Stores(settings, tables, envelopes, now),
        store_name=settings.store,
        place=partial(place, settings),
        high_water=HighWaterFile(settings.high_water_file),
        connect=_connector(settings),
        fingerprint=keys.fingerprint,
        pseudonym=keys.pseudonym,
        actor=settings.actor,
    )


class Stores:
    """The secret stores by name, each opened when it is first needed."""

    def __init__(self, settings: Settings, tables: "Database", envelopes: "Envelopes", now: Clock) -> None:
        self._settings, self._tables, self._envelopes, self._clock = settings, tables, envelopes, now
        self._open: dict[str, SecretStore] = {}

    def __call__(self, name: str) -> "SecretStore":
        """Raises UsageError for a store that this installation does not know."""
        if name not in self._open:
            self._open[name] = self._make(name)
        return self._open[name]

    def _make(self, name: str) -> "SecretStore":
        match name:
            case "local":
                from reconciler.vaults.local import LocalStore

                return LocalStore(self._tables, self._envelopes)
            case _:
                raise UsageError(f"there is no secret store '{name}'", "RECONCILER_STORE is local, for now")


def key_encryption(settings: Settings) -> "Envelopes":
    """The key-encryption keys: from the environment where it holds one, else from the key file, made where missing."""
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.keyring import keys_of, load_keys, make_key_file

    if settings.key is not None:
        return Envelopes(keys_of(settings.key.reveal()["key"].split(","), "RECONCILER_KEY"))
    make_key_file(settings.key_file)
    return Envelopes(load_keys(settings.key_file))


def keyring(tables: "Database", envelopes: "Envelopes") -> "Keyring":
    """The keys for fingerprints and pseudonyms, made when a database has none yet."""
    from reconciler.database.credentials import installation_keys
    from reconciler.vaults.keyring import PURPOSES, Keyring

    stored = installation_keys(tables, {purpose: envelopes.new_key()[1] for purpose in PURPOSES}, envelopes.key_id)
    return Keyring({purpose: envelopes.unwrap(wrapped, key_id) for purpose, (wrapped, key_id) in stored.items()})


def rewrap_all(settings: Settings, *, new_key: bool) -> tuple[int, int]:
    """Wrap every key under the newest key-encryption key: how many values of the local store, how many other keys.

    Raises UsageError where a new key is wanted and the keys do not come from a file.
    """
    from reconciler.database.credentials import rewrap_installation_keys
    from reconciler.vaults.keyring import add_key
    from reconciler.vaults.local import LocalStore

    if new_key and settings.key is not None:
        raise UsageError("the key comes from RECONCILER_KEY", "put the new key before it there, then rewrap")
    tables = database(settings)
    key_encryption(settings)
    if new_key:
        add_key(settings.key_file)
    envelopes = key_encryption(settings)
    values = LocalStore(tables, envelopes).rewrap()
    return values, rewrap_installation_keys(tables, envelopes.rewrap, envelopes.key_id)


def place(settings: Settings, pinned: "Pinned") -> "Place":
    """Where an integration's credential is used: what identifies the target, and the origin of the endpoint."""
    from urllib.parse import urlsplit

    from reconciler.runs.credential import Place

    url = urlsplit(endpoint(settings, pinned))
    return Place(pinned.place, f"{url.scheme}://{url.netloc}")


def endpoint(settings: Settings, pinned: "Pinned") -> str:
    """Where an integration's environment is. Raises EnvironmentRefused where this installation may not go there."""
    environment, name = pinned.integration.environment, pinned.integration.type
    if environment not in settings.environments:
        message = f"installation '{settings.installation}' does not allow the environment {environment}"
        raise EnvironmentRefused(message, f"it allows {', '.join(settings.environments)} (RECONCILER_ENVIRONMENTS)")
    if environment == "simulator":
        if name not in settings.simulators:
            hint = f"start one (reconciler simulators start {name}), and set RECONCILER_SIMULATORS={name}=ADDRESS"
            raise EnvironmentRefused(f"no simulator of {name} is named", hint)
        return settings.simulators[name]
    url = pinned.kind.environments[environment].url
    if url is None:
        raise EnvironmentRefused(f"{name} declares no address for {environment}", "")
    return url


def catalog() -> Mapping[str, bytes]:
    """The built-in catalogue: beside the package in a checkout, inside it in an installed wheel."""
    from reconciler.git.sources import read_folder

    inside = Path(__file__).parent / "catalogue"
    if inside.is_dir():
        found = read_folder(Path(__file__).parent, "catalogue")
        return {name.replace("catalogue/", "specs/", 1): content for name, content in found.items()}
    return read_folder(Path(__file__).parent.parent, "specs")


def _connector(settings: Settings) -> "Connect":
    from reconciler.adapters.edge import Edge
    from reconciler.adapters.protocols import PROTOCOLS, headers

    def connect(pinned: "Pinned", export: "PinnedExport", secret: "Secret", *, quick: bool) -> "Adapter":
        url = endpoint(settings, pinned)
        edge = Edge(url, headers(pinned.kind, secret.reveal()), quick=quick)
        document = export.mapping.scope.mapping.document
        return PROTOCOLS[pinned.kind.protocol](pinned.kind, document, edge, pinned.integration.settings)

    return connect
