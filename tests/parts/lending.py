"""Connections that this process lends to one after the other: a new one costs a hundred times what a question does.

Each verb of a test in this process would open one or two, and each look into its database another. What comes back
is made as new, as by a pooler in session mode: `discard all`. In the midst of a transaction it is closed instead.
"""

import os
import select
from collections import defaultdict, deque
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import WeakSet

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import RowFactory, tuple_row

ALIKE = {"autocommit": True, "prepare_threshold": None, "application_name": "reconciler"}
"""How `reconciler.database.connection` opens them too, whoever asks first."""
MOST = 3
"""Connections that wait for each address."""
_waiting: defaultdict[str, deque["Line"]] = defaultdict(deque)
_opened_here: WeakSet["Line"] = WeakSet()
_of_the_parent: list[deque["Line"]] = []


class Line(psycopg.Connection[Any]):
    """A connection that waits for its next user where it would be closed."""

    address = ""

    def close(self) -> None:
        if self.address and not self.closed and len(_waiting[self.address]) < MOST and self._is_as_new():
            _waiting[self.address].append(self)
        else:
            super().close()

    def end(self) -> None:
        super().close()

    def _is_as_new(self) -> bool:
        if self.info.transaction_status != TransactionStatus.IDLE:
            return False
        try:
            self.execute("discard all")
        except psycopg.Error:
            return False
        return True


def lend(address: str, row_factory: RowFactory[Any] = tuple_row, **how: Any) -> Line:
    """A connection that is as new, or is. Raises as psycopg does."""
    line = _waited(address) or _opened(address, **how)
    line.row_factory = row_factory
    return line


def _opened(address: str, **how: Any) -> Line:
    line = Line.connect(address, **how)
    line.address = address
    _opened_here.add(line)
    return line


def _waited(address: str) -> Line | None:
    while waiting := _waiting[address]:
        try:
            line = waiting.popleft()
        except IndexError:  # another thread was faster
            break
        if not select.select([line], [], [], 0)[0]:
            return line
        line.end()  # the server has said something, which is that it has ended this one
    return None


def ask(address: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of one statement, which is a transaction of its own; none where it has none."""
    with closing(lend(address, **ALIKE)) as line:
        done = line.execute(query, values)
        return done.fetchall() if done.description else []


def forget(database: str) -> None:
    """Close what waits for a database of this name, wherever it is reached; what is still lent is never lent again.

    It may come back long after the database is gone, and a pooler would look for that ten seconds.
    """
    for address in [each for each in _waiting if _name(each) == database]:
        _end(_waiting.pop(address))
    for line in [each for each in _opened_here if _name(each.address) == database]:
        line.address = ""


def _name(address: str) -> str:
    return unquote(urlsplit(address).path).removeprefix("/")


def end() -> None:
    """Close all that waits."""
    while _waiting:
        _end(_waiting.popitem()[1])


def _end(lines: deque[Line]) -> None:
    while lines:
        lines.popleft().end()


def _leave_to_the_parent() -> None:
    """A forked process shares its parent's sockets: it neither uses nor closes them."""
    _of_the_parent.extend(_waiting.values())
    _waiting.clear()


os.register_at_fork(after_in_child=_leave_to_the_parent)
