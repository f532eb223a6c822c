"""The gate before every request: it opens when one more may begin, and says why where it does not.

What is allowed is shared by all processes; here one waits for its turn, and puts a refusal into words.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from reconciler.clock import Clock, never
from reconciler.errors import DatabaseDown
from reconciler.runs.allowance import CLOSED, GONE, PACE, SHUT, SPENT, TOLD, Allowance, Asking, Turn
from reconciler.runs.inventory import BUDGET, Budget
from reconciler.runs.outcome import Answer, Stop, Wait
from reconciler.specs.models.limits import TURN_WITHIN_S

PATIENCE_S, QUICK_S = float(TURN_WITHIN_S), 3.0
"""Seconds that a request waits for its turn. Whoever tests a connection is told within ten seconds."""
STOPPED = Stop("this process was told to stop", TOLD, "the next sync begins")
CROWDED_S = 0.25
"""How often it is looked whether one of the requests that are under way has ended."""


@dataclass(slots=True)
class Gate:
    """One adapter's way through an allowance. `asking` is what its next requests are for."""

    allowance: Allowance
    clock: Clock
    patience_s: float = PATIENCE_S
    asking: Asking = "read"
    budget: Budget | None = None
    """What a question may still ask for; None where nothing but the allowance limits it."""
    stopping: Callable[[], bool] = never
    """Whether this process was told to stop: what is being sent is finished, and no question is begun."""
    _in_hand: Counter[Asking] = field(default_factory=Counter)
    _place: datetime | None = None

    def turn(self, weight: int = 1) -> Answer | None:
        """Wait for the turn of one request, which counts as `weight`; all in one patience, for its claim grows old.

        Where there is none, what is in the way: then nothing left this machine. Turns that such a request had already
        are kept for the next one of its kind; at least one is always asked for, and tells what is in the way by now.
        """
        if self.asking == "read" and self.stopping():
            return STOPPED
        if self.budget is not None and not self.budget.take():
            return Stop("the requests that this question was given are used up", BUDGET)
        left_s = self.patience_s
        missing = max(1, weight - self._in_hand[self.asking])
        while missing:
            turn = self._taken(left_s, missing)
            if isinstance(turn, Turn) and turn.standing == "crowded" and left_s > 0:
                self.clock.wait(CROWDED_S)
                left_s -= CROWDED_S
                continue
            barred = barrier(turn, self.allowance) if isinstance(turn, Turn) else turn
            if not isinstance(turn, Turn) or barred is not None:
                return barred
            self._place = turn.place
            if turn.wait_s > 0:
                self.clock.wait(turn.wait_s)
                left_s = max(0.0, left_s - turn.wait_s)
            self._in_hand[self.asking] += turn.taken
            missing -= turn.taken
        self._in_hand[self.asking] -= weight
        return None

    def done(self) -> None:
        """The request has ended: another one may begin. A place that cannot be given back ends by itself."""
        place, self._place = self._place, None
        if place is not None:
            with suppress(DatabaseDown):
                self.allowance.leave(place)

    def _taken(self, patience_s: float, missing: int) -> Turn | Answer:
        """The last turn is taken alone: with it the request begins."""
        try:
            return self.allowance.turn(self.asking, patience_s, enter=missing == 1, turns=max(1, missing - 1))
        except DatabaseDown as error:  # as a value: whoever sends then knows that nothing happened
            return Stop(error.message, GONE, "the database is back")


def barrier(turn: Turn, allowance: Allowance) -> Answer | None:
    """What is in the way, in words; None where nothing is."""
    zone = allowance.allowed.zone
    match turn.standing:
        case "granted":
            return None
        case "busy":
            return Wait("so many ask already that the turn is too far off", PACE, turn.wait_s)
        case "crowded":
            return Wait("as many requests are under way as it allows at once", PACE, CROWDED_S)
        case "closed":
            return _stop(f"the outside system allows nothing more for now: {turn.reason}", CLOSED, turn.until, zone)
        case "shut":
            return _stop(f"the outside system fails too often; the last time: {turn.reason}", SHUT, turn.until, zone)
        case "spent":
            return _stop(_spent(turn, allowance), SPENT, turn.until, zone)
        case _:
            assert_never(turn.standing)


def said(until: datetime, zone: ZoneInfo) -> str:
    """`2026-03-02 08:00 CET`."""
    return f"{until.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _stop(message: str, code: str, until: datetime | None, zone: ZoneInfo) -> Stop:
    return Stop(message, code, said(until, zone) if until else "", at=until)


def _spent(turn: Turn, allowance: Allowance) -> str:
    quota, reserve = allowance.allowed.quota, allowance.allowed.reserve
    used = f"the month's quota is used up: {turn.used} of {quota} requests"
    return used if quota is None or turn.used >= quota else f"{used}, and {reserve} are kept for questions"
