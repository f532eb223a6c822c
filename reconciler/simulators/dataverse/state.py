"""Everything that one running environment remembers."""

from dataclasses import dataclass, field

from reconciler.simulators.dataverse.books import Books
from reconciler.simulators.dataverse.options import Options
from reconciler.simulators.dataverse.tables import Table, built_in
from reconciler.simulators.entra.clients import Clients
from reconciler.simulators.lag import Memory
from reconciler.simulators.rates import Window


@dataclass
class Counts:
    """`requests` as service protection counts them, parts of a batch too; `batches` and `tokens` apart. `reads` and
    `writes` are whole requests over HTTP that were carried out: a batch that only asks is a read. Of the refused ones
    `throttled` were told to wait.
    """

    requests: int = 0
    batches: int = 0
    tokens: int = 0
    reads: int = 0
    writes: int = 0
    refused: int = 0
    throttled: int = 0


@dataclass
class State(Memory[Books]):
    """`withdrawn` are privileges that were taken away, as `read:hlf_activities`. `ignored` counts 429s in a row."""

    options: Options
    clients: Clients
    window: Window
    tables: dict[str, Table] = field(default_factory=built_in)
    books: Books = field(default_factory=Books, kw_only=True)
    counts: Counts = field(default_factory=Counts)
    withdrawn: set[str] = field(default_factory=set)
    ignored: int = 0

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: empty tables, the clients of the command line, nothing counted."""
        return cls(options, Clients(options.token_life_s, set(options.clients)), Window(options.rate))
