"""The tokens of the API: what programs of the organisation log in with."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from reconciler.portal.rights import RIGHTS, Right
from reconciler.portal.visiting import Tokens, Visit

LONGEST = timedelta(days=365)
PEOPLES: frozenset[Right] = frozenset({"tokens", "approve"})
"""No program has these: a token that makes tokens would have no end, and what needs a yes needs one of a person."""
SCOPES: tuple[Right, ...] = tuple(each for each in RIGHTS if each not in PEOPLES)


class TokenRow(BaseModel):
    """A token; never its value."""

    id: UUID
    name: str
    account: str = Field(description="Whose it is: a program may no more than they may.")
    scopes: list[str]
    hint: str = Field(description="The last four letters of its value.")
    created_at: datetime
    ends_at: datetime
    last_day: date = Field(description="In the organisation's zone.")
    used_at: datetime | None = Field(description="To the ten minutes.")
    revoked_at: datetime | None
    revoked_by: str | None
    counts: bool = Field(description="Whether it still lets a program in.")


class TokenList(BaseModel):
    """The newest 200 tokens of the organisation, and what a new one may be given."""

    tokens: list[TokenRow]
    scopes: list[str] = Field(description="The rights that whoever asks can give to a token.")
    last_day: date = Field(description="The last day that a new one can be good for.")


def tokens(visit: Tokens) -> TokenList:
    """Every token with what it may, when it ends and when it was last used."""
    rows = [
        TokenRow(
            id=each.id, name=each.name, account=each.account, scopes=list(each.scopes), hint=each.hint,
            created_at=each.created_at, ends_at=each.ends_at, last_day=_last_day_of(visit, each.ends_at),
            used_at=each.used_at, revoked_at=each.revoked_at,
            revoked_by=each.revoked_by, counts=each.revoked_at is None and each.ends_at > visit.now,
        )
        for each in visit.parts.tokens().tokens()
    ]  # fmt: skip
    return TokenList(tokens=rows, scopes=[each for each in SCOPES if visit.may(each)], last_day=last_day(visit))


def _last_day_of(visit: Visit, ends_at: datetime) -> date:
    """It ends with its last day, at the midnight after it."""
    return (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(visit.zone)).date()


def last_day(visit: Visit) -> date:
    """In the organisation's zone."""
    return (visit.now + LONGEST).astimezone(ZoneInfo(visit.zone)).date()
