"""Versions of credentials: which is pending, current or previous, who set it, where it was tested. Never a value.

One row per version, for every store. A flip is one transaction; the unique indexes allow one pending and one current.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.errors import Blocked, Busy, CredentialRefused
from reconciler.runs.credential import BY_NUMBER, Place, Version, by_number
from reconciler.specs.sentences import say

ABANDONED = timedelta(minutes=10)
"""A pending version this old belongs to nobody any more."""
GRACE = timedelta(hours=2)
"""The longest run (one hour) and a margin: so long a previous version is tried by syncs that began with it."""
TRAIL = 500
"""Entries of the audit trail that are shown."""


class CredentialTable:
    """The CredentialVersions port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(
        self, organization_id: str, name: str, store: str, actor: str, now: datetime
    ) -> tuple[int, list[Version]]:
        """See the port."""
        with self._database.transaction() as connection:
            self._drop_abandoned(connection, organization_id, name, actor, now)
            # Somebody who reserves at the same time is a conflict here: of the number, or of the one pending version.
            row = connection.execute(
                "insert into reconciler.credentials"
                " (organization_id, name, version, state, store, created_by, created_at)"
                " select %(id)s, %(name)s, coalesce(max(version), 0) + 1, 'pending', %(store)s, %(actor)s, %(now)s"
                " from reconciler.credentials where organization_id = %(id)s and name = %(name)s"
                " on conflict do nothing returning version",
                {"id": organization_id, "name": name, "store": store, "actor": actor, "now": now},
            ).fetchone()
            if row is None:
                raise _busy(connection, organization_id, name)
            version: int = row["version"]
            _audit(connection, now, actor, organization_id, "credential-pending", name, version)
            return version, [each for each in _versions(connection, organization_id, name) if each.left_behind]

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
        """See the port. Only from the state that `version` says: a test that took long never undoes a rotation."""
        with self._database.transaction() as connection:
            # Whoever flips at the same time waits here; without it two could meet halfway, or block each other.
            connection.execute(
                "select from reconciler.credentials where organization_id = %s and name = %s"
                " order by version for update",
                _key(version)[:2],
            )
            if version.state != "current":
                _step_down(connection, version, now)
            done = connection.execute(
                "update reconciler.credentials set state = 'current', tested_at = %s, target = %s, origin = %s,"
                " retire_at = null, problem = ''"
                " where organization_id = %s and name = %s and version = %s and state = %s",
                [now, place.target, place.origin, *_key(version), version.state],
            ).rowcount
            _must(done, version)
            _audit(
                connection,
                now,
                actor,
                version.organization_id,
                "credential-current",
                version.name,
                version.version,
                f"tested against {place}",
            )

    def discard(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """End a version, from the state that `version` says: nobody uses it from now on. Its value is still there.

        A value whose locator was never written down is looked for by its number from now on.
        """
        action = "credential-refused" if version.state == "pending" else "credential-revoked"
        with self._database.transaction() as connection:
            done = connection.execute(
                "update reconciler.credentials set state = 'revoked', locator = coalesce(locator, %s),"
                " revoked_at = %s, problem = %s"
                " where organization_id = %s and name = %s and version = %s and state = %s",
                [by_number(version.version), now, reason, *_key(version), version.state],
            ).rowcount
            _must(done, version)
            _audit(connection, now, actor, version.organization_id, action, version.name, version.version, reason)

    def revoke(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """The value of an ended version is destroyed: there is nothing left of it but this row."""
        with self._database.transaction() as connection:
            done = connection.execute(
                "update reconciler.credentials set locator = null, revoked_at = coalesce(revoked_at, %s)"
                " where organization_id = %s and name = %s and version = %s and state = 'revoked'"
                " and locator is not null",
                [now, *_key(version)],
            ).rowcount
            if done:
                action = "credential-destroyed"
                _audit(connection, now, actor, version.organization_id, action, version.name, version.version, reason)

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
            action, reason = "credential-tested", f"failed: {problem}" if problem else "passed"
            _audit(connection, now, actor, version.organization_id, action, version.name, version.version, reason)

    def proved(self, version: Version, proof: str, reaches: str) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.credentials set proof = %s, reaches = %s"
                " where organization_id = %s and name = %s and version = %s",
                [proof, reaches, *_key(version)],
            )

    def versions(self, organization_id: str, name: str = "") -> Sequence[Version]:
        """See the port."""
        with self._database.reading() as connection:
            return _versions(connection, organization_id, name)

    def current(self, organization_id: str, name: str, place: Place) -> Version:
        """See the port."""
        versions = self.versions(organization_id, name)
        found = next((each for each in versions if each.state == "current"), None)
        if found is None:
            hint = "store one: reconciler credentials set ORGANIZATION INTEGRATION"
            missing = say("there is no tested credential '{name}'{ended}", name=name, ended=_ended(versions))
            raise CredentialRefused(missing, hint)
        if found.place != place:
            hint = "test it there: reconciler credentials test ORGANIZATION INTEGRATION; or set another"
            was = found.place or "nothing"
            form = "the credential '{name}' was tested against {was}, and is wanted for {place}"
            raise CredentialRefused(say(form, name=name, was=was, place=place), hint)
        return found

    def _drop_abandoned(
        self, connection: Connection, organization_id: str, name: str, actor: str, now: datetime
    ) -> None:
        """End a pending version that nobody finishes any more."""
        found = connection.execute(
            "update reconciler.credentials set state = 'revoked', revoked_at = %s, problem = 'abandoned',"
            " locator = coalesce(locator, %s || version)"
            " where organization_id = %s and name = %s and state = 'pending' and created_at <= %s returning version",
            [now, BY_NUMBER, organization_id, name, now - ABANDONED],
        ).fetchall()
        for row in found:
            _audit(connection, now, actor, organization_id, "credential-abandoned", name, row["version"])


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
    return [version_of(row) for row in found]


def version_of(row: Mapping[str, Any]) -> Version:
    """A row of the table as a value."""
    place = Place(row["target"], row["origin"]) if row["target"] and row["origin"] else None
    same = (
        "name", "version", "state", "store", "locator", "hint", "fingerprint", "created_by", "created_at", "tested_at",
        "last_used_at", "expires_at", "retire_at", "problem", "proof", "reaches",
    )  # fmt: skip
    return Version(organization_id=str(row["organization_id"]), place=place, **{key: row[key] for key in same})


def _step_down(connection: Connection, version: Version, now: datetime) -> None:
    """Make place for `version`: the previous one ends, the one in use becomes the previous."""
    connection.execute(
        "update reconciler.credentials set state = 'revoked', revoked_at = %s, problem = 'replaced'"
        " where organization_id = %s and name = %s and state = 'previous' and version <> %s",
        [now, *_key(version)],
    )
    connection.execute(
        "update reconciler.credentials set state = 'previous', retire_at = %s"
        " where organization_id = %s and name = %s and state = 'current' and version <> %s",
        [now + GRACE, *_key(version)],
    )


def _busy(connection: Connection, organization_id: str, name: str) -> Busy:
    found = (each for each in _versions(connection, organization_id, name) if each.state == "pending")
    pending = next(found, None)
    who = (
        say("{by} since {at:%H:%M:%S %Z}", by=pending.created_by, at=pending.created_at) if pending else "somebody else"
    )
    return Busy(
        say("the credential '{name}' is being set by {who}", name=name, who=who),
        "wait for it; it is given up after ten minutes",
    )


def _ended(versions: Sequence[Version]) -> str:
    """What became of the newest version, where it was in use once."""
    newest = next((each for each in versions if each.state == "revoked" and each.place), None)
    if newest is None:
        return ""
    return say(": version {version} was revoked ({problem})", version=newest.version, problem=newest.problem)


def _key(version: Version) -> list[object]:
    return [version.organization_id, version.name, version.version]


def _must(done: int, version: Version) -> None:
    if done != 1:
        message = say("the credential '{name}' was changed by somebody else meanwhile", name=version.name)
        raise Blocked(message, "look at: reconciler credentials status; then try again")


def trail(database: Database, organization_id: str) -> list[dict[str, Any]]:
    """Every use and change of an organisation's credentials, newest first; not more than `TRAIL`."""
    query = """
        select at, actor, action, object as name, (detail ->> 'version')::int as version,
            coalesce(detail ->> 'reason', '') as reason
        from reconciler.audit
        where organization_id = %s and action like 'credential-%%' order by id desc limit %s"""
    with database.reading() as connection:
        return connection.execute(query, [organization_id, TRAIL]).fetchall()


def _audit(
    connection: Connection,
    now: datetime,
    actor: str,
    organization_id: str,
    action: str,
    name: str,
    version: int,
    reason: str = "",
) -> None:
    detail = {"version": version} | ({"reason": reason} if reason else {})
    write_audit(connection, now, actor, organization_id, action, name, detail)
