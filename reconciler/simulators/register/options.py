"""How one register was started: values only."""

from dataclasses import dataclass

from reconciler.simulators.rates import Rate
from reconciler.simulators.register.clients import Login

SHAPES = ("problem", "error", "errors")
"""How refusals are written: RFC 9457, `{"error": {...}}`, `{"errors": [...]}`."""


@dataclass(frozen=True, slots=True)
class Options:
    """`logins` are accepted from the start. `atomic`: one bad record refuses its whole batch. `on_duplicate` is `keep`
    or `update`: what becomes of a record whose reference is there already.
    """

    logins: tuple[Login, ...]
    key_header: str
    token_life_s: int
    key_life_s: float
    rate: Rate
    largest_batch: int
    latency_s: float
    shape: str
    atomic: bool
    on_duplicate: str
    organization: str
    organization_number: str
    members: int
