"""What is thought of a proposal, in words that a page shows: whose yes is missing, who holds it, and who merges it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from reconciler.database.portal_proposals import ProposalTable
from reconciler.plans.judgement import Judgement
from reconciler.portal.fields import English
from reconciler.portal.proposing.standing import Standing
from reconciler.portal.visiting import Visit


class Wanted(BaseModel):
    """A yes that is still missing."""

    rule: str
    roles: list[str]
    able: list[str]
    left: int


class Said(BaseModel):
    """What somebody said to it; a `comment` decides nothing."""

    account: str
    word: Literal["author", "approve", "refuse", "withdraw", "comment"]
    reason: str
    at: datetime
    source: str


class Held(BaseModel):
    """Somebody who holds it."""

    account: str
    reason: str


class Judged(BaseModel):
    """Where a proposal stands on its way."""

    needed: list[Wanted]
    held: list[Held]
    said: list[Said] = Field(description="The oldest first.")
    own: bool = Field(description="Whether the visitor wrote it: then their own yes does not count.")
    own_yes: list[str] = Field(description="Authors who said yes to it: that does not count.")
    by_hand: list[English] = Field(description="Why a person merges it; empty where the controller does.")
    at_host: bool = Field(description="Whether a review at the host of git counts as well.")
    lived_s: float | None = Field(description="Seconds from the last word about it until it was applied.")
    live_at: datetime | None


def judged(visit: Visit, stands: Standing, branch: str, head: str) -> dict[str, Any]:
    """The fields of `Judged`."""
    table = ProposalTable(visit.parts.tables, visit.organization.id)
    voices = [each for one in stands.judgements for each in one.voices]
    said = [Said.model_validate(each, from_attributes=True) for each in voices]
    if branch:
        said += [
            Said(account=each.account, word="comment", reason=each.words, at=each.at, source="portal")
            for each in table.comments(branch)
        ]
    lived = table.lived(head) if stands.word == "live" and head else None
    return {
        "needed": list(needed(stands.judgements)),
        "held": [Held(account=each.account, reason=each.reason) for one in stands.judgements
                 for each in one.verdict.held],
        "said": sorted(said, key=lambda each: each.at),
        "own": wrote(stands.judgements, visit.account),
        "own_yes": sorted({each for one in stands.judgements for each in one.verdict.own}),
        "by_hand": list(dict.fromkeys(each for one in stands.judgements for each in one.by_hand)),
        "at_host": visit.parts.house.settings.host is not None,
        "lived_s": lived.seconds if lived else None,
        "live_at": lived.applied_at if lived else None,
    }  # fmt: skip


def wrote(judgements: Iterable[Judgement], account: str) -> bool:
    """Whether an account is an author of it."""
    return any(each.casefold() == account.casefold() for one in judgements for each in one.authors)


def needed(judgements: Iterable[Judgement]) -> Iterable[Wanted]:
    """Each rule that asks for more."""
    for one in judgements:
        for each in one.missing:
            yield Wanted(rule=each.need.rule, roles=list(each.need.roles), able=list(each.able), left=each.left)
