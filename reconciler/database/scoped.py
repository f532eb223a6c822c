"""Connections out of a pool, each transaction held to one organisation by the database itself (migration 0023).

A scope is what one request works with: it borrows a connection when first asked and gives it back when it is closed.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg
import psycopg.sql
from psycopg.rows import DictRow
from psycopg_pool import ConnectionPool, PoolTimeout

from reconciler.database.connection import CONNECT, Connection, Database
from reconciler.errors import Blocked, DatabaseDown
from reconciler.specs.sentences import say

ROLE = "reconciler_portal"
PATIENCE_S = 5.0
"""How long a request waits for a connection: for as long as a new one may take."""
FRESH_S = 2.0
"""A connection that was used so lately is lent without asking the server whether it still answers."""
PLANS = "reset enable_hashjoin; reset enable_mergejoin; reset enable_nestloop; reset enable_sort"


class Line(psycopg.Connection[DictRow]):
    """A connection that knows when it was last used."""

    used_at: float = float("-inf")


class Lines:
    """The connections of one process to its database. Opened when first borrowed."""

    def __init__(self, url: str, most: int = 8) -> None:
        self._doubted_at = float("-inf")
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url, min_size=0, max_size=most, open=False, timeout=PATIENCE_S, max_idle=60.0, reconnect_timeout=PATIENCE_S,
            kwargs=dict(CONNECT.keywords), connection_class=Line, check=self._check,
        )  # fmt: skip

    def borrow(self) -> Connection:
        """A connection that nobody else has. Raises DatabaseDown where none is to be had in time."""
        if self._pool.closed:
            self._pool.open()
        try:
            return self._pool.getconn()
        except PoolTimeout as error:
            raise DatabaseDown("the database cannot be reached", "try again in a minute") from error

    def give_back(self, connection: Connection) -> None:
        """Let others have it; one in the midst of something is closed instead. Where one is dead, others may be too."""
        if connection.closed:
            self._doubted_at = time.monotonic()
        elif isinstance(connection, Line):
            connection.used_at = time.monotonic()
        self._pool.putconn(connection)

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.close(timeout=PATIENCE_S)

    def _check(self, connection: Connection) -> None:
        used_at = connection.used_at if isinstance(connection, Line) else float("-inf")
        if used_at <= self._doubted_at or time.monotonic() - used_at > FRESH_S:
            ConnectionPool.check_connection(connection)


class Scope(Database):
    """A Database whose every transaction is the portal's role, for one organisation; for none where `id` is empty.

    Without an organisation only what belongs to none is seen: who is logged in, and who is whose.
    """

    def __init__(self, lines: Lines, organization_id: str = "") -> None:
        self._lines = lines
        self._held: Connection | None = None
        self._scope = psycopg.sql.SQL(
            "set local role {}; select set_config('reconciler.organization', {}, true)"
        ).format(psycopg.sql.Identifier(ROLE), psycopg.sql.Literal(organization_id))

    def check(self) -> None:
        """Raises DatabaseDown where the database knows no portal, Blocked where this login may not be one."""
        with self._mapped():
            connection = self._open()
            row = connection.execute(
                "select current_user as login, "
                "(select pg_has_role(oid, 'member') from pg_roles where rolname = %s) as is_one",
                [ROLE],
            ).fetchone()
            connection.rollback()
        assert row is not None
        if row["is_one"] is None:
            hint = "reconciler migrate brings a database to this version; check RECONCILER_DATABASE_URL"
            raise DatabaseDown("the database is not prepared for a portal", hint)
        if not row["is_one"]:
            hint = f"as an administrator: grant {ROLE} to {row['login']}; docs/operations/portal-running.md"
            raise Blocked(
                say("the database login '{login}' is no member of {role}", login=row["login"], role=ROLE), hint
            )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """See Database."""
        with self._mapped():
            connection = self._open()
            with connection.transaction():
                connection.execute(self._scope)
                yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """See Database: here the whole is one transaction, for outside of one nobody is held to anything."""
        with self.transaction() as connection:
            yield connection

    @contextmanager
    def reading(self, role: str | None = None) -> Iterator[Connection]:
        """See Database: as `role`, which may see less and never more, where one is named."""
        with self._mapped():
            connection = self._idle("a reading was begun inside a transaction")
            begin = psycopg.sql.SQL("begin isolation level repeatable read, read only; {}").format(self._scope)
            if role is not None:
                begin = psycopg.sql.SQL("{}; set local role {}").format(begin, psycopg.sql.Identifier(role))
            try:
                connection.execute(begin)
                yield connection
            finally:
                # Of one that died meanwhile what was read is whole, and often on its way already.
                with suppress(psycopg.OperationalError):
                    connection.rollback()

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """A database of which every reading is the same transaction: a page is of one moment, and costs less."""
        found = Snapshot(self)
        try:
            yield found
        finally:
            found.end()

    def close(self) -> None:
        """Give the connection back."""
        held, self._held = self._held, None
        if held is not None:
            self._lines.give_back(held)

    def _open(self) -> Connection:
        if self._held is None or self._held.closed:
            self.close()
            self._held = self._lines.borrow()
        return self._held


class Snapshot(Database):
    """Readings of one scope inside one transaction, which ends with an error and is then begun anew; where something is
    written, that is a transaction of its own, and what is read after it another one.
    """

    def __init__(self, scope: Scope) -> None:
        self._whole = scope
        self._stack = ExitStack()
        self._begun: Connection | None = None
        self._role = ROLE

    @contextmanager
    def reading(self, role: str | None = None) -> Iterator[Connection]:
        """See Scope; what a reading has set for itself holds no longer than it."""
        with self._mapped():
            try:
                if self._begun is None:
                    self._begun, self._role = self._stack.enter_context(self._whole.reading()), ROLE
                self._become(self._begun, role or ROLE)
                yield self._begun
            except BaseException:
                self.end()
                raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """See Scope."""
        self.end()
        with self._whole.transaction() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """See Scope."""
        self.end()
        with self._whole.alone() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """This one: it is of one moment already."""
        yield self

    def end(self) -> None:
        """Read no more in this transaction."""
        self._begun = None
        self._stack.close()

    def close(self) -> None:
        """See Database."""
        self.end()
        self._whole.close()

    def _become(self, connection: Connection, role: str) -> None:
        if role != self._role:
            name = psycopg.sql.Identifier(role)
            connection.execute(psycopg.sql.SQL("set local role {}; " + PLANS).format(name))
            self._role = role
