"""The `local` store: credentials encrypted in PostgreSQL under the key file, in versions that are never overwritten.

The ciphertext is bound to organisation, name and version: a row that is copied elsewhere does not open.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag

from reconciler import ports
from reconciler.errors import Blocked, CredentialRefused
from reconciler.vaults.keyring import Keyring
from reconciler.vaults.secret import Secret


class Transactions(Protocol):
    """What the store needs of the database: a connection in a transaction."""

    def transaction(self) -> AbstractContextManager[Any]:
        """Leaving it is the commit."""


@dataclass(frozen=True, slots=True)
class Version:
    """What may be known of a credential's version: everything but the value."""

    name: str
    version: int
    state: str
    hint: str
    target: str | None
    created_by: str
    created_at: datetime
    tested_at: datetime | None
    last_used_at: datetime | None


class LocalStore:
    """The SecretStore port in the organisation's rows of reconciler.credentials."""

    def __init__(self, database: Transactions, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def put_pending(self, organization_id: str, name: str, secret: ports.Secret, actor: str, now: datetime) -> int:
        """Store a new version beside the one in use, and return its number. A pending one before it is dropped."""
        plain = _plain(secret)
        with self._database.transaction() as connection:
            _alone(connection, organization_id, name)
            row = connection.execute(
                "select coalesce(max(version), 0) + 1 as next from reconciler.credentials"
                " where organization_id = %s and name = %s",
                [organization_id, name],
            ).fetchone()
            version: int = row["next"]
            self._drop_pending(connection, organization_id, name)
            ciphertext, nonce = self._keyring.encrypt(plain, _bound(organization_id, name, version))
            connection.execute(
                "insert into reconciler.credentials (organization_id, name, version, state, ciphertext, nonce, key_id,"
                " fingerprint, hint, created_by, created_at)"
                " values (%s, %s, %s, 'pending', %s, %s, %s, %s, %s, %s, %s)",
                [
                    organization_id, name, version, ciphertext, nonce, self._keyring.id,
                    self._keyring.fingerprint(plain), secret.hint, actor, now,
                ],
            )  # fmt: skip
            _audit(connection, now, actor, organization_id, "credential-stored", f"{name} version {version}")
        return version

    def promote(self, organization_id: str, name: str, version: int, target: str, actor: str, now: datetime) -> None:
        """Make a tested pending version the current one; the current one becomes the previous."""
        key = [organization_id, name]
        with self._database.transaction() as connection:
            _alone(connection, organization_id, name)
            connection.execute(
                "update reconciler.credentials set state = 'revoked'"
                " where organization_id = %s and name = %s and state = 'previous'",
                key,
            )
            connection.execute(
                "update reconciler.credentials set state = 'previous'"
                " where organization_id = %s and name = %s and state = 'current'",
                key,
            )
            done = connection.execute(
                "update reconciler.credentials set state = 'current', tested_at = %s, target = %s"
                " where organization_id = %s and name = %s and version = %s and state = 'pending'",
                [now, target, *key, version],
            ).rowcount
            if done != 1:
                raise Blocked(f"the credential '{name}' was changed meanwhile", "look at credentials status, try again")
            _audit(connection, now, actor, organization_id, "credential-current", f"{name} version {version}")

    def discard(self, organization_id: str, name: str, actor: str, reason: str, now: datetime) -> None:
        """Drop the pending version, whose test failed. Nothing else changes."""
        with self._database.transaction() as connection:
            self._drop_pending(connection, organization_id, name)
            _audit(connection, now, actor, organization_id, "credential-refused", f"{name}: {reason}")

    def read(self, organization_id: str, name: str, target: str, now: datetime) -> Secret:
        """The current version, for use against `target`. Raises CredentialRefused where there is none for it."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "update reconciler.credentials set last_used_at = %s"
                " where organization_id = %s and name = %s and state = 'current' returning *",
                [now, organization_id, name],
            ).fetchone()
        if row is None:
            hint = f"store one: reconciler credentials set ORGANISATION {name}"
            raise CredentialRefused(f"there is no tested credential '{name}'", hint)
        if row["target"] != target:
            hint = "set it again: it is tested against the new target before it is used"
            message = f"the credential '{name}' was tested against {row['target']}, and is wanted for {target}"
            raise CredentialRefused(message, hint)
        return self._open(organization_id, row)

    def reread(self, organization_id: str, name: str, version: int) -> Secret:
        """One version by its number, for its test."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "select * from reconciler.credentials where organization_id = %s and name = %s and version = %s",
                [organization_id, name, version],
            ).fetchone()
        if row is None:
            raise Blocked(f"the credential '{name}' has no version {version}")
        return self._open(organization_id, row)

    def versions(self, organization_id: str) -> list[Version]:
        """Everything but the values, newest first."""
        with self._database.transaction() as connection:
            found = connection.execute(
                "select name, version, state, hint, target, created_by, created_at, tested_at, last_used_at"
                " from reconciler.credentials where organization_id = %s order by name, version desc",
                [organization_id],
            ).fetchall()
        return [Version(**row) for row in found]

    def _drop_pending(self, connection: Any, organization_id: str, name: str) -> None:
        connection.execute(
            "delete from reconciler.credentials where organization_id = %s and name = %s and state = 'pending'",
            [organization_id, name],
        )

    def _open(self, organization_id: str, row: Mapping[str, Any]) -> Secret:
        if row["key_id"] != self._keyring.id:
            message = f"the credential '{row['name']}' was encrypted under another key ({row['key_id']})"
            raise Blocked(message, f"this installation's key is {self._keyring.id}; restore the right key file")
        try:
            bound = _bound(organization_id, row["name"], row["version"])
            plain = self._keyring.decrypt(bytes(row["ciphertext"]), bytes(row["nonce"]), bound)
        except InvalidTag as error:
            message = f"the stored credential '{row['name']}' does not open: it was changed, or moved from another row"
            raise Blocked(message, "set it again") from error
        return Secret(json.loads(plain))


def _alone(connection: Any, organization_id: str, name: str) -> None:
    """Two people who set one credential at once take turns: the later one's pending version stands."""
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{organization_id}/{name}"])


def _plain(secret: ports.Secret) -> bytes:
    return json.dumps(secret.reveal(), sort_keys=True).encode()


def _bound(organization_id: str, name: str, version: int) -> bytes:
    return f"{organization_id}/{name}/{version}".encode()


def _audit(connection: Any, now: datetime, actor: str, organization_id: str, action: str, subject: str) -> None:
    connection.execute(
        "insert into reconciler.audit (at, actor, organization_id, action, object) values (%s, %s, %s, %s, %s)",
        [now, actor, organization_id, action, subject],
    )
