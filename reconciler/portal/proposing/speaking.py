"""Saying something to a proposal: a yes, a no, the last word taken back, or a few words that decide nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from reconciler.database.portal_proposals import ProposalComment, ProposalTable
from reconciler.engine.approval import check_voice, speak
from reconciler.errors import Blocked, PlanRefused
from reconciler.plans.approval import Voice
from reconciler.plans.judgement import Judgement
from reconciler.portal.fields import Reason
from reconciler.portal.visiting import Visit
from reconciler.specs.sentences import say


def nothing() -> Blocked:
    """There is nothing that could be spoken to."""
    return Blocked("nothing of it waits for anybody", "look at where it stands now")


def elsewhere() -> Blocked:
    """It is not what was looked at any more."""
    return Blocked("it is at another commit by now", "look at it again, then say so again")


class Word(BaseModel):
    """A yes, a no, the last word taken back, or a comment; with why."""

    word: Literal["approve", "refuse", "withdraw", "comment"]
    reason: Reason
    commit: str = Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$", description="The commit that was looked at.")


@dataclass(frozen=True, slots=True)
class At:
    """What is spoken about: the proposal's branch, and the commit that it is at now."""

    branch: str
    head: str


def spoken(visit: Visit, judgements: Sequence[Judgement], about: At, wanted: Word) -> None:
    """Write it down, and have a controller look. Raises Blocked where nothing waits, or it is not at the commit that
    was looked at, PlanRefused for somebody who has no role.
    """
    if not judgements:
        raise nothing()
    if wanted.commit != about.head:
        raise elsewhere()
    voices = [_voice(visit, each, wanted) for each in judgements] if wanted.word != "comment" else []
    for each, voice in zip(judgements, voices, strict=False):
        check_voice(voice)
        if not each.asked.roles(voice):
            raise PlanRefused(
                say("{account} has no role here as it is applied", account=visit.account), "an admin gives roles"
            )
    for voice in voices:
        speak(visit.parts.world(), voice)
    if wanted.word == "comment":
        table = ProposalTable(visit.parts.tables, visit.organization.id)
        table.comment(about.branch, ProposalComment(visit.account, wanted.reason, about.head, visit.now))


def _voice(visit: Visit, judgement: Judgement, wanted: Word) -> Voice:
    step = judgement.intent
    assert wanted.word != "comment", "a comment is nobody's voice"
    return Voice(
        organization=step.organization,
        organization_id=step.organization_id,
        intent=step.digest,
        account=visit.account,
        word=wanted.word,
        source="portal",
        revision=wanted.commit,
        reason=wanted.reason,
        at=visit.now,
        as_platform=bool(visit.person and visit.person.operator),
    )
