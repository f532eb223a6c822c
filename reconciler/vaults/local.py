"""The `local` store: values sealed in PostgreSQL, each under a key of its own, never overwritten.

The ciphertext is bound to organisation, name and version: a row that is copied elsewhere does not open.
"""

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg

from reconciler.errors import DatabaseDown, ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs import keeping
from reconciler.runs.credential import BY_NUMBER, SecretPath
from reconciler.specs.sentences import say
from reconciler.vaults.envelope import Envelopes, Sealed
from reconciler.vaults.secret import Secret

LOCATOR = re.compile(r"[1-9][0-9]{0,8}")


class Transactions(Protocol):
    """What the store needs of the database: a connection in a transaction."""

    def transaction(self) -> AbstractContextManager[Any]:
        """Leaving it is the commit. Raises DatabaseDown."""


class LocalStore:
    """The SecretStore port in reconciler.secret_values. The locator is the version's number.

    So a value whose locator was never written down is found by its number (`by_number`), and destroyed.
    """

    def __init__(self, database: Transactions, envelopes: Envelopes) -> None:
        self._database = database
        self._envelopes = envelopes

    def write(self, path: SecretPath, version: int, secret: keeping.Secret) -> str:
        """See the port."""
        seal = self._envelopes.sealing()
        sealed = seal(json.dumps(secret.reveal(), sort_keys=True, ensure_ascii=True).encode(), _bound(path, version))
        with self._transaction() as connection:
            done = connection.execute(
                "insert into reconciler.secret_values"
                " (organization_id, name, version, ciphertext, nonce, wrapped_key, key_id)"
                " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
                [*_key(path), version, sealed.ciphertext, sealed.nonce, sealed.wrapped_key, sealed.key_id],
            ).rowcount
        if done != 1:
            raise StoreConflict(
                say("version {version} of '{name}' is in the store already", version=version, name=path.name),
                "set it again",
            )
        return str(version)

    def read(self, path: SecretPath, locator: str) -> Secret:
        """See the port."""
        row = self._row(path, locator)
        if row is None:
            raise SecretGone(
                say("the store holds no such version of '{name}'", name=path.name), "set the credential again"
            )
        sealed = Sealed(bytes(row["ciphertext"]), bytes(row["nonce"]), bytes(row["wrapped_key"]), row["key_id"])
        return Secret(json.loads(self._envelopes.open(sealed, _bound(path, int(locator)))))

    def destroy(self, path: SecretPath, locator: str) -> None:
        """See the port."""
        with self._transaction() as connection:
            connection.execute(
                "delete from reconciler.secret_values where organization_id = %s and name = %s and version = %s",
                [*_key(path), _number(locator.removeprefix(BY_NUMBER))],
            )

    def rewrap(self) -> int:
        """Wrap every key under the first key-encryption key; how many were under another. Values are not touched.

        In one transaction, while everything goes on: readers open either form.
        """
        with self._transaction() as connection:
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
        with self._transaction() as connection:
            return connection.execute(
                "select * from reconciler.secret_values where organization_id = %s and name = %s and version = %s",
                [*_key(path), _number(locator)],
            ).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """A transaction, whose failures are a store's."""
        try:
            with self._database.transaction() as connection:
                yield connection
        except DatabaseDown as error:
            raise StoreDown(error.message, error.hint) from error
        except (psycopg.errors.InsufficientPrivilege, ReconcilerError) as error:
            if not isinstance(error.__cause__ or error, psycopg.errors.InsufficientPrivilege):
                raise
            hint = "this database role needs select, insert, update and delete on reconciler.secret_values"
            raise StoreForbidden("the database does not let this role to its credentials", hint) from error


def _number(locator: str) -> int | None:
    """The version that a locator means; none for what `write` never returned. The database is asked all the same."""
    return int(locator) if LOCATOR.fullmatch(locator) else None


def _key(path: SecretPath) -> list[object]:
    return [path.organization_id, path.name]


def _bound(path: SecretPath, version: int) -> bytes:
    return f"{path}/{version}".encode()
