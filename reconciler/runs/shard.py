"""The right to look after a share of the organisations: leases of replicas and of shards, with fencing tokens."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from reconciler.runs.outcome import Lease

REPLICA, SHARD = "replica ", "shard "
"""How the names of their leases begin."""


def shard_of(organization: str, count: int) -> int:
    """Which of `count` shards an organisation belongs to, for ever: by its name, for it may have no id yet."""
    return int.from_bytes(hashlib.sha256(organization.encode()).digest()[:8]) % count


def share(replicas: int, count: int) -> int:
    """How many shards one of so many replicas may hold at the most."""
    return -(-count // max(1, replicas))


class ShardLeases(Protocol):
    """Leases that are held for as long as a process lives. Time is the database's, so that replicas agree on it."""

    def take(self, name: str, holder: str, now: datetime, seconds: int) -> Lease:
        """Raises Busy where somebody else holds it."""

    def keep_lease(self, lease: Lease, now: datetime, seconds: int) -> Lease:
        """The same for `seconds` from now. Raises Busy where it was lost."""

    def give_back(self, lease: Lease) -> None:
        """Let it go; nothing happens where it is no longer ours."""

    def live(self, prefix: str, now: datetime) -> Sequence[Lease]:
        """Those that are held, with names that begin so."""
