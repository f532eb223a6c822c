"""Why an integration's runs stand still. A person's word stops every run; a refused credential stops those that begin
by themselves: somebody who asks for a run is there to see what happens, and one that goes well ends the pause.
"""

from datetime import datetime

from reconciler.engine.held import Held
from reconciler.engine.pinned import Pinned
from reconciler.engine.world import World
from reconciler.errors import Blocked, CredentialRefused, UsageError
from reconciler.runs.credential import Version
from reconciler.runs.keeping import CredentialVersions
from reconciler.runs.report import RunReport
from reconciler.runs.suspension import Suspension, Suspensions
from reconciler.specs.sentences import moment_in, say

REASON = 10
"""Characters of a reason, at least."""


def in_the_way(world: World, pinned: Pinned) -> list[Suspension]:
    """The suspensions that still hold, that of a person first."""
    return holding(world.suspensions, world.versions, pinned, world.clock.now())


def holding(suspensions: Suspensions, versions: CredentialVersions, pinned: Pinned, now: datetime) -> list[Suspension]:
    """As `in_the_way`, for whoever only looks."""
    found = suspensions.suspensions(pinned.organization_id, pinned.name)
    current = _current(versions, pinned) if found else None
    return [each for each in found if each.holds(now, current)]


def check_standing(world: World, pinned: Pinned) -> None:
    """Raises Blocked where a person has suspended the integration."""
    for each in in_the_way(world, pinned):
        if each.cause == "person":
            raise Blocked(said(pinned, each), f"reconciler resume {pinned.organization_name} {pinned.name}")


def said(pinned: Pinned, suspension: Suspension) -> str:
    """A suspension as a sentence."""
    name, zone = f"{pinned.organization_name}/{pinned.name}", pinned.zone
    since, reason = moment_in(suspension.since.astimezone(zone)), suspension.reason
    if suspension.cause == "credential":
        return say("{name} is paused since {since}: {reason}", name=name, since=since, reason=reason)
    until = say(", until {until}", until=moment_in(suspension.until.astimezone(zone))) if suspension.until else ""
    form = "{name} is suspended since {since} by {author}{until}: {reason}"
    return say(form, name=name, since=since, author=suspension.author, until=until, reason=reason)


def keep_pause(world: World, pinned: Pinned, held: Held, report: RunReport) -> None:
    """Pause after a credential was refused and no other would do; end the pause once one was taken."""
    where = (pinned.organization_id, pinned.name)
    if held.refused:
        _pause(world, pinned, held.version, report.problem)
    elif sum(each.requests for each in report.streams) and world.suspensions.suspensions(*where):
        with world.points.around("resume"):
            world.suspensions.resume(*where, ("credential",), world.actor, world.clock.now())


def pause_unusable(world: World, pinned: Pinned, error: Blocked) -> None:
    """Pause where there is no credential for this target, or it was refused before anything was claimed."""
    if isinstance(error, CredentialRefused):
        _pause(world, pinned, _current(world.versions, pinned), error.message)


def _pause(world: World, pinned: Pinned, version: Version | None, reason: str) -> None:
    number = version.version if version else None
    found = Suspension("credential", reason, world.actor, world.clock.now(), version=number)
    with world.points.around("suspend"):
        world.suspensions.suspend(pinned.organization_id, pinned.name, found)


def _current(versions: CredentialVersions, pinned: Pinned) -> Version | None:
    found = versions.versions(pinned.organization_id, pinned.integration.credentials.name)
    return next((each for each in found if each.state == "current"), None)


def suspend(world: World, pinned: Pinned, suspension: Suspension) -> None:
    """Stop every run of an integration. Raises UsageError for a reason that says nothing, or an end that has passed."""
    if len(suspension.reason.strip()) < REASON:
        raise UsageError(
            say("the reason has fewer than {reason} characters", reason=REASON), "say why, for whoever asks in a month"
        )
    if suspension.until is not None and suspension.until <= suspension.since:
        raise UsageError("the last day has passed already", "leave it out: then it holds until somebody resumes")
    with world.points.around("suspend"):
        world.suspensions.suspend(pinned.organization_id, pinned.name, suspension)


def resume(world: World, pinned: Pinned) -> list[Suspension]:
    """Let runs go on: what stood in the way."""
    with world.points.around("resume"):
        return world.suspensions.resume(
            pinned.organization_id, pinned.name, ("person", "credential"), world.actor, world.clock.now()
        )
