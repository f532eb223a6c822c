"""A draft begun again from what holds now: its changes are laid onto the followed commit, line by line as git does it.

What does not fit is not forced: there what others wrote stays, and the draft names the lines that it wanted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.git.merging import Merged, merge
from reconciler.portal.proposing.copy import Copy
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.refusals import NotDone
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Proposes
from reconciler.runs.draft import Draft

LEFT = "left"
"""Under which word a draft keeps what did not fit."""
MOST = 50
"""Changes that are named, and lines of each."""


class Left(BaseModel):
    """A change that did not fit any more; without lines it took some away, or the whole file."""

    path: str
    lines: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Laid:
    """The files of a draft on another commit, and what did not fit there."""

    files: Mapping[str, str | None]
    left: tuple[Left, ...]


def begin_again(visit: Proposes, draft: UUID) -> Done:
    """Lay a draft of one's own onto what holds now, as far as it fits. Nothing is proposed by it."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft)
    head = editing.copy.head(fresh=True)
    if head == found.base:
        raise NotDone("proposing.same")
    laid = laid_onto(editing.copy, visit.organization.name, found, head)
    answers: dict[str, Any] = {key: each for key, each in found.answers.items() if key != LEFT}
    if laid.left:
        answers[LEFT] = [each.model_dump() for each in laid.left[:MOST]]
    editing.drafts.save(replace(found, base=head, files=laid.files, answers=answers), visit.now)
    said = "proposing.again-left" if laid.left else "proposing.again"
    return Done(said=said, values={"title": found.title}, back=f"/drafts/{draft}")


def left_of(draft: Draft) -> list[Left]:
    """What did not fit when the draft was begun again."""
    return [Left.model_validate(each) for each in draft.answers.get(LEFT, ())]


def laid_onto(copy: Copy, organization: str, draft: Draft, head: str) -> Laid:
    """The draft's changes on a later commit; what says there what it wanted already is no change any more."""
    before, now = copy.files(organization, draft.base), copy.files(organization, head)
    files: dict[str, str | None] = {}
    left: list[Left] = []
    for path, ours in draft.files.items():
        theirs = _text(now, path)
        text, missed = _file(path, ours, _text(before, path), theirs)
        left += missed
        if text != theirs:
            files[path] = text
    return Laid(files, tuple(left))


def _file(path: str, ours: str | None, base: str | None, theirs: str | None) -> tuple[str | None, list[Left]]:
    """One file, as it becomes, and what of it did not fit."""
    if theirs in (base, ours):
        return ours, []
    if ours is None or theirs is None or base is None:
        return theirs, [Left(path=path, lines=(ours or "").splitlines()[:MOST])]
    found = merge(ours, base, theirs)
    return found.text, list(_left(path, found))


def _left(path: str, found: Merged) -> Iterator[Left]:
    for lines in found.left:
        yield Left(path=path, lines=lines[:MOST])


def _text(files: Mapping[str, bytes], path: str) -> str | None:
    content = files.get(path)
    return None if content is None else content.decode("utf-8", "replace")
