"""Who is told when something changes, and what they were told."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from reconciler.portal.visiting import Sees
from reconciler.specs.personal import impersonal

if TYPE_CHECKING:
    from reconciler.runs.notification import Channel, Listed

SHOWN = 50
Level = Literal["red", "yellow", "fine"]
Stage = Literal["waiting", "sending", "told", "superseded", "given_up"]


class ChannelRow(BaseModel):
    """Somebody who is told."""

    name: str
    by: str = Field(description="mail, webhook, or the name of a chat.")
    integrations: list[str] = Field(description="Those that it is told of; empty where it is of all.")


class Notice(BaseModel):
    """One message, and what became of it."""

    number: int
    channel: str
    kind: str = Field(description="integration, credential, report or configuration.")
    name: str = Field(description="Which one of them; empty where there is one only.")
    was: Level
    level: Level
    noticed_at: datetime
    reason: str = Field(description="In the organisation's language, as it was told.")
    stage: Stage
    attempt: int
    next_attempt_at: datetime
    ended_at: datetime | None
    problem: str = Field(description="Why it did not arrive, in the words of whoever refused.")


class Notices(BaseModel):
    """The channels of an organisation, and the newest messages to them."""

    channels: list[ChannelRow]
    told: list[Notice]


def notices(visit: Sees) -> Notices:
    """Who is told of a change of state and of recovery, and the newest messages with their delivery."""
    from reconciler.database.notifications import NotificationTable

    table = NotificationTable(visit.parts.tables)
    return Notices(
        channels=_channels(table.channels(visit.organization.id)),
        told=[_notice(each) for each in table.listed(visit.organization.id, SHOWN)],
    )


def _channels(found: "Sequence[Channel]") -> list[ChannelRow]:
    return [ChannelRow(name=each.name, by=each.by, integrations=sorted(each.integrations)) for each in found]


def _notice(each: "Listed") -> Notice:
    kind, _, name = each.matter.partition("/")
    stage: Stage = each.stage  # type: ignore[assignment]  # the column has a check of the same words
    return Notice(
        number=each.number, channel=each.channel, kind=kind, name=name, was=each.was, level=each.level,
        noticed_at=each.noticed_at, reason=impersonal(each.reason), stage=stage, attempt=each.attempt,
        next_attempt_at=each.next_attempt_at, ended_at=each.ended_at, problem=impersonal(each.problem),
    )  # fmt: skip
