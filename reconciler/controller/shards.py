"""Which organisations this replica looks after: its share of the shards, each by a lease that is fenced.

A replica is a lease too, so that all know how many there are. Each takes shards up to its share, one round at a time,
and gives back what is above it: who joins gets some within a round, who dies loses them when the leases are over.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from reconciler.errors import Busy
from reconciler.runs.condition import REPOSITORY
from reconciler.runs.outcome import Lease
from reconciler.runs.shard import REPLICA, SHARD, ShardLeases, shard_of, share

SECONDS = 30
RENEW = timedelta(seconds=10)
"""So often they are renewed within a round that takes longer."""
log = logging.getLogger(__name__)


def everybody(_organization: str) -> bool:
    """An installation that looks after all organisations of its repository."""
    return True


class Shards:
    """Of one replica. Not for several threads: whoever else wants to know asks `mine`, which only reads.

    `selected` are the organisations of this installation; the others are nobody's here, whoever holds their shard.
    """

    def __init__(
        self, leases: ShardLeases, replica: str, count: int, selected: Callable[[str], bool] = everybody
    ) -> None:
        self._leases = leases
        self._replica = replica
        self._count = count
        self._selected = selected
        self._own: Lease | None = None
        self._held: dict[int, Lease] = {}
        self._warned = False
        self._at = datetime.min.replace(tzinfo=UTC)

    def hold(self, now: datetime) -> Mapping[int, Lease]:
        """Renew what is held, and take or give back up to our share. What was lost is not among the answer."""
        self._at = now
        self._own = self._kept(self._own, f"{REPLICA}{self._replica}", now)
        kept = {shard: self._renewed(lease, now) for shard, lease in self._held.items()}
        self._held = {shard: lease for shard, lease in kept.items() if lease is not None}
        if self._counted_otherwise(now):
            return {}
        most = share(len(self._leases.live(REPLICA, now)), self._count)
        for shard in sorted(self._held)[most:]:
            self._leases.give_back(self._held.pop(shard))
        for shard in range(self._count):
            if shard not in self._held and len(self._held) < most:
                with suppress(Busy):  # another replica's
                    self._held[shard] = self._leases.take(self._name(shard), self._replica, now, SECONDS)
        return {} if self._counted_otherwise(now) else dict(self._held)

    def stay(self, now: datetime) -> None:
        """Keep what is held over a long round: nobody else takes over what is still being worked on."""
        if now - self._at >= RENEW:
            self.hold(now)

    def _name(self, shard: int) -> str:
        return f"{SHARD}{shard} of {self._count}"

    def _counted_otherwise(self, now: datetime) -> bool:
        """Whether shards are held by somebody who has another number of them; then ours are given back: an organisation
        would be in one of theirs and in one of ours, and have two writers.
        """
        ours = {self._name(shard) for shard in range(self._count)}
        others = [each.holder for each in self._leases.live(SHARD, now) if each.name not in ours]
        if others and not self._warned:
            log.warning("%s divides the organisations in another number of shards: we wait until it is gone", others[0])
        self._warned = bool(others)
        while others and self._held:
            self._leases.give_back(self._held.popitem()[1])
        return self._warned

    def lease_of(self, organization: str) -> Lease | None:
        """The lease behind which an organisation is written; None where it is another replica's."""
        if organization != REPOSITORY and not self._selected(organization):
            return None
        return self._held.get(shard_of(organization, self._count))

    def mine(self, organization: str) -> bool:
        """Whether this replica looks after it."""
        return self.lease_of(organization) is not None

    def lost(self, organization: str) -> None:
        """A write was fenced out: the lease is somebody else's by now."""
        self._held.pop(shard_of(organization, self._count), None)

    def give_back(self) -> None:
        """Let go of everything, so that another replica goes on at once."""
        for lease in (*self._held.values(), *([self._own] if self._own else [])):
            self._leases.give_back(lease)
        self._held, self._own = {}, None

    def _kept(self, lease: Lease | None, name: str, now: datetime) -> Lease:
        renewed = self._renewed(lease, now) if lease is not None else None
        return renewed or self._leases.take(name, self._replica, now, SECONDS)

    def _renewed(self, lease: Lease, now: datetime) -> Lease | None:
        try:
            return self._leases.keep_lease(lease, now, SECONDS)
        except Busy:
            return None
