"""What somebody is told of: matters and their states, channels, and the rule that says when a change is told.

Worse is told at once. Better is told once it has lasted the channel's settling time: a state that comes and goes within
it is told once. While a matter is muted nothing is told, and afterwards what is still bad is told again.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from reconciler.runs.health import Colour
from reconciler.specs.languages import Language
from reconciler.specs.models.notification import By, Notification
from reconciler.specs.personal import impersonal
from reconciler.specs.scalars import seconds

Level = Literal["fine", "yellow", "red"]
RANK: Mapping[Level, int] = {"fine": 0, "yellow": 1, "red": 2}
LONGEST = 300
"""Characters of an outside system's words that are told."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something of an organisation that has a state. `key` names it for ever, such as `integration/NAME`.

    `reason` is a sentence without a stop in the organisation's language, and `counts` are words of ours too; `message`
    is what an outside system said. `hint` is the command that helps. Grey is not known: it changes nothing that was
    told; `muted` says that somebody wants to hear nothing of it for a while.
    """

    key: str
    state: Colour
    since: datetime | None
    reason: str
    hint: str = ""
    message: str = ""
    counts: str = ""
    environment: str = ""
    integration: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """Who is told, how, and of what."""

    name: str
    by: By
    on: frozenset[str]
    integrations: frozenset[str]
    settling: timedelta

    @property
    def credential(self) -> str:
        """The name of the credential that holds its address."""
        return f"channel_{self.name}"

    @property
    def target(self) -> str:
        """What its credential was tested against."""
        return f"channel/{self.name} by {self.by}"

    def hears(self, matter: Matter) -> bool:
        """Whether a matter is its business."""
        return not self.integrations or matter.integration in self.integrations

    def level(self, state: Colour) -> Level:
        """What a colour is to it: what it does not want to know of counts as the next that it does."""
        if state == "red":
            return "red" if "red" in self.on else "yellow"
        return "yellow" if state == "yellow" and "yellow" in self.on else "fine"


def channel(spec: Notification) -> Channel:
    """A channel as the organisation's spec names it."""
    span = timedelta(seconds=seconds(spec.settling))
    return Channel(spec.channel, spec.by, frozenset(spec.on), frozenset(spec.integrations or ()), span)


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel knows of a matter: the level that it was told last, and since when.

    `better_since` is since when it is better than that without having been told.
    """

    level: Level = "fine"
    since: datetime | None = None
    better_since: datetime | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state that a channel is told of, or that it does not care for (`quiet`)."""

    was: Level
    was_since: datetime | None
    now: Level
    quiet: bool


def step(told: Told, matter: Matter, to: Channel, now: datetime) -> tuple[Told, Change | None]:
    """What a channel knows of a matter now, and the change where it is told of one."""
    if matter.state == "grey":
        return replace(told, better_since=None, muted=told.muted or matter.muted), None
    level = to.level(matter.state)
    again = told.muted and level != "fine" and RANK[level] >= RANK[told.level]
    if RANK[level] > RANK[told.level] or again:
        return _tells(told, level, matter.since or now, to)
    if level == told.level:
        return replace(told, better_since=None, muted=False), None
    better = told.better_since or now
    if now - better >= to.settling:
        return _tells(told, level, better, to)
    return replace(told, better_since=better, muted=False), None


def _tells(told: Told, level: Level, since: datetime, to: Channel) -> tuple[Told, Change]:
    quiet = level == "fine" and "recovered" not in to.on
    return Told(level, since), Change(told.level, told.since, level, quiet)


@dataclass(frozen=True, slots=True)
class Message:
    """One notification as it is written down. `number` is None until it is."""

    channel: str
    matter: str
    was: Level
    was_since: datetime | None
    level: Level
    since: datetime
    noticed_at: datetime
    reason: str
    hint: str
    message: str
    counts: str
    environment: str
    number: int | None = None
    attempt: int = 0


def message(change: Change, matter: Matter, to: Channel, since: datetime, now: datetime) -> Message:
    """What is told of a change; the words from outside cleaned and cut."""
    return Message(
        channel=to.name,
        matter=matter.key,
        was=change.was,
        was_since=change.was_since,
        level=change.now,
        since=since,
        noticed_at=now,
        reason=clean(matter.reason),
        hint=matter.hint,
        message=clean(matter.message) if change.now != "fine" else "",
        counts=matter.counts,
        environment=matter.environment,
    )


def clean(text: str, most: int = LONGEST) -> str:
    """Words on one line, without what names a person by number or address, without signs that hide or turn others."""
    shown = "".join(" " if each.isspace() else each for each in text if each.isspace() or _printed(each))
    line = " ".join(impersonal(shown).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _printed(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"


@dataclass(frozen=True, slots=True)
class Noticed:
    """What one statement says of an organisation. `changed`: something may be otherwise than when it was looked at."""

    organization_id: str
    title: str
    zone: str
    language: Language
    channels: Sequence[Channel]
    mark: str
    changed: bool
    due: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt. `pause_s` is what the other side asks us to wait; `problem` is cleaned.

    What is `final` is not tried again.
    """

    ok: bool
    problem: str = ""
    pause_s: float = 0.0
    final: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One notification that was tried: who was to be told of what, and what came of it."""

    channel: str
    matter: str
    level: Level
    ok: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as it stands in the history. `ended_at` is None while it is still to be told."""

    number: int
    channel: str
    matter: str
    was: Level
    level: Level
    since: datetime
    noticed_at: datetime
    reason: str
    hint: str
    stage: str
    attempt: int
    next_attempt_at: datetime
    ended_at: datetime | None
    problem: str


class Notifications(Protocol):
    """What was told, and what is to be told."""

    def look(self, organization: str, more: str, now: datetime) -> Noticed | None:
        """One statement; None where the organisation is not applied. `more` stands for what the caller knows beside."""

    def notice(self, seen: Noticed, matters: Sequence[Matter], now: datetime, again: datetime) -> int:
        """Write down what has changed, in one transaction: how many messages. Nothing where somebody was sooner.

        It is looked at again when something changes, or at `again` at the latest.
        """

    def take_notice(
        self, organization_id: str, now: datetime, until: datetime, without: Sequence[str]
    ) -> Message | None:
        """Claim the next one that is due until a moment, of a channel that is not in `without`."""

    def told(self, organization_id: str, sent: Message, delivery: Delivery, at: datetime, again: datetime) -> None:
        """Write down what became of an attempt, where it is still ours; a failure is tried `again`."""

    def listed(self, organization_id: str, limit: int) -> list[Listed]:
        """The newest messages, the newest first."""
