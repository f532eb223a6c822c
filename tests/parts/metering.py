"""What one process asks of its database: statements, and ways to the server and back, counted while a block runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from reconciler.database.scoped import Line


@dataclass(slots=True)
class Meter:
    """`statements` are those of whoever asks; `ways` are also beginnings and ends of transactions."""

    statements: int = 0
    ways: int = 0


@contextmanager
def metered() -> Iterator[Meter]:
    """The meter of every connection of a portal, in all threads of this process."""
    found, execute, wait = Meter(), psycopg.Connection.execute, psycopg.Connection.wait

    def counted(line: Line, *arguments: Any, **more: Any) -> Any:
        found.statements += 1
        return execute(line, *arguments, **more)

    def waited(line: Line, *arguments: Any, **more: Any) -> Any:
        found.ways += 1
        return wait(line, *arguments, **more)

    Line.execute, Line.wait = counted, waited  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        del Line.execute, Line.wait
