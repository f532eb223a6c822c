"""The address behind a channel: a credential like others, taken into use once a message has arrived there."""

from collections.abc import Mapping

from reconciler.engine.credentials import CHANNEL, LONGEST, Slot, Tested, take_into_use
from reconciler.engine.notifying import ORIGIN, Notifier, find
from reconciler.engine.world import World
from reconciler.errors import UsageError
from reconciler.runs.credential import Place
from reconciler.runs.keeping import Secret
from reconciler.runs.notification import Channel
from reconciler.runs.notification_words import trial_letter
from reconciler.runs.outcome import Verdict
from reconciler.specs.models.notification import By
from reconciler.specs.sentences import say

FIELDS: Mapping[By, Mapping[str, str]] = {
    "mail": {"to": "E-mail addresses, with commas"},
    "webhook": {"url": "Address (https://...)", "key": "Key that signs (16 characters or more)"},
    "slack": {"url": "Address of the incoming webhook"},
    "teams": {"url": "Address of the workflow"},
}
"""What is asked for, by the way of telling."""


def channel_of(by: Notifier, world: World, organization: str, name: str) -> Channel:
    """A channel by `channel/NAME`. Raises UsageError where there is none."""
    return find(by, organization, name.removeprefix(CHANNEL), world.clock.now())[1]


def set_channel(world: World, by: Notifier, organization: str, name: str, secret: Secret) -> Tested:
    """Store an address and send a test message there; only one that arrives is used from now on.

    Raises UsageError for an address that cannot be right, before anything is stored.
    """
    seen, to = find(by, organization, name.removeprefix(CHANNEL), world.clock.now())
    _check(by, to, secret)
    what = trial_letter(to.name, seen, by.installation, world.clock.now())

    def test() -> Verdict:
        with world.points.around("tell"):
            delivery = by.courier.tell(to, secret, what)
        return Verdict(ok=delivery.ok, fault="" if delivery.ok else "not-delivered", message=delivery.problem)

    slot = Slot(seen.organization_id, to.credential, Place(to.target, ORIGIN))
    return take_into_use(world, slot, secret, test)[0]


def _check(by: Notifier, to: Channel, secret: Secret) -> None:
    if set(secret.reveal()) != set(FIELDS[to.by]):
        raise UsageError(
            say("a channel by {by} has {names}", by=to.by, names=", ".join(FIELDS[to.by])), "one line each"
        )
    for name in FIELDS[to.by]:
        if not secret.reveal()[name].strip() or len(secret.reveal()[name].encode()) > LONGEST:
            raise UsageError(say("the {name} is empty, or far too long", name=name), "paste it again")
    if problem := by.courier.problem(to, secret):
        raise UsageError(problem, "nothing was stored")
