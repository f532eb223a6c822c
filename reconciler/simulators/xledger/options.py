"""How one simulator was started: values only."""

from dataclasses import dataclass
from typing import Self

from reconciler.simulators.xledger.tokens import Grant

_DEFAULT_WINDOW_S = 3600.0


@dataclass(frozen=True, slots=True)
class Rate:
    """So many per window of so many seconds."""

    count: int
    window_s: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20/5` or `20` (per hour); anything else is a ValueError."""
        count, _, window = text.partition("/")
        return cls(int(count), float(window or _DEFAULT_WINDOW_S))


@dataclass(frozen=True, slots=True)
class Options:
    """`status_on_refusal` is `200`, `400` or `alternate` (200 first); `credits` None means without end."""

    grants: tuple[Grant, ...]
    burst: Rate
    concurrency: int
    credits: Rate | None
    latency_s: float
    status_on_refusal: str
    ext_identifier_filter: bool
