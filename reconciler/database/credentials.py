"""Versions of credentials: which is pending, current or previous, who set it, where it was tested. Never a value.

One row per version, for every store. A flip is one transaction; the unique indexes allow one pending and one current.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.errors import Blocked, Busy, CredentialRefused
from reconciler.runs.credential import Place, Version

ABANDONED = timedelta(minutes=10)
"""A pending version this old belongs to nobody any more."""
GRACE = timedelta(hours=2)
"""The longest run (one hour) and a margin: so long a previous version is tried by syncs that began with it."""


class CredentialTable:
    """The CredentialVersions port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(
        self, organization_id: str, name: str, store: str, actor: str, now: datetime
    ) -> tuple[int, list[Version]]:
        """See the port."""
        try:
            with self._database.transaction() as connection:
                dropped = self._drop_abandoned(connection, organization_id, name, now)
                row = connection.execute(
                    "select coalesce(max(version), 0) + 1 as next from reconciler.credentials"
                    " where organization_id = %s and name = %s",
                    [organization_id, name],
                ).fetchone()
                version: int = row["next"] if row else 1
                connection.execute(
                    "insert into reconciler.credentials"
                    " (organization_id, name, version, state, store, created_by, created_at)"
                    " values (%s, %s, %s, 'pending', %s, %s, %s)",
                    [organization_id, name, version, store, actor, now],
                )
                _audit(connection, now, actor, organization_id, "credential-pending", name, version)
        except psycopg.errors.UniqueViolation as error:
            raise self._busy(organization_id, name) from error
        return version, dropped

    def stored(self, version: Version, locator: str, fingerprint: str, hint: str, expires_at: datetime | None) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            done = connection.execute(
                "update reconciler.credentials set locator = %s, fingerprint = %s, hint = %s, expires_at = %s"
                " where organization_id = %s and name = %s and version = %s and state = 'pending'",
                [locator, fingerprint, hint, expires_at, *_key(version)],
            ).rowcount
            _must(done, version)

    def promote(self, version: Version, place: Place, actor: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set state = 'revoked', revoked_at = %s"
                " where organization_id = %s and name = %s and state = 'previous' and version <> %s",
                [now, *_key(version)],
            )
            connection.execute(
                "update reconciler.credentials set state = 'previous', retire_at = %s"
                " where organization_id = %s and name = %s and state = 'current' and version <> %s",
                [now + GRACE, *_key(version)],
            )
            done = connection.execute(
                "update reconciler.credentials set state = 'current', tested_at = %s, target = %s, origin = %s,"
                " retire_at = null, problem = ''"
                " where organization_id = %s and name = %s and version = %s"
                " and state in ('pending', 'previous', 'current')",
                [now, place.target, place.origin, *_key(version)],
            ).rowcount
            _must(done, version)
            _audit(connection, now, actor, version.organization_id, "credential-current", version.name, version.version)

    def discard(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set state = 'revoked', locator = null, revoked_at = %s, problem = %s"
                " where organization_id = %s and name = %s and version = %s and state = 'pending'",
                [now, reason, *_key(version)],
            )
            _audit(connection, now, actor, version.organization_id, "credential-refused", version.name, version.version)

    def revoke(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set state = 'revoked', locator = null, revoked_at = %s, problem = %s"
                " where organization_id = %s and name = %s and version = %s",
                [now, reason, *_key(version)],
            )
            _audit(connection, now, actor, version.organization_id, "credential-revoked", version.name, version.version)

    def used(self, version: Version, actor: str, purpose: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set last_used_at = %s"
                " where organization_id = %s and name = %s and version = %s",
                [now, *_key(version)],
            )
            _audit(connection, now, actor, version.organization_id, purpose, version.name, version.version)

    def tested(self, version: Version, actor: str, problem: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set tested_at = %s, problem = %s"
                " where organization_id = %s and name = %s and version = %s",
                [now, problem, *_key(version)],
            )
            _audit(connection, now, actor, version.organization_id, "credential-tested", version.name, version.version)

    def versions(self, organization_id: str, name: str = "") -> Sequence[Version]:
        """See the port."""
        with self._database.reading() as connection:
            return _versions(connection, organization_id, name)

    def current(self, organization_id: str, name: str, place: Place) -> Version:
        """See the port."""
        found = next((each for each in self.versions(organization_id, name) if each.state == "current"), None)
        if found is None:
            hint = f"store one: reconciler credentials set ORGANISATION {name}"
            raise CredentialRefused(f"there is no tested credential '{name}'", hint)
        if found.place != place:
            hint = "set or test it again: it is tested against the new place before it is used there"
            was = found.place or "nothing"
            raise CredentialRefused(
                f"the credential '{name}' was tested against {was}, and is wanted for {place}", hint
            )
        return found

    def _drop_abandoned(self, connection: Connection, organization_id: str, name: str, now: datetime) -> list[Version]:
        """Revoke a pending version that nobody finishes any more, and say which value has to be destroyed."""
        found = connection.execute(
            "update reconciler.credentials set state = 'revoked', revoked_at = %s, problem = 'abandoned'"
            " where organization_id = %s and name = %s and state = 'pending' and created_at <= %s returning *",
            [now, organization_id, name, now - ABANDONED],
        ).fetchall()
        return [_version(row) for row in found]

    def _busy(self, organization_id: str, name: str) -> Busy:
        pending = next((each for each in self.versions(organization_id, name) if each.state == "pending"), None)
        who = f"{pending.created_by} since {pending.created_at:%H:%M:%S %Z}" if pending else "somebody"
        return Busy(f"the credential '{name}' is being set by {who}", "wait for it; it is given up after ten minutes")


def installation_keys(database: Database, fresh: Mapping[str, bytes], key_id: str) -> dict[str, tuple[bytes, str]]:
    """(wrapped key, id of the key that wraps it) by purpose; `fresh` are put where the database has none yet."""
    with database.transaction() as connection:
        rows = connection.execute("select * from reconciler.installation_keys").fetchall()
        if {row["purpose"] for row in rows} < set(fresh):
            for purpose, wrapped in fresh.items():
                connection.execute(
                    "insert into reconciler.installation_keys (purpose, wrapped_key, key_id) values (%s, %s, %s)"
                    " on conflict do nothing",
                    [purpose, wrapped, key_id],
                )
            rows = connection.execute("select * from reconciler.installation_keys").fetchall()
    return {row["purpose"]: (bytes(row["wrapped_key"]), row["key_id"]) for row in rows}


def rewrap_installation_keys(database: Database, rewrap: Callable[[bytes, str], bytes], key_id: str) -> int:
    """Wrap them under the key `key_id`; how many were under another."""
    with database.transaction() as connection:
        rows = connection.execute(
            "select * from reconciler.installation_keys where key_id <> %s for update", [key_id]
        ).fetchall()
        for row in rows:
            connection.execute(
                "update reconciler.installation_keys set wrapped_key = %s, key_id = %s where purpose = %s",
                [rewrap(bytes(row["wrapped_key"]), row["key_id"]), key_id, row["purpose"]],
            )
    return len(rows)


def _versions(connection: Connection, organization_id: str, name: str) -> list[Version]:
    found = connection.execute(
        "select * from reconciler.credentials where organization_id = %s and (%s = '' or name = %s)"
        " order by name, version desc",
        [organization_id, name, name],
    ).fetchall()
    return [_version(row) for row in found]


def _version(row: dict[str, Any]) -> Version:
    place = Place(row["target"], row["origin"]) if row["target"] and row["origin"] else None
    same = (
        "name", "version", "state", "store", "locator", "hint", "fingerprint", "created_by", "created_at", "tested_at",
        "last_used_at", "expires_at", "retire_at", "problem",
    )  # fmt: skip
    return Version(organization_id=str(row["organization_id"]), place=place, **{key: row[key] for key in same})


def _key(version: Version) -> list[object]:
    return [version.organization_id, version.name, version.version]


def _must(done: int, version: Version) -> None:
    if done != 1:
        message = f"the credential '{version.name}' was changed by somebody else meanwhile"
        raise Blocked(message, "look at: reconciler credentials status; then try again")


def trail(database: Database, organization_id: str) -> list[dict[str, Any]]:
    """Every use and change of an organisation's credentials, newest first."""
    query = """
        select at, actor, action, object as name, (detail ->> 'version')::int as version from reconciler.audit
        where organization_id = %s and action like 'credential-%%' order by id desc limit 500"""
    with database.reading() as connection:
        return connection.execute(query, [organization_id]).fetchall()


def _audit(
    connection: Connection, now: datetime, actor: str, organization_id: str, action: str, name: str, version: int
) -> None:
    write_audit(connection, now, actor, organization_id, action, name, {"version": version})
