"""Tokens of the portal's API: what programs of an organisation log in with. Kept as digests, shown once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from reconciler.database.audit import write_audit
from reconciler.database.connection import Database
from reconciler.database.portal_sessions import digest

PREFIX = "rcn_"
"""So that a scanner for secrets finds one that was pasted somewhere."""
USED = timedelta(minutes=10)
"""So often it is written down that a token was used."""


@dataclass(frozen=True, slots=True)
class Held:
    """A token that counts, as it stands."""

    id: UUID
    organization: str
    account: str
    name: str
    scopes: tuple[str, ...]
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Token:
    """A token in the list of an organisation; never its value."""

    id: UUID
    name: str
    account: str
    scopes: tuple[str, ...]
    hint: str
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A token that somebody wants, until `ends_at`."""

    organization_id: str
    name: str
    account: str
    scopes: Sequence[str]
    ends_at: datetime


class TokenTable:
    """The tokens of the organisation that the connection is held to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, value: str, now: datetime) -> Held | None:
        """The token of a value, where it counts; asked before any organisation is known."""
        if not value.startswith(PREFIX) or len(value) > 100:
            return None
        with self._database.reading() as connection:
            row = connection.execute("select * from reconciler.portal_token(%s)", [digest(value)]).fetchone()
        if row is None or row["ends_at"] <= now:
            return None
        return Held(row["id"], row["organization"], row["account"], row["name"], tuple(row["scopes"]), row["used_at"])

    def tokens(self) -> list[Token]:
        """All of them, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "select id, name, account, scopes, hint, created_at, ends_at, used_at, revoked_at, revoked_by"
                " from reconciler.portal_tokens order by created_at desc limit 200"
            ).fetchall()
        return [_token(row) for row in rows]

    def make(self, wanted: Wanted, now: datetime) -> tuple[UUID, str] | None:
        """A new token: its id, and its value, which nobody is told again. None where one of that name counts, so that
        a form that is sent twice makes one.
        """
        value = PREFIX + secrets.token_urlsafe(32)
        found = uuid4()
        with self._database.transaction() as connection:
            # Nobody else may make one of the organisation meanwhile.
            connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 12))", [wanted.organization_id])
            taken = connection.execute(
                "select 1 from reconciler.portal_tokens where name = %s and revoked_at is null and ends_at > %s",
                [wanted.name, now],
            ).fetchone()
            if taken is not None:
                return None
            connection.execute(
                "insert into reconciler.portal_tokens"
                " (id, organization_id, digest, name, account, scopes, hint, created_at, ends_at)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [found, wanted.organization_id, digest(value), wanted.name, wanted.account, list(wanted.scopes),
                 value[-4:], now, wanted.ends_at],
            )  # fmt: skip
            detail = {"name": wanted.name, "scopes": list(wanted.scopes), "until": wanted.ends_at.isoformat()}
            write_audit(connection, now, wanted.account, wanted.organization_id, "token-made", str(found), detail)
        return found, value

    def revoke(self, token: UUID, account: str, now: datetime) -> bool:
        """End one; False where there is none that has not ended."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "update reconciler.portal_tokens set revoked_at = %s, revoked_by = %s"
                " where id = %s and revoked_at is null returning organization_id, name",
                [now, account, token],
            ).fetchone()
            if row is not None:
                detail = {"name": row["name"]}
                owner = str(row["organization_id"])
                write_audit(connection, now, account, owner, "token-revoked", str(token), detail)
        return row is not None

    def used(self, held: Held, organization_id: str, done: str, now: datetime) -> None:
        """Write down every now and then that it was used, and always what a program sets out to do with it."""
        if not done and held.used_at is not None and held.used_at > now - USED:
            return
        with self._database.transaction() as connection:
            connection.execute("update reconciler.portal_tokens set used_at = %s where id = %s", [now, held.id])
            if done:
                detail = {"name": held.name, "request": done[:300]}
                write_audit(connection, now, held.account, organization_id, "token-used", str(held.id), detail)


def _token(row: Mapping[str, Any]) -> Token:
    return Token(**{**row, "scopes": tuple(row["scopes"])})
