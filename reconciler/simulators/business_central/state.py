"""Everything that one running environment remembers."""

from dataclasses import dataclass, field

from reconciler.simulators.business_central.books import Books
from reconciler.simulators.business_central.company import Company
from reconciler.simulators.business_central.options import Options
from reconciler.simulators.entra.clients import Clients
from reconciler.simulators.lag import Memory
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
class State(Memory[Books]):
    """`said` is the last refusal in its own words."""

    options: Options
    clients: Clients
    window: Window
    company: Company = field(default_factory=Company)
    books: Books = field(default_factory=Books, kw_only=True)
    counts: Counts = field(default_factory=Counts)
    said: str = ""

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: no lines, the clients of the command line, nothing counted."""
        return cls(options, Clients(options.token_life_s, set(options.clients)), Window(options.rate))
