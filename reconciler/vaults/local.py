"""The `local` store: values sealed in PostgreSQL, each under a key of its own, never overwritten.

The ciphertext is bound to organisation, name and version: a row that is copied elsewhere does not open.
"""

import json
from contextlib import AbstractContextManager
from typing import Any, Protocol

from reconciler import ports
from reconciler.errors import SecretGone, StoreConflict
from reconciler.runs.credential import SecretPath
from reconciler.vaults.envelope import Envelopes, Sealed
from reconciler.vaults.secret import Secret


class Transactions(Protocol):
    """What the store needs of the database: a connection in a transaction."""

    def transaction(self) -> AbstractContextManager[Any]:
        """Leaving it is the commit. Raises DatabaseDown."""


class LocalStore:
    """The SecretStore port in reconciler.secret_values. The locator is the version's number."""

    def __init__(self, database: Transactions, envelopes: Envelopes) -> None:
        self._database = database
        self._envelopes = envelopes

    def write(self, path: SecretPath, version: int, secret: ports.Secret) -> str:
        """See the port."""
        plain = json.dumps(secret.reveal(), sort_keys=True, ensure_ascii=True).encode()
        sealed = self._envelopes.seal(plain, _bound(path, version))
        with self._database.transaction() as connection:
            done = connection.execute(
                "insert into reconciler.secret_values"
                " (organization_id, name, version, ciphertext, nonce, wrapped_key, key_id)"
                " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
                [*_key(path), version, sealed.ciphertext, sealed.nonce, sealed.wrapped_key, sealed.key_id],
            ).rowcount
        if done != 1:
            raise StoreConflict(f"version {version} of '{path.name}' is in the store already", "set it again")
        return str(version)

    def read(self, path: SecretPath, locator: str) -> Secret:
        """See the port."""
        row = self._row(path, locator)
        if row is None:
            raise SecretGone(f"the store holds no such version of '{path.name}'", "set the credential again")
        sealed = Sealed(bytes(row["ciphertext"]), bytes(row["nonce"]), bytes(row["wrapped_key"]), row["key_id"])
        return Secret(json.loads(self._envelopes.open(sealed, _bound(path, int(locator)))))

    def destroy(self, path: SecretPath, locator: str) -> None:
        """See the port."""
        if locator.isdecimal():
            with self._database.transaction() as connection:
                connection.execute(
                    "delete from reconciler.secret_values where organization_id = %s and name = %s and version = %s",
                    [*_key(path), int(locator)],
                )

    def rewrap(self) -> int:
        """Wrap every key under the first key-encryption key; how many were under another. Values are not touched.

        In one transaction, while everything goes on: readers open either form.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(
                "select * from reconciler.secret_values where key_id <> %s for update", [self._envelopes.key_id]
            ).fetchall()
            for row in rows:
                wrapped = self._envelopes.rewrap(bytes(row["wrapped_key"]), row["key_id"])
                connection.execute(
                    "update reconciler.secret_values set wrapped_key = %s, key_id = %s"
                    " where organization_id = %s and name = %s and version = %s",
                    [wrapped, self._envelopes.key_id, row["organization_id"], row["name"], row["version"]],
                )
        return len(rows)

    def close(self) -> None:
        """The database's connection is not ours."""

    def _row(self, path: SecretPath, locator: str) -> Any:
        if not locator.isdecimal() or len(locator) > 9:
            return None
        with self._database.transaction() as connection:
            return connection.execute(
                "select * from reconciler.secret_values where organization_id = %s and name = %s and version = %s",
                [*_key(path), int(locator)],
            ).fetchone()


def _key(path: SecretPath) -> list[object]:
    return [path.organization_id, path.name]


def _bound(path: SecretPath, version: int) -> bytes:
    return f"{path}/{version}".encode()
