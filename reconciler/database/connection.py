"""One connection to PostgreSQL, fit for a transaction-mode pooler: no session state, no prepared statements.

`transaction()` is one transaction; leaving it is the commit. Nothing else in the room commits.
"""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial
from typing import Any

import psycopg
import psycopg.sql
from psycopg.rows import DictRow, dict_row

from reconciler.database.failures import down, first_line, is_down
from reconciler.errors import Bug, DatabaseDown
from reconciler.specs.sentences import say

CONNECT_S = 5
Connection = psycopg.Connection[DictRow]
CONNECT = partial(
    psycopg.connect,
    autocommit=True,
    row_factory=dict_row,
    connect_timeout=CONNECT_S,
    prepare_threshold=None,
    application_name="reconciler",
)
READ = psycopg.sql.SQL("begin isolation level repeatable read, read only{}")


@cache
def _begin(role: str | None) -> bytes:
    """How a reading begins, written out: a run begins fifty of them. There are few roles."""
    become = (
        psycopg.sql.SQL("; set local role {}").format(psycopg.sql.Identifier(role)) if role else psycopg.sql.SQL("")
    )
    return READ.format(become).as_bytes(None)


class Database:
    """Opens its connection when first needed, and again after it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open_now: list[Connection] = []
        # Whoever lets go of the database lets go of its connection: a verb has nobody else to close it. A finalizer of
        # its own, because an error's frames may hold both, and then nobody knows which of them goes first.
        weakref.finalize(self, _close, self._open_now)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction. Raises DatabaseDown where the server cannot be reached or goes away."""
        with self._mapped():
            connection = self._open()
            with connection.transaction():
                yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection on which every statement is a transaction of its own; never inside another transaction."""
        with self._mapped():
            yield self._idle("a statement that stands alone was asked for inside a transaction")

    @contextmanager
    def reading(self, role: str | None = None) -> Iterator[Connection]:
        """A transaction that cannot write, as `role` where one is named; never inside another transaction.

        It begins as what it is, in one statement: the way to the server is most of what a small question costs.
        """
        with self._mapped():
            connection = self._idle("a reading was begun inside a transaction")
            try:
                connection.execute(_begin(role))
                yield connection
            finally:
                if not connection.closed:
                    connection.rollback()

    def offset(self) -> timedelta:
        """How far the database's clock is from this machine's: every process shares the database's time."""
        with self.transaction() as connection:
            row = connection.execute("select clock_timestamp() - %s::timestamptz as off", [_here()]).fetchone()
        assert row is not None
        found: timedelta = row["off"]
        return found

    def close(self) -> None:
        """Close the connection, if there is one."""
        _close(self._open_now)

    def _open(self) -> Connection:
        if not self._open_now or self._open_now[0].closed:
            self._open_now[:] = [CONNECT(self._url)]
        return self._open_now[0]

    def _idle(self, otherwise: str) -> Connection:
        """The connection, which is in no transaction; else Bug, in these words."""
        connection = self._open()
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            raise Bug(otherwise)
        return connection

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except psycopg.errors.UndefinedTable as error:
            hint = "reconciler migrate brings a database to this version; check RECONCILER_DATABASE_URL"
            raise DatabaseDown(
                say("the database is not prepared: {first_line}", first_line=first_line(error)), hint
            ) from error
        except psycopg.errors.ReadOnlySqlTransaction as error:
            hint = "a failover may be under way; check that RECONCILER_DATABASE_URL names the primary"
            raise DatabaseDown(
                say("the database cannot be written: {first_line}", first_line=first_line(error)), hint
            ) from error
        except psycopg.Error as error:
            if is_down(error):
                self.close()
                raise down(error) from error
            raise Bug(f"PostgreSQL refuses a statement of ours: {first_line(error)}") from error


def _close(connections: list[Connection]) -> None:
    while connections:
        connections.pop().close()


def _here() -> Any:
    from reconciler.clock import SystemClock

    return SystemClock().now()
