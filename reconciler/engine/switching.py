"""Setting and ending switches, and what stands in the way of a change of configuration: a switch, or closed days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from reconciler.clock import Clock
from reconciler.errors import Blocked, UsageError
from reconciler.plans.frozen import frozen_now
from reconciler.plans.plan import Plan
from reconciler.ports import ConfigStore, CrashPoints
from reconciler.runs.switch import EVERYBODY, REASON, STRENGTH, Switch, Switches, What, standing
from reconciler.specs.sentences import say

EVERY = "every organisation"


class Steering(Protocol):
    """What a switch is set with; a World is one."""

    @property
    def clock(self) -> Clock: ...
    @property
    def points(self) -> CrashPoints: ...
    @property
    def config(self) -> ConfigStore: ...
    @property
    def switches(self) -> Switches: ...
    @property
    def actor(self) -> str: ...


def turn(world: Steering, switch: Switch) -> tuple[Switch, Switch | None]:
    """Set a switch, in place of the one of its scope and kind: as it was written down, and the one before. Raises
    UsageError for an organisation that nobody knows, a reason that says nothing, or an end that has passed.
    """
    if len(switch.reason.strip()) < REASON:
        raise UsageError(
            say("the reason has fewer than {reason} characters", reason=REASON), "say why, for whoever asks in a month"
        )
    now = world.clock.now()
    if switch.until is not None and switch.until <= now:
        raise UsageError("the end has passed already", "name a later one")
    known = identity(world, switch.organization)
    written = replace(switch, organization_id=known, author=world.actor, since=now, reason=switch.reason.strip())
    with world.points.around("set_switch"):
        return written, world.switches.set_switch(written)


def release(world: Steering, organization: str, whats: Sequence[What] = STRENGTH) -> list[Switch]:
    """End the switches of one scope: what was ended. Raises UsageError for an organisation that nobody knows."""
    known = identity(world, organization)
    with world.points.around("end_switch"):
        return world.switches.end_switch(known, whats, world.actor, world.clock.now())


def identity(world: Steering, organization: str) -> str:
    """The id of an applied organisation; empty for all of them. A misspelt name must not seem to be stopped."""
    if organization == EVERYBODY:
        return ""
    known = world.config.organizations()
    if organization not in known:
        hint = f"one of {', '.join(sorted(known))}; or --all" if known else "nothing is applied yet; or --all"
        raise UsageError(say("the organisation '{organization}' is not applied here", organization=organization), hint)
    return known[organization]


def check_change(world: Steering, plan: Plan) -> None:
    """Raises Blocked where a switch or a window of the applied organisation forbids to carry out a plan now."""
    if held := held_off(world, plan):
        raise Blocked(say("{organization}: {held}", organization=plan.organization, held=held[0]), held[1])


def held_off(world: Steering, plan: Plan) -> tuple[str, str] | None:
    """What forbids to carry out a plan now, and what to do about it; None where nothing does."""
    now = world.clock.now()
    found = standing(world.switches.switches(), plan.organization, now, plan.desired.organization_id)
    if found is not None and (found.what != "pin" or found.revision != plan.desired.revision):
        zone = plan.desired.resources["Organization", plan.organization].body["zone"]
        return "; ".join(words(found, ZoneInfo(zone))), ending(found)
    if closed := frozen_now(plan.actual, now):
        return closed, "wait, or ask whoever closed these days"
    return None


def words(switch: Switch, zone: tzinfo | None = None) -> tuple[str, str]:
    """A switch as two sentences: what it means, and who said it, why and until when."""
    who = switch.organization or EVERY
    meant = {
        "stop": f"the configuration of {who} is STOPPED: it stays as it is, whatever is merged",
        "detect": f"the configuration of {who} is ONLY LOOKED AT: what differs is said, and nothing is written",
        "pin": f"the configuration of {who} is PINNED to {switch.revision[:10]}: what is merged later waits",
    }
    since = f" since {moment(switch.since, zone)}" if switch.since else ""
    until = f" until {moment(switch.until, zone)}" if switch.until else ", until somebody resumes it"
    said = f"by {switch.author}{since}{until if switch.since else ''}: {switch.reason}"
    return meant[switch.what], f"{said}. Syncs go on."


def ending(switch: Switch) -> str:
    """The command that ends a switch."""
    if switch.since is None:
        return "take RECONCILER_DETECT_ONLY out of the settings"
    return f"reconciler resume {switch.organization or '--all'} --configuration"


def lines(switches: Sequence[Switch], organization: str, now: datetime, zone: tzinfo | None = None) -> list[str]:
    """What stands, as `status` shouts it; of one organisation, or of all where none is named."""
    found = [each for each in switches if each.holds(now) and (not organization or each.is_for(organization))]
    ranked = sorted(found, key=lambda each: (STRENGTH.index(each.what), each.organization))
    return [line for each in ranked for line in (*words(each, zone), f"next: {ending(each)}")]


def moment(at: datetime, zone: tzinfo | None) -> str:
    """`2026-03-02 08:00 CET`."""
    return f"{at.astimezone(zone) if zone else at:%Y-%m-%d %H:%M %Z}"
