"""How long a document waits before it is tried again: twice as long each time, up to a limit, each its own part of it.

Full jitter, by a hash instead of a die: a record's wait is the same on every machine, and no two records come together.
"""

import hashlib
from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)


def pause(reference: str, attempt: int) -> timedelta:
    """The wait after the `attempt`th try, counted from 1: anything from nothing to `most`."""
    found = hashlib.sha256(f"{reference}\n{attempt}".encode()).digest()
    return most(attempt) * (int.from_bytes(found[:4]) / 2**32)


def most(attempt: int) -> timedelta:
    """The longest that it may be: doubled with each try, up to LONGEST."""
    return min(FIRST * (1 << min(attempt - 1, 20)), LONGEST)


def retry(name: str, failures: int, first_s: float, most_s: float) -> timedelta:
    """The wait of a loop after so many failures, one after the other: doubled up to `most_s`, and between half of it
    and all, by name, so that those that failed together are not tried together.
    """
    longest = min(first_s * 2 ** min(failures, 20), most_s)
    found = hashlib.sha256(f"{name}\n{failures}".encode()).digest()
    return timedelta(seconds=longest * (1 + int.from_bytes(found[:4]) / 2**32) / 2)
