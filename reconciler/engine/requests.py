"""Syncs that are asked for: whoever carries them out takes one, runs it like any other, and writes down the answer."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from reconciler.engine.beforehand import Order, check_confirmed, ordered
from reconciler.engine.export import sync
from reconciler.engine.pause import check_standing
from reconciler.engine.world import World
from reconciler.errors import Blocked, PlanRefused, ReconcilerError, TryAgainLater, UsageError
from reconciler.runs.report import RunReport
from reconciler.runs.request import Answered, Asked, Request, Taken
from reconciler.specs.sentences import say

AGAIN = timedelta(seconds=30)
"""After so long a request is taken again that could not begin: its integration was busy, or a store was down."""
POLL_S = 0.5


def ask(world: World, order: Order, reason: str = "") -> UUID:
    """Write down that a sync is asked for.

    Raises at once what whoever carries it out would meet as things stand: UsageError, Blocked, PlanRefused.
    """
    pinned = ordered(world, order)
    check_standing(world, pinned)
    check_confirmed(world, pinned, order)
    asked = Asked(pinned.organization_id, order.integration, world.actor, reason, order.days, order.confirmed)
    with world.points.around("request"):
        return world.requests.request(asked, world.clock.now())


def take_back(world: World, organization_id: str, request: UUID) -> None:
    """Withdraw a request that nobody has taken. Raises UsageError where somebody has, or it has its answer."""
    with world.points.around("take_back"):
        done = world.requests.take_back(organization_id, request, world.actor, world.clock.now())
    if not done:
        raise UsageError("the request waits no more: somebody carries it out, or it has its answer", "look at it again")


def wait_for(world: World, request: UUID, seconds: float) -> Request:
    """The request once it has ended, or as it stands when the time is up."""
    until = world.clock.now() + timedelta(seconds=seconds)
    while True:
        found = world.requests.find(request)
        if found is None:
            raise UsageError(say("there is no request {request} any more", request=request), "ask again")
        if found.ended or world.clock.now() >= until:
            return found
        world.clock.wait(POLL_S)


def take_one(
    world: World, now: datetime, run: UUID | None = None, organization: str = "", integration: str = ""
) -> RunReport | None:
    """Carry out the oldest request whose integration is free, and all others for the same; None where none waits.
    Only of the organisation or the integration that is named; its run is called `run`, where whoever began it says so.

    What could not begin for now waits again, and what cannot be carried out is refused with the reason: then the
    report holds the problem and no category. Raises what nobody can answer for, a bug or a database that is gone; the
    request is then found by whoever takes one after its lease.
    """
    with world.points.around("take_request"):
        taken = world.requests.take_request(world.actor, run or uuid4(), now, organization, integration)
    if taken is None:
        return None
    report, answered = _carried_out(world, taken)
    with world.points.around("answer_request"):
        world.requests.answer_request(taken, answered, world.clock.now())
    return report


def _carried_out(world: World, taken: Taken) -> tuple[RunReport, Answered]:
    first = taken.first
    order = Order(
        first.organization, first.asked.integration, "request", taken.run, taken.confirmed, days=first.asked.days
    )
    try:
        report = sync(world, order)
    except TryAgainLater as error:
        not_before = world.clock.now() + AGAIN
        return _not_begun(world, order, error), Answered("waiting", not_before=not_before)
    except (Blocked, PlanRefused, UsageError) as error:
        return _not_begun(world, order, error), Answered("refused", error.exit_code, error.message, error.hint)
    return report, Answered("done", report.exit_code, report.problem, report.hint)


def _not_begun(world: World, order: Order, error: ReconcilerError) -> RunReport:
    now = world.clock.now()
    return RunReport(
        run=str(order.run),
        organization=order.organization,
        integration=order.integration,
        place="",
        mode="",
        revision="",
        started_at=now,
        ended_at=now,
        problem=error.message,
        hint=error.hint,
        again_later=isinstance(error, TryAgainLater),
        days=order.days,
    )
