"""Notification: a channel of an organisation, and what is told by it. The address behind it is a credential."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Duration, Name

By = Literal["mail", "webhook", "slack", "teams"]
On = Literal["red", "yellow", "recovered"]
ALL: tuple[On, ...] = ("red", "yellow", "recovered")
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""Lower-case letters, digits and hyphen; at most 40 characters, since a credential is named after it."""


class Notification(Model):
    """Who is told of changes of health. The address, and the key that signs, stand in the secret store."""

    channel: ChannelName = Field(
        description="A name for whoever is told. Its address: reconciler credentials set ORGANISATION channel/NAME."
    )
    by: By = Field(
        description="How it is told: by e-mail, a signed webhook, or an incoming webhook as Slack or Teams have it."
    )
    on: Annotated[list[On], Field(min_length=1)] = Field(
        default_factory=lambda: list(ALL),
        description="Which changes are told. Without `yellow`, a yellow integration counts as well.",
    )
    integrations: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None, description="Only what concerns these integrations; everything of the organisation where left out."
    )
    settling: Duration = Field(
        "5m", description="How long something must be better before that is told: what comes and goes is told once."
    )

    @model_validator(mode="after")
    def _of_something(self) -> "Notification":
        if not {"red", "yellow"} & set(self.on):
            raise ValueError("nobody recovers who was never told to be red or yellow: add red to `on`")
        return self
