"""What is done for each organisation every night. A new chore is one line in `CHORES`.

Each is done once a night and written down; doing one twice does no harm, and what could not be done for now is tried
again the same night. Nothing here sends a document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from reconciler.engine.erasure import purge
from reconciler.engine.nightly import reconcile_due
from reconciler.engine.world import World
from reconciler.errors import Blocked, PlanRefused, TryAgainLater, UsageError
from reconciler.runs.chores import Chored, Nights


@dataclass(frozen=True, slots=True)
class Chore:
    """`do` carries it out for an organisation and says in one sentence what it did.

    It raises Blocked, PlanRefused or UsageError where somebody has to do something first, and TryAgainLater where the
    same night may bring it.
    """

    name: str
    do: Callable[[World, str], str]


def compared(world: World, organization: str) -> str:
    """Compare what was sent with what stands there, of every integration; one that cannot be spares the others."""
    found = world.config.observe(world.applied.organization_id(organization)).resources.values()
    done, differing, problems, later = 0, 0, list[str](), list[TryAgainLater]()
    for name in sorted(each.name for each in found if each.kind == "Integration"):
        try:
            comparisons = reconcile_due(world, organization, name)
        except TryAgainLater as error:
            later.append(error)
        except (Blocked, PlanRefused, UsageError) as error:
            problems.append(f"{name}: {error.message}")
        else:
            done += len(comparisons)
            differing += sum(bool(each.differences) for each in comparisons)
    if later:
        raise later[0]
    if problems:
        raise Blocked("; ".join(problems), f"reconciler exports reconcile {organization} INTEGRATION")
    if not done:
        return "nothing to compare"
    return f"{done} compared" + (f", {differing} with differences" if differing else ", all agree")


def purged(world: World, organization: str) -> str:
    """Take out the content whose period is over."""
    found = sum(purge(world, organization, world.clock.now()).values())
    return f"{found} emptied" if found else "nothing is old enough"


CHORES = (Chore("comparison", compared), Chore("purge", purged))
NAMES = tuple(each.name for each in CHORES)


def carry_out(world: World, nights: Nights, night: date) -> Sequence[Chored]:
    """Do what was not done for that night yet: what was done now. Raises TryAgainLater when the others are done."""
    done: list[Chored] = []
    later: list[TryAgainLater] = []
    for chore in [each for each in CHORES if each.name in nights.missing(NAMES, night)]:
        if world.stopping():
            raise TryAgainLater("this process was told to stop", "the scheduler does what is left")
        try:
            chored = _done(world, chore, nights.organization, night)
        except TryAgainLater as error:
            later.append(error)
            continue
        with world.points.around("keep_chore"):
            world.chores.keep_chore(nights.organization_id, chored)
        done.append(chored)
    if later:
        raise later[0]
    return done


def _done(world: World, chore: Chore, organization: str, night: date) -> Chored:
    try:
        said = chore.do(world, organization)
    except (Blocked, PlanRefused, UsageError) as error:
        return Chored(chore.name, night, "failed", error.message, world.clock.now())
    return Chored(chore.name, night, "done", said, world.clock.now())
