"""The keys of an installation: what seals, what makes fingerprints and pseudonyms, and where Vault is."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.settings import Settings
from reconciler.wiring.tables import clock, database

if TYPE_CHECKING:
    from reconciler.database.connection import Database
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.hashicorp_settings import VaultSettings
    from reconciler.vaults.keyring import Keyring


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


def no_keys() -> "tuple[Envelopes, Keyring]":
    """For a process that is given none: what needs one is refused there."""
    from reconciler.vaults.envelope import Envelopes
    from reconciler.vaults.keyless import NoKey, NoKeyring

    return Envelopes([NoKey()]), NoKeyring()


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
