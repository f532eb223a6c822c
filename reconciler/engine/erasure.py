"""Taking content out of the ledger: what a subject asks for, and what is over for long enough.

An erasure holds the lease of every integration of the organisation meanwhile, as a sync does, so that no document of
the subject is frozen beside it. A purge touches only what is over, and needs none.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from reconciler.engine.world import World
from reconciler.runs.outcome import Lease
from reconciler.runs.retention import PERIOD, Erased, Kept, Trace
from reconciler.specs.scalars import seconds

LEASE_S = 300


def traces(world: World, organization: str, subject: str) -> list[Trace]:
    """Every document of one person, oldest first; `subject` is the id that the app's records have for it.

    Raises UsageError where the organisation is not applied.
    """
    identity = world.applied.organization_id(organization)
    return world.retention.traces(identity, _keyed(world, identity, subject))


def erase(world: World, organization: str, subject: str, confirmed: int) -> Erased:
    """Take out what the ledger holds of one person.

    Raises Busy while a sync of the organisation runs, Blocked where a document of the person is unresolved, and
    UsageError where the number of documents is not the one confirmed; then nothing was changed.
    """
    identity = world.applied.organization_id(organization)
    with _alone(world, organization, identity), world.points.around("erase"):
        keyed = _keyed(world, identity, subject)
        return world.retention.erase(identity, keyed, confirmed, world.actor, world.clock.now())


def periods(world: World, organization: str) -> list[tuple[Kept, timedelta]]:
    """Every category in the ledger of the organisation, and how long its content is kept once a document is over."""
    return [(each, _period(each)) for each in world.retention.kept(world.applied.organization_id(organization))]


def expired(world: World, organization: str, now: datetime) -> dict[str, int]:
    """How many documents of each category a purge would empty at `now`."""
    identity = world.applied.organization_id(organization)
    return world.retention.expired(identity, _limits(world, organization, now))


def purge(world: World, organization: str, now: datetime) -> dict[str, int]:
    """Take out the content whose period is over: documents by category. A scheduler calls it nightly; twice is once."""
    limits = _limits(world, organization, now)
    with world.points.around("purge"):
        return world.retention.purge(world.applied.organization_id(organization), limits, world.actor, now)


def _limits(world: World, organization: str, now: datetime) -> Mapping[str, datetime]:
    return {each.category: now - period for each, period in periods(world, organization)}


def _period(kept: Kept) -> timedelta:
    """The shortest that anybody names: an organisation shortens what its category says, and never lengthens it."""
    declared = [timedelta(seconds=seconds(each)) for each in kept.declared] or [PERIOD]
    shortened = [timedelta(seconds=seconds(kept.shortened))] if kept.shortened else []
    return min([*declared, *shortened])


def _keyed(world: World, organization_id: str, subject: str) -> str:
    """The keyed hash of a subject; an id of the app in any of the ways in which people write one."""
    try:
        subject = str(UUID(subject))
    except ValueError:
        subject = subject.strip()  # not every app counts in uuids
    return world.pseudonym(organization_id, subject)


@contextmanager
def _alone(world: World, organization: str, organization_id: str) -> Iterator[None]:
    """No sync of the organisation runs meanwhile. Raises Busy where one does."""
    found = world.config.observe(organization_id).resources.values()
    with ExitStack() as held:
        for name in sorted(each.name for each in found if each.kind == "Integration"):
            with world.points.around("take"):
                lease = world.leases.take(f"{organization}/{name}", f"erase {uuid4()}", world.clock.now(), LEASE_S)
            held.callback(_give_back, world, lease)
        yield


def _give_back(world: World, lease: Lease) -> None:
    with world.points.around("give_back"):
        world.leases.give_back(lease)
