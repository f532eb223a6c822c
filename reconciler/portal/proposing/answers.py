"""What pages show of drafts and proposals: the list, and one with its lines, what is wrong, what it does, who may."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.plans.review.data import data
from reconciler.portal.fields import English
from reconciler.portal.proposing.again import Left, left_of
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.differences import FileLines, differences
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.editors.places import page_of
from reconciler.portal.proposing.judging import Judged, judged
from reconciler.portal.proposing.proposing import Proposer, committed, proposal_of
from reconciler.portal.proposing.reviewing import ReviewBlock, report, shown
from reconciler.portal.proposing.standing import Standing, Word, standing
from reconciler.portal.proposing.wizard.said import resume_of
from reconciler.portal.visiting import Sees
from reconciler.runs.draft import Draft
from reconciler.specs.diagnostic import Diagnostic


class DraftRow(BaseModel):
    """A draft in the list."""

    id: UUID
    title: str
    kind: str
    account: str
    changed_at: datetime
    word: Word
    url: str = Field(description="The pull request's page, where there is a host.")
    resume: str = Field("", description="The page, below the organisation, where one's own is gone on with.")


class Drafts(BaseModel):
    """The newest drafts and proposals of the organisation."""

    available: bool = Field(
        description="Whether the installation names a repository that changes could be proposed to."
    )
    drafts: list[DraftRow]


class Wrong(BaseModel):
    """A finding, in English, with its place."""

    severity: str
    file: str
    line: int
    message: English
    hint: English


class DraftPage(Judged):
    """One draft or proposal."""

    id: UUID
    version: int
    title: str
    kind: str
    account: str
    mine: bool
    changed_at: datetime
    word: Word
    why: list[English]
    branch: str
    commit: str
    url: str
    resume: str = Field("", description="The page where a half finished one is gone on with; empty for others.")
    moved: str = Field(
        "", description="The page of the proposal as it is now, where others have put more on its branch."
    )
    files: list[FileLines]
    left: list[Left] = Field(description="What did not fit any more when it was begun again from what holds now.")
    findings: list[Wrong]
    wrong: bool = Field(description="Whether it cannot be proposed as it is.")
    review: list[ReviewBlock]
    report: dict[str, Any] | None = Field(description="The review as data, as `reconciler review --format json`.")


def drafts(visit: Sees) -> Drafts:
    """What is being changed, and what became of what was proposed."""
    if visit.parts.house.settings.repository is None:
        return Drafts(available=False, drafts=[])
    editing = Editing(visit, visit.parts.house.copy)
    rows = [_row(each, standing(visit, editing.copy, each)) for each in editing.drafts.drafts(most=30)]
    return Drafts(available=True, drafts=rows)


def draft(visit: Sees, draft: UUID) -> DraftPage:
    """One draft or proposal whole: its lines, what is wrong, what it does to records, and whose yes it needs."""
    editing, world = Editing(visit, visit.parts.house.copy), visit.parts.world()
    found = editing.draft(draft)
    stands = standing(visit, editing.copy, found)
    checked = editing.checked(found)
    proposed = found.proposed
    seen = found.files and not checked.wrong and stands.word not in ("dropped", "merged", "refused", "live")
    head = proposed.head if proposed else ""
    if seen and not head and stands.word == "open":
        proposer = Proposer(editing.copy, world, visit.organization.name, None)
        head = committed(proposer, proposal_of(proposer, found, found.base))
    base = editing.copy.head() if proposed else found.base
    review = report(visit, editing.copy, base, head, found.title) if seen and head else None
    before = editing.copy.files(visit.organization.name, found.base)
    branch, commit = (proposed.branch, proposed.head) if proposed else ("", "")
    moved = visit.parts.house.pulls.moved(proposed)
    return DraftPage(
        **_row(found, stands).model_dump(),
        **judged(visit, stands, branch, commit),
        version=found.version,
        mine=found.account == visit.account,
        why=list(stands.why),
        branch=branch,
        commit=commit,
        moved=f"/proposals/{moved.number}" if moved else "",
        files=[each.model_copy(update={"edit": page_of(checked, each.path)})
               for each in differences(before, found.files)],
        left=left_of(found) if stands.word in ("open", "conflict") else [],
        findings=[wrong(each) for each in _new(checked, found)],
        wrong=bool(checked.wrong),
        review=shown(review) if review else [],
        report=data(review) if review else None,
    )  # fmt: skip


def _row(found: Draft, stands: Standing) -> DraftRow:
    return DraftRow(
        id=found.id, title=found.title, kind=found.kind, account=found.account, changed_at=found.changed_at,
        word=stands.word, url=found.proposed.url if found.proposed else "", resume=resume_of(found),
    )  # fmt: skip


def wrong(found: Diagnostic) -> Wrong:
    where = found.origin
    return Wrong(severity=found.severity, file=where.file, line=where.line, message=found.message, hint=found.hint)


def _new(checked: Checked, found: Draft) -> list[Diagnostic]:
    """Errors wherever they are; warnings of the files that the draft changes."""
    return [each for each in checked.findings if each.severity == "error" or each.origin.file in found.files]
