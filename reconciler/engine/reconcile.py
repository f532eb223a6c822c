"""The config loop: desired minus actual is a plan; a plan that no guard refuses is applied."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.errors import PlanRefused
from reconciler.plans.compile import check, desired, local_day
from reconciler.plans.guard import guard, recipe
from reconciler.plans.plan import Plan, Unusable, make_plan
from reconciler.specs.collection import OrganizationSpecs, Specs, collect
from reconciler.specs.diagnostic import errors
from reconciler.specs.sentences import say

if TYPE_CHECKING:  # validate needs no ports, and starts faster without them
    from reconciler.engine.world import World
    from reconciler.ports import SpecSource
    from reconciler.runs.outcome import Lease


def read_specs(
    source: "SpecSource", builtin: Mapping[str, bytes], now: datetime, allowed: Collection[str] = ()
) -> Specs:
    """Everything that a source says, checked; `now` is the instant from which schedules must fire, `allowed` the hosts
    that the installation calls (all where none is named)."""
    specs = collect(source.files(), builtin)
    check(specs, now, allowed)
    return specs


def plan_all(world: "World", specs: Specs, revision: str, only: str = "") -> Iterator[Plan | Unusable]:
    """A plan per organisation; one that cannot be used is said so, and blocks nobody else.

    An organisation that was applied and has no folder any more is said too, and not touched: a missing folder is no
    wish to delete (design.md 4.3 and 4.6).
    """
    known = world.config.organizations()
    for name, organization in sorted(specs.organizations.items()):
        if only in ("", name):
            yield plan_one(world, organization, specs, revision, known)
    there = {str(each.organization.spec.id) for each in specs.organizations.values() if each.organization}
    for name in sorted(set(known) - set(specs.organizations)):
        if only in ("", name) and known[name] not in there:
            yield Unusable(name, (f"it was applied, and orgs/{name} is gone; an organisation goes by state: retired",))


def plan_one(
    world: "World", organization: OrganizationSpecs, specs: Specs, revision: str, known: Mapping[str, str]
) -> Plan | Unusable:
    """The plan of one organisation. A broken catalogue makes every organisation unusable: its meaning is unknown."""
    found = [*errors(specs.catalog.diagnostics), *errors(organization.diagnostics)]
    if found:
        return Unusable(organization.name, tuple(str(each) for each in found))
    day = local_day(organization, world.clock.now())
    assert day is not None, "the zone was checked"
    wanted = desired(organization, specs.catalog, revision, day)
    if known.get(organization.name, wanted.organization_id) != wanted.organization_id:
        message = say(
            "its id in the app is {known}, and orgs/{name} says another",
            known=known[organization.name],
            name=organization.name,
        )
        return Unusable(organization.name, (f"{message}: its records would be somebody else's",))
    return make_plan(wanted, world.config.observe(wanted.organization_id))


def today(world: "World", plan: Plan) -> date:
    """The local day of the plan's organisation, on which approvals are judged."""
    zone = plan.desired.resources["Organization", plan.organization].body["zone"]
    return world.clock.now().astimezone(ZoneInfo(zone)).date()


def apply_plan(
    world: "World", plan: Plan, approve: str = "", *, lease: "Lease | None" = None, reason: str = ""
) -> None:
    """Carry out one plan, behind the fence of a `lease` where one is given; `reason` is why somebody does it by hand.

    Raises PlanRefused, with the recipe, where a guard stands in the way or the base moved; Busy without the lease.
    """
    if refused := guard(plan, today(world, plan), approve):
        reasons = "; ".join(f"{each.message} [{each.rule}]" for each in refused)
        raise PlanRefused(
            say("{organization}: {reasons}", organization=plan.organization, reasons=reasons), recipe(plan, refused)
        )
    with world.points.around("apply"):
        world.config.apply(plan, world.actor, world.clock.now(), lease, reason)
