"""Sessions of the portal in one table. The browser holds a random key; here is only what it hashes to."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.runs.portal import Session, Way
from reconciler.specs.languages import Language

IDLE = timedelta(hours=2)
"""After so long without a request a session is over."""
LIFE = timedelta(hours=12)
"""A working day: then everybody logs in again."""
KEY = re.compile(r"[A-Za-z0-9_-]{43}")
SEEN = timedelta(minutes=1)
"""So often it is written down that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Entering:
    """Who logs in, by which way."""

    account: str
    shown: str
    way: Way


@dataclass(frozen=True, slots=True)
class Begun:
    """A session as its owner sees it."""

    way: Way
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime


class SessionTable:
    """Who is logged in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, entering: Entering, now: datetime, instead_of: str = "") -> str:
        """A new session: its key, which nobody is told again. The one that this browser had before is over."""
        key = secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            if instead_of:
                _end(connection, instead_of, now)
            _begin(connection, key, entering, now)
        return key

    def matched(self, entering: Entering, now: datetime) -> tuple[str, Session]:
        """The session of somebody who proves at every request who they are; it is begun where there is none.

        Its key is no secret and no browser's: `is_key` is False for it.
        """
        key = f"{entering.way}:{entering.account}"
        if (found := self.find(key, now)) is None:
            with self._database.transaction() as connection:
                _begin(connection, key, entering, now)
            found = self.find(key, now)
        assert found is not None
        return key, found

    def find(self, key: str, now: datetime, *, present: bool = True) -> Session | None:
        """The session of a key, where it has not ended. `present` says that somebody asks, and not their page alone."""
        with self._database.reading() as connection:
            row = connection.execute(
                "select * from reconciler.portal_sessions where digest = %s and ends_at > %s and seen_at > %s",
                [digest(key), now, now - IDLE],
            ).fetchone()
        if present and row is not None and now - row["seen_at"] > SEEN:
            with self._database.transaction() as connection:
                connection.execute(
                    "update reconciler.portal_sessions set seen_at = %s where digest = %s", [now, digest(key)]
                )
        return _session(row) if row else None

    def end(self, key: str, now: datetime) -> None:
        """Log out; nothing happens where nobody is logged in."""
        with self._database.transaction() as connection:
            _end(connection, key, now)

    def end_all(self, account: str, now: datetime) -> int:
        """Log somebody out everywhere: how many sessions there were."""
        with self._database.transaction() as connection:
            ended = connection.execute(
                "delete from reconciler.portal_sessions where account = %s returning way", [account]
            ).fetchall()
            for row in ended:
                _log(connection, now, account, row["way"], "ended")
        return len(ended)

    def of(self, account: str, now: datetime) -> list[Begun]:
        """Where somebody is logged in, the newest first; fifty at most."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "select way, begun_at, seen_at, ends_at from reconciler.portal_sessions"
                " where account = %s and ends_at > %s and seen_at > %s order by begun_at desc limit 50",
                [account, now, now - IDLE],
            ).fetchall()
        return [Begun(**row) for row in rows]

    def refused(self, account: str, way: Way, reason: str, now: datetime) -> None:
        """Write down that somebody was not let in, and why."""
        with self._database.transaction() as connection:
            _log(connection, now, account[:200], way, "refused", reason[:200])

    def speak(self, key: str, language: Language) -> None:
        """The language that somebody wants from now on."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.portal_sessions set language = %s where digest = %s", [language, digest(key)]
            )

    def tell(self, key: str, said: Mapping[str, Any]) -> None:
        """Have the next page say something first; five at most wait."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.portal_sessions set told = told || %s"
                " where digest = %s and jsonb_array_length(told) < 5",
                [Jsonb([dict(said)]), digest(key)],
            )

    def told(self, key: str) -> None:
        """What waited was said."""
        with self._database.transaction() as connection:
            connection.execute("update reconciler.portal_sessions set told = '[]' where digest = %s", [digest(key)])


def is_key(key: str) -> bool:
    """Whether a browser can have been given such a key."""
    return KEY.fullmatch(key) is not None


def digest(key: str) -> bytes:
    """What stands in the table for a key of 256 random bits: no salt makes that harder to guess."""
    return hashlib.sha256(key.encode()).digest()


def _log(connection: Any, now: datetime, account: str, way: str, what: str, reason: str = "") -> None:
    connection.execute(
        "insert into reconciler.portal_logins (at, account, way, what, reason) values (%s, %s, %s, %s, %s)",
        [now, account, way, what, reason],
    )


def _begin(connection: Any, key: str, entering: Entering, now: datetime) -> None:
    """What has ended is swept away. Of two at once that begin the same, one does."""
    connection.execute("delete from reconciler.portal_sessions where ends_at <= %s or seen_at <= %s", [now, now - IDLE])
    begun = connection.execute(
        "insert into reconciler.portal_sessions (digest, account, shown, way, csrf, begun_at, seen_at, ends_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (digest) do nothing returning way",
        [digest(key), entering.account, entering.shown, entering.way, secrets.token_urlsafe(24), now, now, now + LIFE],
    ).fetchone()
    if begun is not None:
        _log(connection, now, entering.account, entering.way, "login")


def _end(connection: Any, key: str, now: datetime) -> None:
    row = connection.execute(
        "delete from reconciler.portal_sessions where digest = %s returning account, way", [digest(key)]
    ).fetchone()
    if row is not None:
        _log(connection, now, row["account"], row["way"], "logout")


def _session(row: Mapping[str, Any]) -> Session:
    return Session(
        **{name: row[name] for name in ("account", "shown", "way", "csrf", "language", "begun_at", "ends_at")},
        told=tuple(row["told"]),
    )
