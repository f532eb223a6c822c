"""What simulators remember of books, faults, and reads that lag behind writes: old books that are shown for a while."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Generic, Protocol, Self, TypeVar

from reconciler.simulators.faults import Fault, Faults, FaultTable

HIDING = frozenset({"hide_from_reads", "hide_from_queries"})


class Copied(Protocol):
    """Books that can be kept as they are now."""

    def copy(self) -> Self:
        """The same books, which no later writing changes."""


BooksT = TypeVar("BooksT", bound=Copied)


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


@dataclass(kw_only=True)
class Memory(Generic[BooksT]):
    """The books, the armed faults, and the old books that readers see while a lag lasts."""

    books: BooksT
    faults: Faults = field(default_factory=Faults)
    lag: Lag[BooksT] | None = None

    def books_for_reading(self) -> BooksT:
        """The books as a reader sees them now; uses up one reading of a lag that is counted."""
        old = self.lag.read() if self.lag else None
        if old is None:
            self.lag = None
            return self.books
        return old

    def arm(self, table: FaultTable, order: Mapping[str, Any]) -> None:
        """What an order to the path of faults asks for: one of `table` armed, or all cleared. Raises WrongOrder."""
        if order.get("clear"):
            self.faults.clear()
            self.lag = None
        elif order:
            fault = table.read(order)
            if fault.fault in HIDING:
                self.lag = lag_of(fault, self.books.copy)
            else:
                self.faults.arm(fault)
