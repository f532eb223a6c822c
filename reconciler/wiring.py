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
    from reconciler.adapters.transport import Way
    from reconciler.database.connection import Database
    from reconciler.engine.pinned import Pinned, PinnedExport
    from reconciler.engine.world import Connect, World
    from reconciler.ports import Guarded
    from reconciler.runs.credential import Place
    from reconciler.runs.keeping import Secret
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.hashicorp_settings import VaultSettings
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
    from reconciler.database.columns import ColumnTable
    from reconciler.database.configuration import Configuration
    from reconciler.database.credentials import CredentialTable
    from reconciler.database.leases import LeaseTable
    from reconciler.database.lists import ListTable
    from reconciler.database.records import RecordTables
    from reconciler.database.retention import RetentionTable
    from reconciler.database.sealing import SealedLedger
    from reconciler.engine.world import World
    from reconciler.vaults.stores import Parts, Stores

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
        ledger=SealedLedger(tables, keys.seal()),
        lists=ListTable(tables),
        columns=ColumnTable(tables),
        runs=RunTable(tables),
        versions=CredentialTable(tables),
        store=Stores(Parts(tables, envelopes, now, vault(settings), settings.kubernetes_namespace)),
        store_name=settings.store,
        place=partial(place, settings),
        high_water=HighWaterFile(settings.high_water_file),
        connect=_connector(settings, tables, now, keys),
        fingerprint=keys.fingerprint,
        pseudonym=keys.pseudonym,
        retention=RetentionTable(tables),
        actor=settings.actor,
    )


def key_encryption(settings: Settings) -> "Envelopes":
    """The key-encryption keys: Vault's transit key or the environment's where one is named, else the key file's.

    The key file, where there is one, still opens what it sealed, so that an installation can move to another key.
    """
    from reconciler.vaults.envelope import Envelopes, KeyEncryptionKey
    from reconciler.vaults.keyring import keys_of, load_keys, make_key_file

    first: list[KeyEncryptionKey] = []
    if settings.vault is not None and settings.vault.transit_key:
        from reconciler.vaults.hashicorp_transit import TransitKey

        named = vault(settings)
        assert named is not None
        first.append(TransitKey(named, settings.vault.transit_key, clock(settings)))
    if settings.key is not None:
        first += keys_of(settings.key.reveal()["key"].split(","), "RECONCILER_KEY")
    if not first:
        make_key_file(settings.key_file)
    return Envelopes([*first, *(load_keys(settings.key_file) if settings.key_file.exists() else [])])


def vault(settings: Settings) -> "VaultSettings | None":
    """The Vault that the installation names, if it names one."""
    from reconciler.vaults.hashicorp_settings import AppRoleLogin, KubernetesLogin, Login, TokenLogin, VaultSettings

    if (found := settings.vault) is None:
        return None
    login: Login
    match found.login.split(":"):
        case ["token", path]:
            login = TokenLogin(Path(path))
        case ["approle", role_id, path]:
            login = AppRoleLogin(role_id, Path(path))
        case ["kubernetes", role]:
            login = KubernetesLogin(role)
        case _:
            hint = "token:FILE, approle:ROLE_ID:SECRET_ID_FILE, or kubernetes:ROLE"
            raise UsageError("RECONCILER_VAULT_LOGIN cannot be read", hint)
    return VaultSettings(
        address=found.address,
        login=login,
        installation=settings.installation,
        mount=found.mount,
        namespace=found.namespace,
        ca_file=found.ca_file,
    )


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
    from urllib.parse import unquote, urlsplit

    from reconciler.adapters.protocols import allowed_folder
    from reconciler.specs.rules_addresses import host_allowed

    environment, name = pinned.integration.environment, pinned.integration.type
    if environment not in settings.environments:
        message = f"installation '{settings.installation}' does not allow the environment {environment}"
        raise EnvironmentRefused(message, f"it allows {', '.join(settings.environments)} (RECONCILER_ENVIRONMENTS)")
    if environment == "simulator":
        if name not in settings.simulators:
            hint = f"start one (reconciler simulators start {name}), and set RECONCILER_SIMULATORS={name}=ADDRESS"
            raise EnvironmentRefused(f"no simulator of {name} is named", hint)
        return settings.simulators[name]
    declared = pinned.kind.environments[environment]
    url = pinned.integration.settings.get(declared.setting) if declared.setting else declared.url
    if url is None:
        raise EnvironmentRefused(f"{name} declares no address for {environment}", "")
    if url.startswith("file:"):
        allowed_folder(Path(unquote(urlsplit(url).path)), settings.folders)
        return url
    if not host_allowed(urlsplit(url).hostname or "", settings.endpoints):
        message = f"installation '{settings.installation}' does not allow the host of {name} {environment}"
        raise EnvironmentRefused(message, f"it allows {', '.join(settings.endpoints)} (RECONCILER_ENDPOINTS)")
    return url


def catalog() -> Mapping[str, bytes]:
    """The built-in catalogue: beside the package in a checkout, inside it in an installed wheel."""
    from reconciler.git.sources import read_folder

    inside = Path(__file__).parent / "catalogue"
    if inside.is_dir():
        found = read_folder(Path(__file__).parent, "catalogue")
        return {name.replace("catalogue/", "specs/", 1): content for name, content in found.items()}
    return read_folder(Path(__file__).parent.parent, "specs")


def _connector(settings: Settings, tables: "Database", now: Clock, keys: "Keyring") -> "Connect":
    from reconciler.adapters.edges import Edges
    from reconciler.adapters.guard import GuardedAdapter
    from reconciler.adapters.pace import PATIENCE_S, QUICK_S, Gate
    from reconciler.adapters.protocols import Opening, adapter
    from reconciler.database.allowances import AllowanceRow, allowance_name
    from reconciler.runs.credential import written
    from reconciler.vaults.secret import Secret as Concealed

    staged = now.now if settings.clock_start else None
    edges = Edges()
    gates: dict[tuple[object, ...], Gate] = {}

    def connect(pinned: "Pinned", export: "PinnedExport", secret: "Secret", *, quick: bool) -> "Guarded":
        url, document = endpoint(settings, pinned), export.mapping.scope.mapping.document
        name = allowance_name(tables, place(settings, pinned).origin, keys.fingerprint(written(secret.reveal())))
        fresh = Gate(AllowanceRow(tables, name, pinned.allowed, staged), now, QUICK_S if quick else PATIENCE_S)
        # The same gate each time: who shares an edge shares what it asks before a request.
        gate = gates.setdefault((name, pinned.allowed, quick), fresh)
        simulated = pinned.integration.environment == "simulator"
        opening = Opening(
            url,
            gate.turn,
            now,
            Concealed,
            quick=quick,
            simulated=simulated,
            way=way(settings),
            edges=edges,
            folders=settings.folders,
            done=gate.done,
        )
        return GuardedAdapter(adapter(pinned.kind, document, pinned.integration.settings, secret, opening), gate)

    return connect


def way(settings: Settings) -> "Way":
    """How this installation gets to outside systems. Raises EnvironmentRefused where its authorities cannot be read."""
    from reconciler.adapters.proxy import Proxy
    from reconciler.adapters.reach import Reach
    from reconciler.adapters.transport import Way

    named = settings.proxy
    proxy = Proxy(named.host, named.port, named.login, named.direct) if named else None
    found = Way(Reach(settings.private_networks), proxy, settings.ca_file)
    try:
        if settings.ca_file is not None:
            found.context()
    except OSError as error:
        hint = "a file of certificates as PEM, that this process may read"
        raise EnvironmentRefused("the file of authorities cannot be read (RECONCILER_CA_FILE)", hint) from error
    return found
