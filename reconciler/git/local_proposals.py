"""Proposals in a bare repository of this machine, where there is no host of git: branches below `proposal/`.

Nobody reviews or comments here: who wrote a proposal and who approves it is said to the reconciler itself. A merge is a
fast-forward of the followed branch, in one step, or nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Blocked
from reconciler.git.plumbing import Plumbing
from reconciler.runs.host import COMMIT, Later, PullRequest, Refused, Trouble, is_branch
from reconciler.runs.pull_requests import ChangedFiles, Check, Comment, Merge, Merged, OpenPullRequest, Review

BELOW = ("proposal/", "rollback/")
"""Where branches are that somebody proposes to be merged: other branches are somebody's work."""


@dataclass(frozen=True, slots=True)
class LocalProposals:
    """The PullRequests port on the repository in `folder`, whose branch `into` is followed."""

    folder: Path
    into: str

    def open_pull_requests(self) -> Sequence[OpenPullRequest] | Trouble:
        """See the port: those that the followed branch does not hold yet."""
        try:
            tip = self._git.commit(f"refs/heads/{self.into}")
            listed = self._git.line(
                "for-each-ref", f"--no-merged={tip}", "--sort=committerdate", "--format=%(objectname) %(refname)",
                *(f"refs/heads/{each}" for each in BELOW),
            )  # fmt: skip
        except Blocked as error:
            return Refused(error.message, "not-found", error.hint)
        rows = (line.split(" ", 1) for line in listed.splitlines())
        return [self._open(name.removeprefix("refs/heads/"), head) for head, name in rows]

    def changed_files(self, number: int) -> ChangedFiles | Trouble:
        """See the port; what git itself tells is asked of the copy."""
        return ChangedFiles(frozenset(), whole=False)

    def reviews(self, number: int) -> Sequence[Review] | Trouble:
        """See the port."""
        return []

    def checks(self, commit: str) -> Sequence[Check] | Trouble:
        """See the port."""
        return []

    def of_commit(self, commit: str) -> Sequence[PullRequest] | Trouble:
        """See the port."""
        return []

    def comment(self, number: int, comment: Comment) -> str | Trouble:
        """See the port: `reconciler approvals` shows it instead."""
        return ""

    def merge(self, number: int, merge: Merge) -> Merged | Trouble:
        """See the port. A branch that somebody has checked out is not moved under their hands."""
        git, reference = self._git, f"refs/heads/{self.into}"
        try:
            if git.line("rev-parse", "--is-bare-repository") != "true":
                hint = f"follow a bare repository, or merge by hand: git merge --ff-only {merge.head[:10]}"
                return Refused("somebody works in this repository, and its branch is not moved", "rules", hint)
            tip = git.commit(reference)
            if git.run("merge-base", "--is-ancestor", merge.head, tip).returncode == 0:
                return Merged(tip)
            if COMMIT.fullmatch(merge.head) is None or not self._is_at(number, merge.head):
                return Refused("the proposal is at another commit by now", "head-moved")
            if git.run("merge-base", "--is-ancestor", tip, merge.head).returncode != 0:
                return Refused(f"{self.into} has moved on since", "conflict", f"rebase it on {self.into}")
            # Only from where it was: who pushed in between is not written over.
            if git.run("update-ref", reference, merge.head, tip).returncode != 0:
                return Refused(f"{self.into} moved at the same moment", "conflict", "it is looked at again")
        except Blocked as error:
            return Refused(error.message, "not-found", error.hint)
        return Merged(merge.head)

    def _is_at(self, number: int, head: str) -> bool:
        found = self.open_pull_requests()
        return not isinstance(found, Later | Refused) and any(
            (each.number, each.head) == (number, head) for each in found
        )

    def _open(self, branch: str, head: str) -> OpenPullRequest:
        """A branch has no number: one is made of its name, the same for ever."""
        number = int(hashlib.sha256(branch.encode()).hexdigest()[:8], 16)
        shown = branch if is_branch(branch) else ""
        return OpenPullRequest(number, "", shown, shown, head, self.into, None, draft=False, fork=False)

    @property
    def _git(self) -> Plumbing:
        return Plumbing(self.folder)
