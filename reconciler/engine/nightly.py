"""The comparison that a scheduler has made every night: of the day before, and on the first of a month of the month."""

from datetime import date, timedelta

from reconciler.engine.comparing import Asked, compare
from reconciler.engine.pinned import pin
from reconciler.engine.world import World
from reconciler.runs.comparison import Comparison
from reconciler.schedules.nights import FROM_HOUR

SECONDS = 300


def reconcile_due(world: World, organization: str, integration: str) -> list[Comparison]:
    """Make tonight's comparison of an integration, if it was not made yet; what was made now.

    Whoever calls it often loses nothing: it is made once per target and night, and nothing is asked again. Raises Busy
    where another process is at it, and as `compare` does; the next call of the same night tries again.
    """
    now = world.clock.now()
    pinned = pin(world.applied.applied(organization, integration), now)
    local = now.astimezone(pinned.zone)
    targets = {each.stream.target for each in pinned.exports}
    done = world.comparisons.compared(pinned.organization_id, integration, local.date())
    if local.hour < FROM_HOUR or pinned.integration.mode != "send" or not targets - done:
        return []
    with world.points.around("take"):
        lease = world.leases.take(f"compare {pinned.lease}", "nightly", now, SECONDS)
    try:
        first, last = nightly_window(local.date())
        asked = Asked(organization, integration, first, last, night=local.date())
        return compare(world, asked, only=sorted(targets - done))
    finally:
        with world.points.around("give_back"):
            world.leases.give_back(lease)


def nightly_window(night: date) -> tuple[date, date]:
    """The day before; on the first of a month the whole month before, which its statement wants."""
    before = night - timedelta(days=1)
    return (before.replace(day=1), before) if night.day == 1 else (before, before)
