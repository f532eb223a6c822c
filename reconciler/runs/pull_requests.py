"""What a host says of pull requests, and what is said and done there: comments, reviews, checks, merges.

Nothing here knows which host it is. Names, titles and labels come from outside: they are one line each and bounded,
and are nobody's word before an account stands beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from reconciler.runs.host import PRODUCT, Host, PullRequest, State, Trouble

Verdict = Literal["approved", "changes-requested", "withdrawn"]
"""`withdrawn`: dismissed by somebody, taken back, or undone by the host when the head moved."""
Method = Literal["merge", "squash", "rebase", "fast-forward"]


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is at a host. The id is theirs for ever; a login may be changed, and be somebody else's after."""

    id: int
    login: str


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """An open pull request: `branch` at the commit `head` goes into the branch `into`.

    `author` is None for an account that is gone. `fork` says that the branch is not of this repository, also where the
    other repository is gone: nothing privileged is done for it.
    """

    number: int
    url: str
    title: str
    branch: str
    head: str
    into: str
    author: Account | None
    draft: bool
    fork: bool
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The paths that a pull request touches, before and after a rename; `whole` is False where there are more of them
    than the host lists: those that are not listed are unknown, not untouched.
    """

    paths: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The last word of one account about a pull request.

    `commit` is the head that they judged; empty where the host does not tell, and then it is a yes to no commit. A
    review whose `commit` is not the head now is an old one, whatever the host makes of it.
    """

    by: Account
    verdict: Verdict
    commit: str
    at: datetime

    def is_for(self, head: str) -> bool:
        """Whether it judges this very head."""
        return bool(head) and self.commit == head


@dataclass(frozen=True, slots=True)
class Check:
    """What one program says of a commit: a status, or a run of a check."""

    name: str
    state: State


@dataclass(frozen=True, slots=True)
class Comment:
    """The one comment of an installation at a pull request, in Markdown: first what matters most, since the end is left
    out where the host takes less. `command` is what shows all of it, and is said then.
    """

    installation: str
    body: str
    command: str = f"{PRODUCT} review"

    @property
    def marker(self) -> str:
        """The first line of it, which nobody sees: by it the comment is found again."""
        return f"<!-- {PRODUCT}:{self.installation} -->"


@dataclass(frozen=True, slots=True)
class Merge:
    """What is merged: this head and no other, by one method, into the branch `into` where one is named. Title and text
    are of the commit that it makes, if any.
    """

    head: str
    method: Method = "merge"
    title: str = ""
    body: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A pull request was merged, now or before: the branch that it went into is at `commit`, or past it."""

    commit: str


def last_words(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Of each account the newest, the oldest first. Two of one moment count in the order in which they come."""
    latest = {each.by.id: each for each in sorted(reviews, key=lambda each: each.at)}
    return tuple(sorted(latest.values(), key=lambda each: each.at))


class PullRequests(Protocol):
    """The pull requests of the config repository. Nothing raises: what a host refuses is a value, and the same call may
    be made again at any time. It looks first, and does nothing twice. A list is whole, or it is a `Trouble`.
    """

    def open_pull_requests(self) -> Sequence[OpenPullRequest] | Trouble:
        """All that are open, into whatever branch; the oldest first."""

    def changed_files(self, number: int) -> ChangedFiles | Trouble:
        """What one of them touches."""

    def reviews(self, number: int) -> Sequence[Review] | Trouble:
        """The last word of each account that said yes, asked for changes, or took either back; the oldest first."""

    def checks(self, commit: str) -> Sequence[Check] | Trouble:
        """The latest state of everything that is said of a commit, by whomever."""

    def of_commit(self, commit: str) -> Sequence[PullRequest] | Trouble:
        """The pull requests that a commit belongs to, or came in by; the newest first. None is an empty list."""

    def comment(self, number: int, comment: Comment) -> str | Trouble:
        """Make the installation's one comment say this; its address. It is changed in place, written anew where
        somebody deleted it, and left alone where it says so already. Where there are several, the oldest stays.
        """

    def merge(self, number: int, merge: Merge) -> Merged | Trouble:
        """Merge, once. Refused: `head-moved` where the head is another by now, `rules` where the branch's rules do not
        let it, `conflict` where it cannot be merged, `closed` where somebody closed it.
        """


class ReviewingHost(Host, PullRequests, Protocol):
    """A host with its pull requests."""
