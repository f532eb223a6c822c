"""Faults that are armed by hand and fire on the next requests that fit; which there are is each simulator's own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MAX_STALL_S = 120.0


class WrongOrder(ValueError):
    """A control request that cannot be understood; its text says why."""


@dataclass
class Fault:
    """`times` None fires until cleared; `seconds` is how long to stall, to hide or to be away; `token` None means
    every token; `form` is how an answer says the seconds.
    """

    fault: str
    times: int | None
    on: str
    seconds: float = 0.0
    status: int = 503
    resetAt: str | None = None  # noqa: N815  # spelled as in the control request and in the answer of the system
    token: str | None = None
    form: str = "seconds"

    def fits(self, kind: str, token: str | None) -> bool:
        """Whether it fires on a request of this kind by this token."""
        return self.on in ("any", kind) and self.token in (None, token)


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What can be armed: `on` names each fault's kind of request, `statuses` the HTTP statuses it may answer with,
    its first one unless the order says otherwise. Faults in `without_end` fire until cleared.
    """

    on: Mapping[str, str]
    kinds: tuple[str, ...]
    without_end: frozenset[str]
    statuses: Mapping[str, tuple[int, ...]]
    forms: tuple[str, ...] = ("seconds",)

    def read(self, order: Mapping[str, Any]) -> Fault:
        """The fault that a control request describes; raises `WrongOrder`."""
        name = order.get("fault")
        if not isinstance(name, str) or name not in self.on:
            raise WrongOrder(f"fault must be one of {', '.join(self.on)}")
        given = {"times": None if name in self.without_end else 1, "on": self.on[name], **order}
        if name in self.statuses:
            given.setdefault("status", self.statuses[name][0])
        try:
            found = Fault(**given)
            self._check(found)
        except TypeError as error:
            raise WrongOrder(f"unknown key or wrong type: {error}") from error
        return found

    def _check(self, found: Fault) -> None:
        if found.times is not None and found.times < 1:
            raise WrongOrder("times must be at least 1")
        if found.on not in ("any", *self.kinds):
            raise WrongOrder(f"on must be any, {' or '.join(self.kinds)}")
        allowed = self.statuses.get(found.fault)
        if allowed is not None and found.status not in allowed:
            raise WrongOrder(f"status must be {' or '.join(map(str, allowed))}")
        if not 0 <= found.seconds <= MAX_STALL_S:
            raise WrongOrder(f"seconds must be between 0 and {MAX_STALL_S:g}")
        if found.form not in self.forms:
            raise WrongOrder(f"form must be {' or '.join(self.forms)}")


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
