"""What an outside system allows one customer of it, as values: what is declared, a turn to ask, what was used.

An allowance is shared by all who ask with the same credential, in all processes (docs/decisions/0014-allowances.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from reconciler.runs.breaker import Operation

Asking = Literal["write", "read", "test"]
"""What a request is for. A test is a connection test: it may also be made while runs are stopped."""
Standing = Literal["granted", "busy", "crowded", "closed", "shut", "spent"]
PACE, CLOSED, SHUT = "allowance-pace", "allowance-closed", "allowance-breaker"
SPENT, GONE = "allowance-quota", "allowance-unread"
TOLD = "told-to-stop"
"""The codes of our own refusals: no outside system was asked."""
OURS = frozenset({PACE, CLOSED, SHUT, SPENT, GONE, TOLD})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a type declares. At most `requests` begin within any `seconds`; 0 is without a pace.

    `quota` is what a month holds, of which `reserve` is kept for questions; the month is that of `zone`. At most
    `concurrency` are under way at once; 0 is as many as there are runs.
    """

    requests: int = 0
    seconds: float = 0.0
    quota: int | None = None
    reserve: int = 0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    concurrency: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Leave to ask, or why not. `wait_s` is until the turn comes; `until` when what is in the way ends.

    `due` says that a breaker's time is over, and that a probe decides whether it closes. `crowded`: as many are under
    way as may be. `place` is what a request gives back when it has ended. `taken` turns begin together.
    """

    standing: Standing
    wait_s: float = 0.0
    until: datetime | None = None
    reason: str = ""
    used: int = 0
    due: bool = False
    place: datetime | None = None
    taken: int = 0


class Allowance(Protocol):
    """One allowance, in a place that all processes share. Every method is a short transaction of its own."""

    @property
    def allowed(self) -> Allowed:
        """What is declared."""

    def turn(self, asking: Asking, patience_s: float, *, enter: bool = True, turns: int = 1) -> Turn:
        """Take a turn and count it, unless something is in the way or it is further off than `patience_s`.

        `enter` says that a request begins with it, which takes a place among those that are under way. Of several
        `turns` those are taken that begin together with the first one: at least that.
        """

    def leave(self, place: datetime) -> None:
        """A request has ended, however it did."""

    def look(self, asking: Asking) -> Turn:
        """As `turn`, without taking one."""

    def pause(self, seconds: float) -> None:
        """The outside system says wait: nobody begins before."""

    def close(self, until: datetime | None, seconds: float, reason: str) -> datetime:
        """It says that nothing more is allowed: until a moment, or for so many seconds where it names none.

        The moment at which it opens again.
        """

    def lift(self) -> None:
        """A connection test passed: it is open."""

    def count(self, operation: Operation, fine: int, failure: str | None) -> None:
        """`fine` answers, and one failure in its own words, if any."""

    def begin_probe(self, operation: Operation) -> bool:
        """Whether it is ours to find out if an open breaker may close."""

    def end_probe(self, operation: Operation, failure: str | None) -> Turn:
        """What the probe said, and where that leaves the operation."""

    def passed(self, operation: Operation) -> None:
        """The first answer after the probe was fine too: the breaker is closed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One allowance as people ask for it. `renews` is when the month's count begins anew."""

    reads: int
    writes: int
    quota: int | None
    reserve: int
    renews: datetime
    closed_until: datetime | None = None
    closed_reason: str = ""
    shut: Mapping[Operation, tuple[datetime, str]] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Requests of this month."""
        return self.reads + self.writes

    @property
    def left(self) -> float | None:
        """The part that is left of what may be used for sending; None without a quota."""
        return None if self.quota is None else max(0.0, 1 - self.used / (self.quota - self.reserve))
