"""How one simulator was started: values only."""

from dataclasses import dataclass

from reconciler.simulators.rates import Rate
from reconciler.simulators.xledger.tokens import Grant


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
