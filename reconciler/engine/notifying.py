"""Tells an organisation's channels what has changed, each change once. Called often: where nothing has changed it costs
one statement.

A change is written down before anybody is told, and claimed before it goes. A process that dies after the other side
took a message leaves it claimed, and it goes again when the claim is over: twice rather than never, under the same
number (docs/decisions/0033-notifications.md).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reconciler.engine.held import read
from reconciler.engine.matters import Looks, matters
from reconciler.engine.world import World
from reconciler.errors import CredentialRefused, DatabaseDown, ReconcilerError, UsageError
from reconciler.runs import backoff
from reconciler.runs.credential import Place
from reconciler.runs.keeping import Secret
from reconciler.runs.notification import Channel, Delivery, Matter, Message, Noticed, Notifications, Sent, clean
from reconciler.runs.notification_words import Letter, letter, trial_letter
from reconciler.specs.sentences import say

LOOK = timedelta(minutes=10)
"""Time alone changes health too: it is looked at so often."""
CLAIMED = timedelta(minutes=5)
"""How long a message is one process's: far longer than an attempt takes."""
ENOUGH = timedelta(seconds=60)
"""So long one call tells; what is left is for the next one."""
ORIGIN = "the address that it holds"


class Courier(Protocol):
    """Brings a message where a channel's credential says."""

    def tell(self, to: Channel, secret: Secret, what: Letter) -> Delivery:
        """One attempt, which ends within half a minute. Never raises for what the other side does."""

    def problem(self, to: Channel, secret: Secret) -> str:
        """What is wrong with an address before anything is sent there; empty where nothing is. Repeats none of it."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """What telling needs beside the world."""

    table: Notifications
    looks: Looks
    courier: Courier
    installation: str


def notify(world: World, by: Notifier, organization: str, now: datetime, more: Sequence[Matter] = ()) -> list[Sent]:
    """Tell what has changed since the last time, and what could not be told then. What was tried is returned.

    `more` are matters that only the caller knows. An organisation that is not applied, or has no channel, is no error.
    """
    seen = by.table.look(organization, _digest(more), now)
    if seen is None or not seen.channels:
        return []
    if seen.changed:
        found = [*matters(world, by.looks, organization, seen, now), *more]
        with world.points.around("notice"):
            by.table.notice(seen, found, now, now + LOOK)
    elif not seen.due:
        return []
    return _deliver(world, by, organization, seen, now)


def _digest(more: Sequence[Matter]) -> str:
    """What stands for the caller's matters among what may have changed."""
    words = "\n".join(f"{each.key} {each.state} {each.reason} {each.muted}" for each in more)
    return hashlib.sha256(words.encode()).hexdigest() if more else ""


def _deliver(world: World, by: Notifier, organization: str, seen: Noticed, now: datetime) -> list[Sent]:
    """Everything that is due. A channel that fails is left alone until the next call."""
    began, done, failed = world.clock.now(), list[Sent](), list[str]()
    while (spent := world.clock.now() - began) < ENOUGH:
        at = now + spent
        with world.points.around("take_notice"):
            made = by.table.take_notice(seen.organization_id, at, at + CLAIMED, failed)
        if made is None:
            break
        delivery = _attempt(world, by, organization, seen, made)
        at = now + (world.clock.now() - began)
        again = at + max(backoff.most(made.attempt), timedelta(seconds=delivery.pause_s))
        with world.points.around("told"):
            by.table.told(seen.organization_id, made, delivery, at, again)
        if not delivery.ok:
            failed.append(made.channel)
        done.append(Sent(made.channel, made.matter, made.level, delivery.ok, delivery.problem))
    return done


def _attempt(world: World, by: Notifier, organization: str, seen: Noticed, made: Message) -> Delivery:
    to = next((each for each in seen.channels if each.name == made.channel), None)
    if to is None:
        return Delivery(ok=False, problem="the channel is not in the specs any more", final=True)
    return bring(world, by, organization, seen, to, letter(made, seen, by.installation))


def try_channel(world: World, by: Notifier, organization: str, name: str) -> Sent:
    """Send a message that says nothing. Raises UsageError for a channel that there is not."""
    seen, to = find(by, organization, name, world.clock.now())
    what = trial_letter(name, seen, by.installation, world.clock.now())
    delivery = bring(world, by, organization, seen, to, what)
    return Sent(name, "test", "fine", delivery.ok, delivery.problem)


def find(by: Notifier, organization: str, name: str, now: datetime) -> tuple[Noticed, Channel]:
    """A channel of an organisation. Raises UsageError where there is none of that name."""
    seen = by.table.look(organization, "", now)
    if seen is None:
        raise UsageError(
            say("the organisation '{organization}' is not applied", organization=organization),
            "reconciler status shows those that are",
        )
    for each in seen.channels:
        if each.name == name:
            return seen, each
    known = ", ".join(each.name for each in seen.channels)
    hint = f"one of {known}" if known else f"add it to `notifications` in orgs/{organization}/organization.yaml"
    raise UsageError(say("{organization} has no channel '{name}'", organization=organization, name=name), hint)


def bring(world: World, by: Notifier, organization: str, seen: Noticed, to: Channel, what: Letter) -> Delivery:
    """One attempt, with the address in use."""
    try:
        version = world.versions.current(seen.organization_id, to.credential, Place(to.target, ORIGIN))
        secret = read(world, version)
    except CredentialRefused:
        hint = f"reconciler credentials set {organization} channel/{to.name}"
        return Delivery(ok=False, problem=f"no address is stored for this channel: {hint}")
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        return Delivery(ok=False, problem=clean(error.message))
    with world.points.around("tell"):
        delivery = by.courier.tell(to, secret, what)
    if delivery.ok:
        with world.points.around("used"):
            world.versions.used(version, world.actor, "channel-used", world.clock.now())
    return delivery
