"""Leases: the right to sync one integration, with a fencing token. Rows, not session locks, because of poolers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reconciler.database.connection import Connection, Database
from reconciler.errors import Busy
from reconciler.runs.outcome import Lease
from reconciler.runs.run_words import TRIGGERS
from reconciler.runs.shard import SHARD
from reconciler.specs.sentences import both, joined, say

SECONDS = 300
"""How long a silent holder keeps a lease. Every commit of a run renews it."""


class LeaseTable:
    """The Leases port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, now: datetime, seconds: int = SECONDS) -> Lease:
        """Take a free or expired lease; the fence grows with every holder. Raises Busy."""
        query = """
            insert into reconciler.leases as held (name, holder, fence, expires_at)
            values (%(name)s, %(holder)s, 1, %(to)s)
            on conflict (name) do update set holder = excluded.holder, fence = held.fence + 1,
                expires_at = excluded.expires_at
            where held.expires_at <= %(now)s or (starts_with(held.name, %(shard)s) and held.expires_at > %(far)s)
            returning fence"""
        until = now + timedelta(seconds=seconds)
        values = {"name": name, "holder": holder, "to": until, "now": now, "shard": SHARD, "far": _far(now, seconds)}
        with self._database.transaction() as connection:
            row = connection.execute(query, values).fetchone()
            if row is None:
                raise self._busy(connection, name)
        return Lease(name, holder, row["fence"], until)

    def keep_lease(self, lease: Lease, now: datetime, seconds: int) -> Lease:
        """See `runs.shard.ShardLeases`."""
        with self._database.transaction() as connection:
            renew(connection, lease, now, seconds)
        return replace(lease, expires_at=now + timedelta(seconds=seconds))

    def live(self, prefix: str, now: datetime) -> list[Lease]:
        """See `runs.shard.ShardLeases`."""
        query = """
            select * from reconciler.leases
            where starts_with(name, %s) and expires_at > %s and expires_at <= %s order by name"""
        far = _far(now, SECONDS)
        with self._database.reading() as connection:
            rows = connection.execute(query, [prefix, now, far]).fetchall()
        return [Lease(**row) for row in rows]

    def give_back(self, lease: Lease) -> None:
        """Let it expire at once, on anybody's clock, unless somebody else holds it by now."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.leases set expires_at = to_timestamp(0) where name = %s and fence = %s",
                [lease.name, lease.fence],
            )

    def _busy(self, connection: Connection, name: str) -> Busy:
        row = connection.execute(_HOLDER, [name]).fetchone()
        return Busy(
            say("a sync of {name} is running: {told}", name=name, told=_told(row) if row else "another run"),
            "it does this work; or wait until its lease ends",
        )


def _far(now: datetime, seconds: int) -> datetime:
    """What ends after this was written by a clock that ran ahead. Whoever holds a shard is fenced at each write: so
    that may be taken then; the lease of a sync never is, for a request cannot be fenced.
    """
    return now + timedelta(seconds=4 * seconds)


def _told(row: Mapping[str, Any]) -> str:
    """Who is at it: the run, since when, and whose it is; a run that has not begun yet is known by its lease alone."""
    until = say("(until {expires:%Y-%m-%d %H:%M:%S %Z} unless renewed)", expires=row["expires_at"])
    if row["started_at"] is None:
        return joined((row["holder"], until), " ")
    by = say(" by {actor}", actor=row["actor"]) if row["actor"] else ""
    words = TRIGGERS[row["trigger"]]
    form = "run {holder} since {began:%Y-%m-%d %H:%M:%S %Z}{by}, {way} {until}"
    way = both(words["en"], words["nb"])
    return say(form, holder=row["holder"], began=row["started_at"], by=by, way=way, until=until)


RENEW = (
    "update reconciler.leases set expires_at = %s where name = %s and fence = %s and expires_at > %s returning fence"
)
_HOLDER = """
    select l.holder, l.expires_at, r.started_at, r.actor, r.trigger
    from reconciler.leases l
    left join reconciler.runs r on r.id = case when l.holder ~ '^[0-9a-f-]{36}$' then l.holder::uuid end
    where l.name = %s"""


def renew(connection: Connection, lease: Lease, now: datetime, seconds: int = SECONDS, *, durable: bool = True) -> None:
    """Check the fence inside a write transaction, and renew. Raises Busy where the lease was lost.

    The commit of a transaction that is not `durable` does not wait for the disk: said here, for a statement of its own
    costs a document that goes alone a twentieth of its time.
    """
    query = RENEW if durable else f"{RENEW}, set_config('synchronous_commit', 'off', true)"
    row = connection.execute(query, [now + timedelta(seconds=seconds), lease.name, lease.fence, now]).fetchone()
    if row is None:
        raise Busy(
            say("this run lost the lease of {name}", name=lease.name),
            "another run goes on; nothing was written by this one",
        )


def check_fence(connection: Connection, lease: Lease | None, now: datetime) -> None:
    """Make sure, until this transaction ends, that the lease is ours: nobody can take it before. Raises Busy.

    Without a lease nothing is checked: a person writes by hand.
    """
    if lease is None:
        return
    query = "select from reconciler.leases where name = %s and fence = %s and expires_at > %s for share"
    if connection.execute(query, [lease.name, lease.fence, now]).fetchone() is None:
        raise Busy(
            say("the lease of {name} was lost", name=lease.name), "whoever holds it goes on; nothing was written"
        )
