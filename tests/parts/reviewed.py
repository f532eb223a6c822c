"""Pull requests over a bare repository, as a host tells them: people, reviews, checks and troubles stand in lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from reconciler.git.local_proposals import LocalProposals
from reconciler.runs.host import Later, PullRequest, Refused, Status, Trouble
from reconciler.runs.pull_requests import (
    Account,
    ChangedFiles,
    Check,
    Comment,
    Merge,
    Merged,
    OpenPullRequest,
    Review,
    Verdict,
)

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass
class Reviewed:
    """The PullRequests port, and what of Host the proposals need. `people` opens and reviews; `trouble` is what the
    calls named answer; `before_merge` happens in the moment before a merge.
    """

    folder: Path
    author: Account | None = None
    said: list[Review] = field(default_factory=list)
    green: list[Check] = field(default_factory=list)
    fork: bool = False
    draft: bool = False
    trouble: dict[str, Later | Refused] = field(default_factory=dict)
    before_checks: Callable[[], None] = lambda: None
    before_merge: Callable[[], None] = lambda: None
    comments: dict[int, str] = field(default_factory=dict)
    statuses: dict[str, list[Status]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def review(self, login: str, verdict: Verdict, commit: str, number: int = 0) -> None:
        """A word of an account whose number is made of its letters, where none is given."""
        by = Account(number or sum(map(ord, login)), login)
        self.said = [*(each for each in self.said if each.by != by), Review(by, verdict, commit, AT)]

    def status(self, commit: str) -> tuple[str, str]:
        """What stands beside a commit now."""
        found = self.statuses[commit][-1]
        return found.state, found.description

    def open_pull_requests(self) -> Sequence[OpenPullRequest] | Trouble:
        listed = self._answer("open") or self._local.open_pull_requests()
        if isinstance(listed, Later | Refused):
            return listed
        return [replace(each, author=self.author, fork=self.fork, draft=self.draft) for each in listed]

    def changed_files(self, number: int) -> ChangedFiles | Trouble:
        return self._local.changed_files(number)

    def reviews(self, number: int) -> Sequence[Review] | Trouble:
        return self._answer("reviews") or list(self.said)

    def checks(self, commit: str) -> Sequence[Check] | Trouble:
        self.before_checks()
        return self._answer("checks") or list(self.green)

    def of_commit(self, commit: str) -> Sequence[PullRequest] | Trouble:
        return []

    def comment(self, number: int, comment: Comment) -> str | Trouble:
        if (trouble := self._answer("comment")) is not None:
            return trouble
        self.comments[number] = comment.body
        return f"https://host.example.org/{number}#comment"

    def merge(self, number: int, merge: Merge) -> Merged | Trouble:
        self.before_merge()
        self.merges.append(merge)
        return self._answer("merge") or self._local.merge(number, merge)

    def set_status(self, commit: str, *statuses: Status) -> Trouble | None:
        if (trouble := self._answer("status")) is not None:
            return trouble
        self.statuses.setdefault(commit, []).extend(statuses)
        return None

    def branch(self, name: str, commit: str) -> Trouble | None:
        raise AssertionError(name)

    def propose(self, proposal: object) -> Trouble:
        raise AssertionError(proposal)

    def pull_request(self, branch: str) -> Trouble | None:
        raise AssertionError(branch)

    def close(self) -> None:
        return

    def _answer(self, what: str) -> Later | Refused | None:
        self.asked.append(what)
        return self.trouble.get(what)

    @property
    def _local(self) -> LocalProposals:
        return LocalProposals(self.folder, "main")
