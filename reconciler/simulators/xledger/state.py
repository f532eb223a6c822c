"""Everything that one running simulator remembers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import cycle

from reconciler.simulators.lag import Memory
from reconciler.simulators.xledger.books import Books
from reconciler.simulators.xledger.limits import Limits
from reconciler.simulators.xledger.options import Options
from reconciler.simulators.xledger.reference import Registry
from reconciler.simulators.xledger.tokens import Tokens

_STATUSES: dict[str, tuple[int, ...]] = {"200": (200,), "400": (400,), "alternate": (200, 400)}


@dataclass
class Counts:
    """Each request to the GraphQL path counts once: carried out as a query or as a mutation, or refused."""

    queries: int = 0
    mutations: int = 0
    refused: int = 0


@dataclass
class State(Memory[Books]):
    """`late_refusals` maps an extIdentifier to the message with which the import job refuses its voucher."""

    tokens: Tokens
    limits: Limits
    books: Books = field(default_factory=Books, kw_only=True)
    counts: Counts = field(default_factory=Counts)
    registry: Registry = field(default_factory=Registry)
    late_refusals: dict[str, str] = field(default_factory=dict)
    array_paths: bool = False
    """Whether a refusal names the item: `inputs[3].node.account.code`. Not in evidence; clients must bear both."""
    _statuses: Iterable[int] = field(default_factory=lambda: cycle((200, 400)))

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: empty books, the tokens of the command line, nothing counted."""
        tokens = Tokens()
        for grant in options.grants:
            tokens.add(grant)
        state = cls(tokens, Limits(options))
        state.answer_refusals_with(options.status_on_refusal)
        return state

    def answer_refusals_with(self, choice: str) -> None:
        """`200`, `400` or `alternate`: the HTTP status of refused values from now on; KeyError for anything else."""
        self._statuses = cycle(_STATUSES[choice])

    def refusal_status(self) -> int:
        """The HTTP status of the next refused value."""
        return next(iter(self._statuses))
