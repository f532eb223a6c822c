"""Credentials: stored beside the one in use, tested against the live endpoint, and only then put in its place."""

from dataclasses import dataclass

from reconciler.engine.pinned import Pinned, pin
from reconciler.engine.world import World
from reconciler.errors import UsageError
from reconciler.ports import Secret
from reconciler.runs.outcome import Verdict


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of one credential against one place."""

    name: str
    place: str
    verdict: Verdict
    version: int | None = None


def set_credential(world: World, organization: str, integration: str, secret: Secret) -> Tested:
    """Validate and save. A failed test leaves everything as it was; running syncs keep the one they began with."""
    pinned = _pinned(world, organization, integration)
    name, owner = pinned.integration.credentials.name, pinned.organization_id
    _complete(pinned, secret)
    # Opened before anything is stored: a place or a value that is refused outright leaves no trace.
    adapter = world.connect(pinned, pinned.exports[0], secret, quick=True)
    try:
        with world.points.around("put_pending"):
            version = world.secrets.put_pending(owner, name, secret, world.actor, world.clock.now())
        verdict = adapter.test()
    finally:
        adapter.close()
    if verdict.ok:
        with world.points.around("promote"):
            world.secrets.promote(owner, name, version, pinned.place, world.actor, world.clock.now())
        return Tested(name, pinned.place, verdict, version)
    with world.points.around("discard"):
        world.secrets.discard(owner, name, world.actor, verdict.fault, world.clock.now())
    return Tested(name, pinned.place, verdict)


def test_credential(world: World, organization: str, integration: str) -> Tested:
    """Test the credential in use. Raises CredentialRefused where there is none."""
    pinned = _pinned(world, organization, integration)
    name = pinned.integration.credentials.name
    secret = world.secrets.read(pinned.organization_id, name, pinned.place, world.clock.now())
    adapter = world.connect(pinned, pinned.exports[0], secret, quick=True)
    try:
        return Tested(name, pinned.place, adapter.test())
    finally:
        adapter.close()


def _pinned(world: World, organization: str, integration: str) -> Pinned:
    return pin(world.applied.applied(organization, integration), world.clock.now())


def _complete(pinned: Pinned, secret: Secret) -> None:
    wanted, given = set(pinned.kind.credentials), set(secret.reveal())
    if wanted != given:
        message = f"a credential for {pinned.integration.type} has {', '.join(sorted(wanted))}"
        raise UsageError(message, f"given: {', '.join(sorted(given)) or 'nothing'}")
