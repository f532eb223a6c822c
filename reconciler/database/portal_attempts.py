"""Logins that were begun at an OpenID provider: each is answered once, by the browser that began it, in ten minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.database.connection import Database
from reconciler.database.portal_sessions import digest

LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is needed when the browser comes back: where to, and what it was sent away with."""

    nonce: str
    verifier: str
    back: str


class AttemptTable:
    """Kept by what their state and their browser's cookie hash to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, state: str, browser: str, attempt: Attempt, now: datetime) -> None:
        """Remember one; those that have ended are swept away."""
        with self._database.transaction() as connection:
            connection.execute("delete from reconciler.portal_attempts where ends_at < %s", [now])
            connection.execute(
                "insert into reconciler.portal_attempts (digest, browser, nonce, verifier, back, ends_at)"
                " values (%s, %s, %s, %s, %s, %s)",
                [digest(state), digest(browser), attempt.nonce, attempt.verifier, attempt.back, now + LIFE],
            )

    def take(self, state: str, browser: str, now: datetime) -> Attempt | None:
        """The attempt of this browser, which is answered herewith; another browser takes nothing away."""
        with self._database.transaction() as connection:
            row: Mapping[str, str] | None = connection.execute(
                "delete from reconciler.portal_attempts where digest = %s and browser = %s and ends_at > %s"
                " returning nonce, verifier, back",
                [digest(state), digest(browser), now],
            ).fetchone()
        return Attempt(row["nonce"], row["verifier"], row["back"]) if row else None
