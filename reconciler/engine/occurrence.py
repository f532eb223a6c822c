"""A scheduled time and the run that it starts: gated first, carried out once, and always written down.

The clock that starts runs knows less than we do: it starts one on each of the days 28 to 31, again after a process that
died, and for times from before a schedule was applied.
"""

from dataclasses import dataclass
from datetime import datetime

from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync
from reconciler.engine.pause import in_the_way, said
from reconciler.engine.pinned import Pinned, pin
from reconciler.engine.world import World
from reconciler.errors import Blocked, Bug, PlanRefused, UsageError
from reconciler.runs.report import RunReport
from reconciler.runs.request import AppliedSchedule, Noted
from reconciler.schedules.expression import parse
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.schedules.occurrences import Run, Skip, gate
from reconciler.schedules.zones import ZoneUnknown
from reconciler.specs.sentences import say

AGAIN = 75


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a scheduled time: a run's report, or why there was no run. `state` is the history's word.

    `again` where the same time may be tried again, because nothing was sent or something was left.
    """

    state: str
    problem: str = ""
    hint: str = ""
    report: RunReport | None = None
    again: bool = False

    @property
    def exit_code(self) -> int:
        """0 whenever an outcome was recorded, health has its colour; 75 where the same time may be tried again."""
        return AGAIN if self.again else 0


def keep(world: World, order: Order) -> Kept:
    """Carry out the sync of `order.occurrence`, unless something says no; what does is written down.

    Raises TryAgainLater where nothing was written down and the same time may be tried again, UsageError where the
    organisation is not applied, and Bug.
    """
    at = order.occurrence
    if at is None:
        raise Bug("an occurrence has a time")
    organization_id = world.applied.organization_id(order.organization)
    try:
        pinned = pin(world.applied.applied(order.organization, order.integration), world.clock.now())
        reason = _against(world, pinned, at)
    except UsageError as error:
        return _noted(world, order, organization_id, Kept("skipped", error.message, error.hint))
    if reason:
        return _noted(world, order, organization_id, Kept("skipped", reason))
    try:
        report = sync(world, order)
    except (Blocked, PlanRefused, UsageError) as error:
        return _noted(world, order, organization_id, Kept("failed", error.message, error.hint))
    # Whoever was told to stop has left something: the ledger keeps what went, and the same time takes the rest.
    again = report.exit_code == AGAIN or (world.stopping() and report.again_later)
    if again:
        with world.points.around("reopen"):
            world.runs.reopen(order.run)
    return Kept(report.state, report.problem, report.hint, report, again)


def _against(world: World, pinned: Pinned, at: datetime) -> str:
    """Why nothing is run for this time; nothing where it is."""
    if done := world.runs.settled(pinned.organization_id, pinned.name, at):
        return f"{at.astimezone(pinned.zone):%Y-%m-%d %H:%M} was carried out already, by the run {done}"
    schedules = world.runs.schedules(pinned.organization_id, pinned.name)
    verdicts = [_verdict(pinned, each, at) for each in schedules]
    if not any(isinstance(each, Run) for each in verdicts):
        said_no = [each.message for each in verdicts if isinstance(each, Skip)]
        return said_no[0] if said_no else "there is no schedule any more: somebody has to ask for a sync"
    return next((said(pinned, each) for each in in_the_way(world, pinned)), "")


def _verdict(pinned: Pinned, schedule: AppliedSchedule, at: datetime) -> Run | Skip:
    frozen = [(each.from_, each.to) for each in pinned.organization.days_without_syncs]
    try:
        expression = parse(schedule.cron, last_day=schedule.last_day)
        return gate(expression, schedule.zone, at, applied_at=schedule.applied_at, frozen=frozen)
    except (ExpressionInvalid, ZoneUnknown) as error:
        hint = "reconciler plan shows what is not as it was applied, and reconciler apply mends it"
        raise UsageError(
            say("the applied schedule '{name}' cannot be read: {error}", name=schedule.name, error=error), hint
        ) from error


def _noted(world: World, order: Order, organization_id: str, kept: Kept) -> Kept:
    lease = f"{order.organization}/{order.integration}"
    noted = Noted(organization_id, order.integration, lease, order.began(world.actor), kept.state, kept.problem)
    with world.points.around("note"):
        world.runs.note(noted, world.clock.now())
    return kept
