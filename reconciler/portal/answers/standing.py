"""What an integration stands on: its credential, what the outside system allows, and what keeps its runs still."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from reconciler.portal.visiting import Visit

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.allowance import Usage
    from reconciler.runs.suspension import Suspension
    from reconciler.runs.views import IntegrationView
    from reconciler.wiring.reading import Reading


class Still(BaseModel):
    """Why its runs stand still."""

    cause: Literal["person", "credential"] = Field(description="Somebody said so, or a credential was refused.")
    reason: str
    by: str
    since: datetime
    until: datetime | None


class Switched(BaseModel):
    """What stands for the configuration of the organisation, or of all; syncs go on."""

    what: Literal["stop", "detect", "pin"]
    reason: str
    by: str
    since: datetime | None = Field(description="None where the installation is set up so.")
    until: datetime | None
    revision: str = Field(description="The commit that it is pinned to.")


class Shut(BaseModel):
    """What is not asked of the outside system for now."""

    what: Literal["write", "read", "all"]
    until: datetime
    reason: str


class Quota(BaseModel):
    """What the outside system allows, and what of it is closed by itself for a while."""

    used: int = Field(description="Requests of this month.")
    quota: int | None
    reserve: int = Field(description="So many of them are kept for questions.")
    renews: date = Field(description="The local day on which the month's count begins anew.")
    shut: list[Shut]


class Stored(BaseModel):
    """The credential that is used."""

    name: str
    state: Literal["current", "pending", "none"] = Field(description="`none` where nothing is stored.")
    hint: str
    tested_at: datetime | None


def switched(visit: Visit, reading: "Reading") -> list[Switched]:
    """The switches that hold."""
    return [
        Switched(
            what=each.what, reason=each.reason, by=each.author, since=each.since, until=each.until,
            revision=each.revision,
        )
        for each in reading.switches.switches()
        if each.is_for(visit.organization.name) and each.holds(reading.now)
    ]  # fmt: skip


def still(found: "Suspension") -> Still:
    """A suspension as pages show it."""
    return Still(
        cause=found.cause, reason=found.reason, by=found.author, since=found.since, until=found.until
    )  # fmt: skip


def quota(usage: "Usage", pinned: "Pinned") -> Quota:
    """What is used of the allowance behind the credential, and which breakers are open."""
    shut = [Shut(what=what, until=until, reason=reason) for what, (until, reason) in usage.shut.items()]
    if usage.closed_until is not None:
        shut.insert(0, Shut(what="all", until=usage.closed_until, reason=usage.closed_reason))
    renews = usage.renews.astimezone(pinned.zone).date()
    return Quota(used=usage.used, quota=usage.quota, reserve=usage.reserve, renews=renews, shut=shut)


def stored(view: "IntegrationView", pinned: "Pinned | None") -> Stored:
    """The credential as far as anybody may see it."""
    if view.credential is None:
        name = pinned.integration.credentials.name if pinned else ""
        return Stored(name=name, state="none", hint="", tested_at=None)
    found = view.credential
    state: Literal["current", "pending"] = "current" if found.state == "current" else "pending"
    return Stored(name=found.name, state=state, hint=found.hint, tested_at=found.tested_at)
