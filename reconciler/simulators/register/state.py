"""Everything that one running register remembers."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from reconciler.simulators.lag import Memory
from reconciler.simulators.rates import Window
from reconciler.simulators.register.books import Books
from reconciler.simulators.register.checks import Rule
from reconciler.simulators.register.clients import Clients
from reconciler.simulators.register.options import SHAPES, Options


@dataclass
class Counts:
    """Each request counts once: carried out as a read, a write or a token, or refused; `throttled` are refused too."""

    reads: int = 0
    writes: int = 0
    tokens: int = 0
    refused: int = 0
    throttled: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered under an idempotency key, to which body, and until when that is remembered (monotonic)."""

    asked: bytes = field(repr=False)
    status: int
    body: Any
    until: float


@dataclass
class State(Memory[Books]):
    """`keys` by path and idempotency key."""

    options: Options
    clients: Clients
    window: Window
    shape: str
    books: Books = field(default_factory=Books, kw_only=True)
    counts: Counts = field(default_factory=Counts)
    rules: list[Rule] = field(default_factory=list)
    keys: dict[tuple[str, str], Remembered] = field(default_factory=dict)

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: empty books, the logins of the command line, nothing counted."""
        clients = Clients(options.key_header, options.token_life_s, set(options.logins))
        return cls(options, clients, Window(options.rate), options.shape)

    def remember(self, place: tuple[str, str], asked: bytes, status: int, body: Any) -> None:
        """Answer so to whoever comes with this key, as long as keys live; nothing where there is no key."""
        if place[1]:
            self.keys[place] = Remembered(asked, status, body, monotonic() + self.options.key_life_s)

    def remembered(self, place: tuple[str, str]) -> Remembered | None:
        """What was answered under a key, while that is remembered."""
        found = self.keys.get(place)
        return found if found is not None and monotonic() < found.until else None

    def write_refusals_as(self, shape: str) -> None:
        """One of SHAPES from now on; ValueError for anything else."""
        if shape not in SHAPES:
            raise ValueError(f"shape must be {', '.join(SHAPES)}")
        self.shape = shape
