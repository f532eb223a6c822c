"""Credentials: written beside the one in use, tested against the live endpoint, and only then put in its place.

Killed anywhere, the current version still works; a pending one that nobody finishes is given up after ten minutes.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.columned import keep_tested
from reconciler.engine.held import read
from reconciler.engine.pinned import Pinned, pin
from reconciler.engine.proof import ask, remember
from reconciler.engine.world import World
from reconciler.errors import Blocked, TryAgainLater, UsageError
from reconciler.runs.credential import Place, Version, by_number, in_state, written
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Verdict
from reconciler.specs.models.schemas import misfit
from reconciler.specs.sentences import say

CHANNEL = "channel/"
"""How a channel's credential is called where others are called by their integration."""
LONGEST = 65_536
"""Bytes of one field: a private key fits, a file that was piped by mistake does not."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of one version of a credential against one place."""

    name: str
    place: str
    verdict: Verdict
    version: int | None = None


def set_credential(
    world: World, organization: str, integration: str, secret: Secret, expires_at: datetime | None = None
) -> Tested:
    """Validate and save. A failed test leaves everything as it was; running syncs keep the one they began with.

    Raises Busy where somebody else is setting it, UsageError for a value that cannot be right.
    """
    pinned = _pinned(world, organization, integration)
    check_fields(pinned, secret)
    slot = Slot(pinned.organization_id, pinned.integration.credentials.name, world.place(pinned))
    tested, version = take_into_use(world, slot, secret, lambda: ask(world, pinned, secret), expires_at)
    if version is not None:
        remember(world, pinned, version, tested.verdict)
        _clean(world, [each for each in _versions(world, pinned) if each.left_behind])
    return tested


@dataclass(frozen=True, slots=True)
class Slot:
    """What a credential is set for: whose it is, its name, and the place where it is tested and used."""

    organization_id: str
    name: str
    place: Place


def take_into_use(
    world: World, slot: Slot, secret: Secret, test: Callable[[], Verdict], expires_at: datetime | None = None
) -> tuple[Tested, Version | None]:
    """Store a value beside the one in use, test it, and put it in its place. None where the test failed."""
    version = _reserve(world, slot)
    try:
        version = _write(world, version, secret, expires_at)
        verdict = test()
        if verdict.ok:
            with world.points.around("promote"):
                world.versions.promote(version, slot.place, world.actor, world.clock.now())
    except BaseException:  # an interrupted test too: otherwise the next attempt is told that somebody is at it
        _give_up(world, version, "it was not finished")
        raise
    if not verdict.ok:
        _give_up(world, version, f"its test failed: {verdict.fault}")
        return Tested(version.name, str(slot.place), verdict), None
    return Tested(version.name, str(slot.place), verdict, version.version), version


def test_credential(world: World, organization: str, integration: str) -> Tested:
    """Test the version in use where it would be used now. A pass binds it to that place; a failure changes nothing.

    This is how a version gets to be used after an endpoint or a target has changed.
    """
    pinned = _pinned(world, organization, integration)
    version = in_state(_versions(world, pinned), "current")
    verdict = ask(world, pinned, read(world, version))
    now, place = world.clock.now(), world.place(pinned)
    with world.points.around("tested"):
        world.versions.tested(version, world.actor, "" if verdict.ok else verdict.fault, now)
    if verdict.ok and version.place != place:
        with world.points.around("promote"):
            world.versions.promote(version, place, world.actor, now)
    if verdict.ok:
        remember(world, pinned, version, verdict)
    else:
        keep_tested(world, pinned, verdict)
    return Tested(version.name, str(place), verdict, version.version)


def restore_credential(world: World, organization: str, integration: str) -> Tested:
    """Put the previous version back in use, if it still works. The one in use becomes the previous."""
    pinned = _pinned(world, organization, integration)
    version = in_state(_versions(world, pinned), "previous")
    verdict = ask(world, pinned, read(world, version))
    if verdict.ok:
        with world.points.around("promote"):
            world.versions.promote(version, world.place(pinned), world.actor, world.clock.now())
        remember(world, pinned, version, verdict)
    return Tested(version.name, str(world.place(pinned)), verdict, version.version if verdict.ok else None)


def revoke_credential(
    world: World, organization: str, integration: str, number: int, reason: str, *, in_use: bool = True
) -> Version:
    """End one version, and destroy its value; the one in use too where it is named by its number, and `in_use`.

    The version as it was before. Again is the same as once; it goes on where an earlier attempt was cut short.
    """
    owner, name = whose(world, organization, integration)
    found = next((each for each in world.versions.versions(owner, name) if each.version == number), None)
    if found is None:
        raise UsageError(
            say("the credential '{name}' has no version {number}", name=name, number=number),
            "reconciler credentials status",
        )
    if found.state == "current" and not in_use:
        hint = "look at it again; say that it is the one in use, if it is meant all the same"
        raise Blocked(
            say("version {number} of the credential '{name}' is the one in use by now", number=number, name=name), hint
        )
    if found.state != "revoked":
        with world.points.around("discard"):
            world.versions.discard(found, world.actor, reason, world.clock.now())
    if found.state != "revoked" or found.left_behind:
        _destroy(world, found)
    return found


def whose(world: World, organization: str, integration: str) -> tuple[str, str]:
    """The organisation's id and the name of the credential of an integration, or of a channel: `channel/NAME`."""
    if integration.startswith(CHANNEL):
        return world.applied.organization_id(organization), integration.replace("/", "_", 1)
    pinned = _pinned(world, organization, integration)
    return pinned.organization_id, pinned.integration.credentials.name


def _reserve(world: World, slot: Slot) -> Version:
    """A pending version of our own. What others left behind in the store is destroyed."""
    name, owner = slot.name, slot.organization_id
    with world.points.around("reserve"):
        number, left = world.versions.reserve(owner, name, world.store_name, world.actor, world.clock.now())
    _clean(world, left)
    return next(each for each in world.versions.versions(owner, name) if each.version == number)


def _write(world: World, version: Version, secret: Secret, expires_at: datetime | None) -> Version:
    with world.points.around("write"):
        locator = world.store(version.store).write(version.path, version.version, secret)
    fingerprint = world.fingerprint(written(secret.reveal()))
    with world.points.around("stored"):
        world.versions.stored(version, locator, fingerprint, secret.hint, expires_at)
    return replace(version, locator=locator)


def _give_up(world: World, version: Version, reason: str) -> None:
    """End a version of ours that will not be used, whoever ended it before. One that is in use after all stays."""
    versions = world.versions.versions(version.organization_id, version.name)
    found = next(each for each in versions if each.version == version.version)
    if found.state == "pending":
        with world.points.around("discard"):
            world.versions.discard(found, world.actor, reason, world.clock.now())
    if found.state in ("pending", "revoked"):
        # Also where somebody took it over meanwhile: the value may have arrived after they looked for it.
        _clean(world, [replace(version, locator=found.locator or version.locator)])


def _clean(world: World, versions: Sequence[Version]) -> None:
    """Destroy what ended versions left behind. What its store does not let go of now is left to the next `set`."""
    for each in versions:
        with suppress(Blocked, TryAgainLater, UsageError):
            _destroy(world, each)


def _destroy(world: World, version: Version) -> None:
    """Destroy the value of an ended version, and write that down."""
    locator = version.locator or by_number(version.version)
    with world.points.around("destroy"):
        world.store(version.store).destroy(version.path, locator)
    with world.points.around("revoke"):
        world.versions.revoke(version, world.actor, "", world.clock.now())


def _pinned(world: World, organization: str, integration: str) -> Pinned:
    return pin(world.applied.applied(organization, integration), world.clock.now())


def _versions(world: World, pinned: Pinned) -> list[Version]:
    return list(world.versions.versions(pinned.organization_id, pinned.integration.credentials.name))


def check_fields(pinned: Pinned, secret: Secret) -> None:
    """What cannot be right, before anything is stored. No message holds a value."""
    wanted, given = set(pinned.kind.credentials), set(secret.reveal())
    if wanted != given:
        message = say(
            "a credential for {type} has {names}", type=pinned.integration.type, names=", ".join(sorted(wanted))
        )
        raise UsageError(message, f"given: {', '.join(sorted(given)) or 'nothing'}")
    for name in sorted(given):
        # The value is asked for in the call alone: a frame that raises does not hold it.
        if not secret.reveal()[name].strip():
            raise UsageError(say("the {name} is empty", name=name), "paste it again")
        if len(secret.reveal()[name].encode()) > LONGEST:
            raise UsageError(
                say("the {name} is longer than {longest} bytes", name=name, longest=LONGEST), "was a whole file pasted?"
            )
        schema = pinned.kind.credentials[name].schema_ or {}
        if problem := misfit(secret.reveal()[name], schema):
            raise UsageError(
                say("the {name} {problem}", name=name, problem=problem),
                schema.get("description") or "copy it again, whole",
            )
