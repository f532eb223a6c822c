"""A controller's threads in this process, with nothing that could wake them but the database: no hook and no folder."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from parts.drafting import Drafting
from reconciler.controller.loop import Round
from reconciler.controller.proposals import Proposals
from reconciler.controller.pulse import Pulse, Wake

WITHIN_S = 60
"""A test that waits longer has failed, however slow the machine is."""


@dataclass
class Rounds:
    """Counts what the loop does."""

    count: int = 0
    attempts: list[str] = field(default_factory=list)

    def attempted(self, condition: object, before: object, seconds: float) -> None:
        self.attempts.append(condition.reason)

    def superseded(self, found: object) -> None:
        """Nobody asks."""

    def round(self, told: Round) -> None:
        self.count += 1


@contextmanager
def running(stage: Drafting) -> Iterator[Rounds]:
    """The loop, the fetching and the proposals of one replica, each in its thread; the branch is polled in a year."""
    stage.here.one.shards.give_back()
    rounds, wake, pulse = Rounds(), Wake(), Pulse()
    one = replace(stage.here.one, replica="running", reported=[rounds])
    one.source._poll_s = 365 * 86_400
    bodies = (one.source.run, one.loop.run, Proposals(stage.here.desk(one=one)).run)
    threads = [threading.Thread(target=each, args=(wake, pulse), daemon=True) for each in bodies]
    for each in threads:
        each.start()
    try:
        until(lambda: rounds.count > 1)
        yield rounds
    finally:
        wake.stop()
        for each in threads:
            each.join(WITHIN_S)


def until(answer: Callable[[], object]) -> None:
    """Wait for something that other threads do."""
    end = time.monotonic() + WITHIN_S
    while not answer():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.1)
