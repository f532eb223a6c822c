"""Making and revoking tokens of the API. The value of a new one is in the answer to its making, and nowhere else."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reconciler.database.portal_tokens import Wanted
from reconciler.portal.answers.tokens import SCOPES, last_day
from reconciler.portal.refusals import NotDone, NotThere, Unfit
from reconciler.portal.rights import Right
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Tokens

NAME = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,78}[^\s\x00-\x1f\x7f])?$"


class TokenWanted(BaseModel):
    """A token that somebody wants."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, StringConstraints(strip_whitespace=True, pattern=NAME)] = Field(
        description="What program it is for; one name for each token that counts."
    )
    scopes: list[Right] = Field(min_length=1, max_length=len(SCOPES), description="What it may.")
    ends: date = Field(description="Its last day, in the organisation's zone; at most a year from now.")


class Made(BaseModel):
    """A new token. Its value is told now, and never again."""

    id: UUID
    name: str
    value: str = Field(description="What the program sends: `Authorization: Bearer <value>`.")
    scopes: list[str]
    ends_at: datetime


def make_token(visit: Tokens, wanted: TokenWanted) -> Made:
    """Make a token, which may no more than whoever makes it."""
    if beyond := [each for each in wanted.scopes if each not in SCOPES or not visit.may(each)]:
        raise NotDone("tokens.refused.scopes", scopes=", ".join(beyond))
    if not visit.today <= wanted.ends <= last_day(visit):
        raise NotDone("tokens.refused.ends", last=last_day(visit).isoformat())
    ends_at = datetime.combine(wanted.ends + timedelta(days=1), time(), ZoneInfo(visit.zone))
    scopes = [each for each in SCOPES if each in wanted.scopes]
    asked = Wanted(visit.organization.id, wanted.name, visit.account, scopes, ends_at)
    if (made := visit.parts.tokens().make(asked, visit.now)) is None:
        raise NotDone("tokens.refused.name", name=wanted.name)
    return Made(id=made[0], name=wanted.name, value=made[1], scopes=list(scopes), ends_at=ends_at)


class Revoking(BaseModel):
    """That it is meant."""

    sure: bool = Field(default=False, description="That the program is to be let in no more.")


def revoke_token(visit: Tokens, token: UUID, wanted: Revoking) -> Done:
    """End a token at once."""
    if not wanted.sure:
        raise Unfit("sure", "tokens.unfit.sure")
    if not visit.parts.tokens().revoke(token, visit.account, visit.now):
        raise NotThere
    return Done(said="tokens.revoked", back="/tokens")
