"""What the pages of a controller know of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.controller.pulse import Pulse, Wake

if TYPE_CHECKING:
    from reconciler.controller.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Inside:
    """What the server knows of the controller: `branch` is followed; `probe` says what is wrong with the database."""

    pulse: Pulse
    wake: Wake
    metrics: "Metrics"
    branch: str
    probe: Callable[[], str] | None = None
