"""Everything that one running environment remembers."""

from dataclasses import dataclass, field

from reconciler.simulators.business_central.books import Books
from reconciler.simulators.business_central.company import Company
from reconciler.simulators.business_central.options import Options
from reconciler.simulators.entra.clients import Clients
from reconciler.simulators.faults import Faults
from reconciler.simulators.lag import Lag
from reconciler.simulators.rates import Window


@dataclass
class Counts:
    """`requests` as the limit counts them, operations of a batch too; `batches` and `tokens` apart. `patches` and
    `deletes` are changes by a program: ours makes none. `posts` are calls to post that succeeded.
    """

    requests: int = 0
    reads: int = 0
    batches: int = 0
    tokens: int = 0
    patches: int = 0
    deletes: int = 0
    posts: int = 0
    refused: int = 0
    throttled: int = 0


@dataclass
class State:
    """`said` is the last refusal in its own words."""

    options: Options
    clients: Clients
    window: Window
    company: Company = field(default_factory=Company)
    books: Books = field(default_factory=Books)
    faults: Faults = field(default_factory=Faults)
    counts: Counts = field(default_factory=Counts)
    lag: Lag[Books] | None = None
    said: str = ""

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: no lines, the clients of the command line, nothing counted."""
        return cls(options, Clients(options.token_life_s, set(options.clients)), Window(options.rate))

    def books_for_reading(self) -> Books:
        """The books as a reader sees them now; uses up one reading of a lag that is counted."""
        old = self.lag.read() if self.lag else None
        if old is None:
            self.lag = None
            return self.books
        return old
