"""Faults that are armed by hand and fire on the next requests that fit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MAX_STALL_S = 120.0

# What a fault fires on unless `on` says otherwise: a mutation, a query, or any request.
FAULTS: Mapping[str, str] = {
    "lose_response_after_commit": "mutation",
    "stall_after_commit": "mutation",
    "stall_before_commit": "mutation",
    "timeout_after_commit": "mutation",
    "timeout_before_commit": "mutation",
    "garbage": "mutation",
    "maintenance": "any",
    "burst": "any",
    "concurrency": "any",
    "insufficient_credits": "any",
    "reject_token": "any",
    "hide_from_queries": "query",
}
_WITHOUT_END = frozenset({"reject_token", "hide_from_queries"})


class WrongOrder(ValueError):
    """A control request that cannot be understood; its text says why."""


@dataclass
class Fault:
    """`times` None fires until cleared; `seconds` is how long to stall or to hide; `token` None means every token."""

    fault: str
    times: int | None
    on: str
    seconds: float = 0.0
    status: int = 503
    resetAt: str | None = None  # noqa: N815  # spelled as in the control request and in the answer of the system
    token: str | None = None

    def fits(self, kind: str, token: str | None) -> bool:
        """Whether it fires on a request of this kind (`query`, `mutation`) by this token."""
        return self.on in ("any", kind) and self.token in (None, token)


def read_fault(order: Mapping[str, Any]) -> Fault:
    """The fault that a control request describes; raises `WrongOrder`."""
    name = order.get("fault")
    if not isinstance(name, str) or name not in FAULTS:
        raise WrongOrder(f"fault must be one of {', '.join(FAULTS)}")
    times = None if name in _WITHOUT_END else 1
    try:
        found = Fault(**{"times": times, "on": FAULTS[name], **order})
        _check(found)
    except TypeError as error:
        raise WrongOrder(f"unknown key or wrong type: {error}") from error
    return found


def _check(found: Fault) -> None:
    if found.times is not None and found.times < 1:
        raise WrongOrder("times must be at least 1")
    if found.on not in ("any", "query", "mutation"):
        raise WrongOrder("on must be any, query or mutation")
    if found.status not in (502, 503):
        raise WrongOrder("status must be 502 or 503")
    if not 0 <= found.seconds <= MAX_STALL_S:
        raise WrongOrder(f"seconds must be between 0 and {MAX_STALL_S:g}")


class Faults:
    """The armed faults, oldest first."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        """Let it fire from the next request on."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def take(self, name: str, kind: str, token: str | None = None) -> Fault | None:
        """The oldest armed fault of this name that fits, used up once; None when there is none."""
        for fault in self._armed:
            if fault.fault == name and fault.fits(kind, token):
                self._use(fault)
                return fault
        return None

    def shown(self) -> list[dict[str, Any]]:
        """The armed faults for people."""
        return [asdict(fault) for fault in self._armed]

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._armed.remove(fault)
