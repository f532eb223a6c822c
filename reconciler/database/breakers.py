"""Circuit breakers in one table. Rows are read and written under their lock; `runs.breaker` says what follows.

Only failures, probes and the ends of runs come here; whether a breaker is open is asked with each turn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from reconciler.database.connection import Connection, Database
from reconciler.runs.breaker import Breaker, Operation, claimed, counted, probed


@dataclass(frozen=True, slots=True)
class BreakerTable:
    """The breakers of one allowance."""

    database: Database
    name: str
    now: Callable[[], datetime] | None = None

    def count(self, operation: Operation, fine: int, failure: str | None) -> None:
        """Count answers; may open it."""
        with self._held(operation) as (connection, found, now):
            self._write(connection, operation, counted(found, now, fine, failure))

    def begin_probe(self, operation: Operation) -> bool:
        """Take the probe, where it is due and nobody else has it."""
        with self._held(operation) as (connection, found, now):
            if (taken := claimed(found, now)) is not None:
                self._write(connection, operation, taken)
        return taken is not None

    def end_probe(self, operation: Operation, failure: str | None) -> None:
        """On trial, or open for longer."""
        with self._held(operation) as (connection, found, now):
            self._write(connection, operation, probed(found, now, failure))

    def passed(self, operation: Operation) -> None:
        """Closed, unless somebody opened it meanwhile."""
        with self._held(operation) as (connection, found, now):
            if found.due_at(now):
                connection.execute(_DELETE, {"name": self.name, "operation": operation})

    def lift(self) -> None:
        """Close all."""
        with self.database.transaction() as connection:
            connection.execute("delete from reconciler.breakers where allowance = %s", [self.name])

    @contextmanager
    def _held(self, operation: Operation) -> Iterator[tuple[Connection, Breaker, datetime]]:
        """The breaker under its lock, and the moment at which it was got."""
        values = {"name": self.name, "operation": operation, "now": self.now() if self.now else None}
        with self.database.transaction() as connection:
            connection.execute(_MAKE, values)
            row = connection.execute(_HOLD, values).fetchone()
            now = connection.execute("select coalesce(%(now)s, clock_timestamp()) as at", values).fetchone()
            assert row is not None, "it was just made, and nobody deletes it under our lock"
            assert now is not None
            yield connection, Breaker(**row), now["at"]

    def _write(self, connection: Connection, operation: Operation, breaker: Breaker) -> None:
        connection.execute(_WRITE, {**asdict(breaker), "name": self.name, "operation": operation})


_MAKE = """
    insert into reconciler.breakers (allowance, operation, since, asked, failed, opened, reason)
    values (%(name)s, %(operation)s, coalesce(%(now)s, clock_timestamp()), 0, 0, 0, '')
    on conflict (allowance, operation) do update set reason = breakers.reason"""
"""An update that changes nothing takes the lock, so that nobody deletes the row before it is read."""
_HOLD = """
    select since, asked, failed, opened, shut_until, reason from reconciler.breakers
    where allowance = %(name)s and operation = %(operation)s"""
_WRITE = """
    update reconciler.breakers set since = %(since)s, asked = %(asked)s, failed = %(failed)s, opened = %(opened)s,
        shut_until = %(shut_until)s, reason = %(reason)s
    where allowance = %(name)s and operation = %(operation)s"""
_DELETE = "delete from reconciler.breakers where allowance = %(name)s and operation = %(operation)s"
