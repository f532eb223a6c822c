"""What pages show of proposals: all that is under way in an organisation, and one that was not begun in the portal."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from reconciler.errors import Blocked, UsageError
from reconciler.plans.review.data import data
from reconciler.portal.fields import English
from reconciler.portal.proposing.differences import FileLines, differences
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.judging import Judged, judged, needed, wrote
from reconciler.portal.proposing.proposals.looking import Looked, looked, looked_at
from reconciler.portal.proposing.pulls import Listed
from reconciler.portal.proposing.reviewing import ReviewBlock, report, shown
from reconciler.portal.proposing.standing import Standing, Word, followed, standing
from reconciler.portal.visiting import Sees, Visit
from reconciler.runs.draft import Draft
from reconciler.runs.pull_requests import OpenPullRequest

Number = Annotated[int, Path(ge=1, le=2**53, description="The pull request's number, or one that its branch gives.")]
MOST, DONE = 40, 10
"""Drafts that are looked at, and finished ones that are shown."""
OVER = ("closed", "live", "dropped")


class ProposalRow(BaseModel):
    """A change in the list. `page` is its page below the organisation."""

    title: str
    page: str
    word: Word
    accounts: list[str] = Field(description="Who is known to have written it.")
    mine: bool
    here: bool = Field(description="Whether it was begun in the portal.")
    roles: list[str] = Field(description="Roles of whom it waits for.")
    able: list[str] = Field(description="Accounts of whom it waits for.")
    at: datetime | None = Field(description="When it was changed last, where that is known.")
    url: str


class Proposals(BaseModel):
    """What is being changed in the organisation, and what has come of it."""

    available: bool = Field(description="Whether the installation names a repository that could be proposed to.")
    drafts: list[ProposalRow] = Field(description="The visitor's own that are not proposed yet.")
    open: list[ProposalRow]
    done: list[ProposalRow]
    problem: English = Field("", description="Why open proposals are not known as they are now.")
    more: int = Field(0, description="Open proposals that are not looked at.")


class ProposalPage(Judged):
    """One proposal that was not begun in the portal, or is looked at by its number."""

    number: int
    title: str
    word: Word
    accounts: list[str]
    url: str
    branch: str
    commit: str
    why: list[English]
    whole: bool = Field(description="Whether it is about this organisation alone.")
    files: list[FileLines]
    review: list[ReviewBlock]
    report: dict[str, Any] | None = Field(description="The review as data, as `reconciler review --format json`.")


def proposals(visit: Sees) -> Proposals:
    """Own drafts, and every open proposal about the organisation, also those that were not begun in the portal."""
    if visit.parts.house.settings.repository is None:
        return Proposals(available=False, drafts=[], open=[], done=[])
    editing, listed = Editing(visit, visit.parts.house.copy), visit.parts.house.pulls.listed()
    found = editing.drafts.drafts(most=MOST)
    drafts = [_of_draft(editing, each, listed) for each in found if not each.proposed and each.account == visit.account]
    # What others have put more on is theirs too: it is shown as it is now.
    ours = [each for each in found if each.proposed and visit.parts.house.pulls.moved(each.proposed) is None]
    begun = [_of_draft(editing, each, listed) for each in ours]
    branches = {each.proposed.branch for each in ours if each.proposed}
    others, problem = _others(visit, [each for each in listed.pulls if each.branch not in branches])
    return Proposals(
        available=True,
        drafts=drafts,
        open=[each for each in [*begun, *others] if each.word not in OVER],
        done=[each for each in begun if each.word in OVER][:DONE],
        problem=listed.problem or problem,
        more=listed.more,
    )


def proposal(visit: Sees, number: Number) -> ProposalPage:
    """One proposal: its lines, what it does to configuration and records, whose yes it needs, and who said what."""
    found, copy = looked_at(visit, number), visit.parts.house.copy
    pull, head = found.pull, found.change.head
    judgeable = pull is not None and found.standing.word != "unusable" and found.base
    review = report(visit, copy, copy.head(), head, _title(found), admitted=found.admitted) if judgeable else None
    before = copy.files(visit.organization.name, found.base) if found.base else {}
    return ProposalPage(
        **judged(visit, found.standing, pull.branch if pull else "", head),
        number=number,
        title=_title(found),
        word=found.standing.word,
        accounts=found.authors,
        url=pull.url if pull else "",
        branch=pull.branch if pull else "",
        commit=head,
        why=list(found.standing.why),
        whole=found.whole,
        files=list(differences(before, found.change.files)),
        review=shown(review) if review else [],
        report=data(review) if review else None,
    )


def _others(visit: Visit, pulls: list[OpenPullRequest]) -> tuple[list[ProposalRow], str]:
    """Those that are about the organisation, the newest first; what cannot be read hides no other."""
    rows, problem = [], ""
    try:
        head = followed(visit.parts.house.copy, visit.parts.world(), visit.organization.name)
    except (Blocked, UsageError) as error:
        return [], error.message
    for pull in reversed(pulls):
        try:
            found = looked(visit, pull, head)
        except (Blocked, UsageError) as error:
            problem = error.message
            continue
        if found is not None:
            rows.append(_of_pull(visit, found, pull))
    return rows, problem


def _of_pull(visit: Visit, found: Looked, pull: OpenPullRequest) -> ProposalRow:
    return ProposalRow(
        title=_title(found),
        page=f"/proposals/{found.number}",
        word=found.standing.word,
        accounts=found.authors,
        mine=wrote(found.judgements, visit.account),
        here=False,
        at=max((each.at for one in found.judgements for each in one.voices), default=None),
        url=pull.url,
        **_waits(found.standing),
    )


def _of_draft(editing: Editing, found: Draft, listed: Listed) -> ProposalRow:
    visit = editing.visit
    stands = standing(visit, editing.copy, found)
    return ProposalRow(
        title=found.title,
        page=f"/drafts/{found.id}",
        word="closed" if _closed(found, stands, listed) else stands.word,
        accounts=[found.account],
        mine=found.account == visit.account,
        here=True,
        at=found.changed_at,
        url=found.proposed.url if found.proposed else "",
        **_waits(stands),
    )


def _closed(found: Draft, stands: Standing, listed: Listed) -> bool:
    """Whether what was proposed is open no more, as far as that is known, and was not merged."""
    if found.proposed is None or stands.word in ("merged", "refused", "live") or not listed.whole:
        return False
    return all(each.branch != found.proposed.branch for each in listed.pulls)


def _waits(stands: Standing) -> dict[str, Any]:
    """Of whom it waits for somebody's yes."""
    missing = list(needed(stands.judgements))
    roles = dict.fromkeys(role for each in missing for role in each.roles)
    return {"roles": list(roles), "able": sorted({account for each in missing for account in each.able})}


def _title(found: Looked) -> str:
    return (found.pull.title or found.pull.branch) if found.pull is not None else found.change.head[:10]
