"""Documents of unknown fate that are sent once more, where their class allows it: the same request, as it was frozen.

Intent is committed before the first byte, as for a first request: whoever is killed here leaves the rows unknown, and
no lookup concludes anything before this request's life is over too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reconciler.engine.deliver import Delivery
from reconciler.engine.world import World
from reconciler.runs.export import Open
from reconciler.runs.idempotency import Licence, whole_requests


@dataclass(slots=True)
class Repetition:
    """One export's repeats within one run."""

    world: World
    delivery: Delivery
    run: UUID

    def carry_out(self, rows: Sequence[Open]) -> None:
        """Send each request that may be repeated. The delivery's `stopped` says why no more were."""
        whole = frozenset(each.id for group in whole_requests(rows).values() for each in group)
        for group in _requests(rows):
            # Asked anew for each: a key's life may end while those before it are on their way.
            licence = self._licence(whole)
            # And nothing is taken up that the allowance does not let go, or whose breaker no probe has closed.
            fits = not self.delivery.stopped and all(licence.repeats(each) for each in group)
            if fits and self.delivery.may_begin():
                self._send(group)

    def _send(self, group: Sequence[Open]) -> None:
        export, lease, now = self.delivery.export, self.delivery.lease, self.world.clock.now()
        with self.world.points.around("repeat"):
            frozen = self.world.ledger.repeat(lease, export.stream, self.run, group, now)
        if frozen:
            self.delivery.deliver_as_one(frozen)

    def _licence(self, whole: frozenset[int]) -> Licence:
        export = self.delivery.export
        return Licence(export.create, export.mapping_digest, self.world.clock.now(), whole)


def _requests(rows: Sequence[Open]) -> list[list[Open]]:
    """What is open of each request, by number; rows whose request is not known are each one of their own."""
    found: dict[str, list[Open]] = {}
    for each in sorted(rows, key=lambda each: each.number):
        found.setdefault(each.batch or each.reference, []).append(each)
    return list(found.values())
