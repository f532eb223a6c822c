"""What all types have in common whose simulator speaks HTTP and knows the same faults by the same names."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from contracts.systems.system import System
from parts.served import Served

from reconciler.simulators.rates import Rate, Window

FAULTS = {
    "lost": "lose_response_after_commit",
    "late": "stall_before_commit",
    "away": "maintenance",
    "throttled": "throttle",
    "garbled": "garbage",
    "html": "html",
    "revoked": "reject_credential",
    "exhausted": "refuse",
    "hidden": "hide_from_reads",
}


class Simulated(System):
    """`paced_in` is the module of the simulator that looks at the clock for its limit."""

    paced_in: ClassVar[str]

    def __init__(self, simulator: Served) -> None:
        self._simulator = simulator

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        more: dict[str, Any] = {"status": 402} if word == "exhausted" else {}
        kind = "any" if word == "revoked" else on
        self._simulator.control("/_faults", fault=FAULTS[word], times=times, on=kind, seconds=seconds, **more)

    def calm(self) -> None:
        self._simulator.control("/_faults", clear=True)

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        assert self.kind.pace
        patch.setattr(f"reconciler.simulators.{self.paced_in}.monotonic", monotonic)
        rate = Rate(self.kind.pace.requests, float(self.kind.pace.seconds))
        self._simulator.app.state.simulated.window = Window(rate)


class OfEntra(Simulated):
    """A type whose clients an Entra directory knows."""

    culprit = "client secret"

    def admit(self, credential: Any) -> None:
        self._simulator.control("/_tokens", add=":".join(credential.values()))

    def revoke(self, credential: Any) -> None:
        """Its time is up: the directory still knows the application."""
        self._simulator.control("/_tokens", end=":".join(credential.values()))

    def expire(self) -> None:
        self._simulator.control("/_tokens", expire=True)
