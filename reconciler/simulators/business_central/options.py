"""How one environment was started: values only."""

from dataclasses import dataclass

from reconciler.simulators.rates import Rate


@dataclass(frozen=True, slots=True)
class Options:
    """`clients` are pairs of application id and secret; an id may have several. No `tenants` means any."""

    clients: tuple[tuple[str, str], ...]
    tenants: tuple[str, ...]
    token_life_s: int
    rate: Rate
    latency_s: float
