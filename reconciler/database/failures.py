"""What a failure of the server itself means, and what to do about it. A statement of ours that fails is a bug."""

import psycopg

from reconciler.errors import DatabaseDown
from reconciler.specs.sentences import say

FULL = ("too many clients", "remaining connection slots", "too many connections", "no more connections allowed")
"""In the words of PostgreSQL and pgbouncer: whoever is not let in gets no code."""
NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded")
"""What the system says under PostgreSQL; it has a code (53100) for the first of them only."""
BROKEN = ("53", "58", "XX")
"""Classes of codes that are the server's trouble and not a statement's (PostgreSQL, appendix A): no resources left,
errors of the system around it, internal errors."""


def is_down(error: psycopg.Error) -> bool:
    """Whether the server is in trouble or out of reach, and no statement of ours is to blame."""
    return isinstance(error, psycopg.OperationalError) or (error.sqlstate or "")[:2] in BROKEN


def down(error: psycopg.Error) -> DatabaseDown:
    """The same in words. What was not committed did not happen, so the same command works later."""
    said = first_line(error)
    if any(words in said for words in FULL):
        hint = "end what holds them, or raise max_connections (of a pooler: its pools); then run it again"
        return DatabaseDown(say("the database takes no more connections: {said}", said=said), hint)
    if isinstance(error, psycopg.errors.DiskFull) or any(words in said for words in NO_ROOM):
        hint = "free some there, then run it again: nothing is lost, and nothing is sent twice"
        return DatabaseDown(say("the database has no room left on its disk: {said}", said=said), hint)
    if (error.sqlstate or "")[:2] in BROKEN:
        return DatabaseDown(
            say("the database is in trouble: {said}", said=said), "look into the server's log, then run it again"
        )
    hint = "check RECONCILER_DATABASE_URL, and that the server is up"
    return DatabaseDown(say("the database cannot be reached: {said}", said=said), hint)


def first_line(error: BaseException) -> str:
    """The first line of a database error, which never holds the connection's password."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
