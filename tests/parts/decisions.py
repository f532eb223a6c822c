"""The ledger and the audit trail as a test of operations looks at them, and a sync that is in the middle."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from parts.installation import Books, Installation


def only(installation: Installation, state: str, column: str = "reference") -> str:
    """One value of the first document in a state."""
    query = f"select {column}::text from reconciler.exports where state = %s order by id limit 1"
    return installation.sql(query, state)[0][0]


def states(installation: Installation, reference: str) -> tuple:
    return installation.sql("select state, attempt, code from reconciler.exports where reference = %s", reference)[0]


def audited(installation: Installation) -> list[tuple]:
    """Who did what, from and to which state."""
    return installation.sql(
        "select actor, action, detail ->> 'from', detail ->> 'to' from reconciler.audit"
        " where action like 'export-%%' order by id"
    )


@contextmanager
def stalled(installation: Installation, books: Books, seconds: float = 1.5):
    """A sync in a thread, whose first vouchers are booked and whose answer is on its way."""
    books.arm("stall_after_commit", seconds=seconds)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(replace(installation).sync)
        deadline = time.monotonic() + 30
        while not books.read()["vouchers"]:
            assert time.monotonic() < deadline, "nothing was booked"
            time.sleep(0.01)
        yield future
