"""Reads that lag behind writes: old books that are shown for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from reconciler.simulators.faults import Fault

BooksT = TypeVar("BooksT")


@dataclass
class Lag(Generic[BooksT]):
    """Old books that readers see instead: for so many readings, or until a moment of the monotonic clock."""

    books: BooksT
    times: int | None
    until: float | None

    def read(self) -> BooksT | None:
        """The old books, or None when the lag is over."""
        if self.until is not None and monotonic() >= self.until:
            return None
        if self.times is not None:
            self.times -= 1
            if self.times < 0:
                return None
        return self.books


def lag_of(fault: Fault, copy: Callable[[], BooksT]) -> Lag[BooksT]:
    """The lag that a fault asks for, over a copy of the books as they are now; one reading unless it says more."""
    until = monotonic() + fault.seconds if fault.seconds else None
    return Lag(copy(), 1 if until is None and fault.times is None else fault.times, until)
