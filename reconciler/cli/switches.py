"""What `suspend`, `resume`, `pin` and `status` say of switches: the configuration of an organisation, or of all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.cli.context import Context
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.cli.reading import Reading
    from reconciler.engine.switching import Steering
    from reconciler.runs.switch import What

OSLO = "Europe/Oslo"
"""The zone of every organisation that names none, and of what holds for all."""
_SPAN = re.compile(r"([1-9][0-9]{0,3})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
UNTIL = "When it is over by itself: 4h or 2d from now, a last day (2026-03-05), or a moment (2026-03-05T14:00)."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed: for an organisation, or for all where it is empty."""

    organization: str
    what: "What"
    reason: str
    until: str
    revision: str = ""


def set_switch(context: Context, wanted: Wanted, beside: Mapping[str, object] | None = None) -> int:
    """Set one and say what it means; `beside` stands with it in the JSON. Raises UsageError for what means nothing."""
    from reconciler.engine.switching import ending, lines, turn, words
    from reconciler.runs.switch import Switch, standing
    from reconciler.wiring import steering

    world = steering(context.settings)
    zone, now = zone_of(world, wanted.organization), world.clock.now()
    end = moment_of(wanted.until, now, zone) if wanted.until else None
    asked = Switch(wanted.organization, wanted.what, wanted.reason, world.actor, now, end, wanted.revision)
    written, before = turn(world, asked)
    counts = standing(world.switches.switches(), wanted.organization, now)
    stronger = counts if counts is not None and counts.what != wanted.what else None
    if context.json:
        told = {"set": written.data(), "instead_of": before.data() if before else None}
        context.data({**(beside or {}), **told, "counts_before_it": stronger.data() if stronger else None})
        return 0
    for line in words(written, zone):
        context.say(line, "bold yellow")
    if before is not None:
        context.say(f"  instead of what {before.author} had said: {before.reason}", "dim")
    context.say(f"  next: {ending(written)}")
    if stronger is not None:
        shout(context, lines([stronger], "", now, zone), "it does not count yet, because this is stronger:")
    return 0


def end_switches(context: Context, organization: str) -> int:
    """End those of one organisation, or those of all organisations together; and say what stands still."""
    from reconciler.engine.switching import EVERY, lines, release, words
    from reconciler.wiring import steering

    world = steering(context.settings)
    ended = release(world, organization)
    left = [each for each in world.switches.switches() if not organization or each.is_for(organization)]
    now, zone = world.clock.now(), zone_of(world, organization)
    still = [each for each in left if each.holds(now)]
    if context.json:
        context.data({"ended": [each.data() for each in ended], "standing": [each.data() for each in still]})
        return 0
    for each in ended:
        context.say(f"over: {words(each, zone)[0]}", "green")
    if not ended:
        context.say(f"nothing was set for the configuration of {organization or EVERY}; nothing was changed")
    shout(context, lines(still, organization, now, zone), "still standing:")
    if not still:
        context.say("  next: reconciler plan shows what the next apply does")
    return 0


def standing_data(found: "Reading", organization: str) -> list[dict[str, object]]:
    """The JSON twin of `shout_standing`."""
    switches = [each for each in found.switches.switches() if each.holds(found.now)]
    return [each.data() for each in switches if not organization or each.is_for(organization)]


def shout_standing(context: Context, found: "Reading", organization: str) -> None:
    """What stands for an organisation's configuration, or for anybody's where none is named."""
    from reconciler.engine.switching import lines

    shout(context, lines(found.switches.switches(), organization, found.now, ZoneInfo(OSLO)))


def shout(context: Context, lines: Sequence[str], heading: str = "") -> None:
    """What stands, so that nobody overlooks it; nothing where nothing does."""
    if lines and heading:
        context.say(heading, "bold")
    for line in lines:
        loud = line.startswith("the configuration of ")
        context.say(f"!! {line}" if loud else f"   {line}", "bold red" if loud else "")


def zone_of(world: "Steering", organization: str) -> ZoneInfo:
    """The zone in which an organisation's days are counted. Raises UsageError where it is not applied."""
    from reconciler.engine.switching import identity

    if not organization:
        return ZoneInfo(OSLO)
    found = world.config.observe(identity(world, organization)).resources.get(("Organization", organization))
    return ZoneInfo(found.body.get("zone", OSLO) if found else OSLO)


def moment_of(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The end that somebody typed. Raises UsageError where it is none of the three forms."""
    if span := _SPAN.fullmatch(text):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        if len(text) == len("2026-03-05"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--until {text[:40]} is not a day, and no other end", "such as 4h, 2d, 2026-03-05, or 2026-03-05T14:00"
        ) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)
