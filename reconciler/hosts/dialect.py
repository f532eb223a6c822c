"""What is a host's own: paths, and the shapes of what is sent there and read. Everything that is done with them, in
which order, and what is done when it does not work, is the same at every host, and stands in the rooms beside this.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from reconciler.hosts.client import Answer, Ask
from reconciler.hosts.reading import Note, Pull
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Proposal, State, Status, Trouble
from reconciler.runs.pull_requests import Check, Merge, Review

Shown = tuple[str, str, str]
"""State, description and address of a status, as we write them."""


class CommitDialect(Protocol):
    """What is said of commits, and branches. A path follows the repository's."""

    def statuses(self, commit: str) -> tuple[str, str]:
        """The list of a commit's statuses, and the name under which its pages hold them."""

    def status(self, entry: Mapping[str, Any]) -> tuple[str, Shown]:
        """The context of a status, and what it says, with the host's own word for its state."""

    def shows(self, wanted: Shown, found: Shown) -> bool:
        """Whether what stands there is what is wanted, as far as this host can show it."""

    def posting(self, commit: str, status: Status, words: Shown, there: Shown | None) -> Ask:
        """The request that makes a status of what stood `there`."""

    def no_commit(self, answer: Answer) -> bool:
        """Whether an answer about statuses says that the commit is unknown."""

    def branch(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Where a branch is shown, and where in it its commit's id is."""

    def branching(self, name: str, commit: str) -> Ask:
        """The request that makes a branch, answered with 201, or with what `exists` or `unknown` tell."""

    def exists(self, answer: Answer) -> bool:
        """Whether an answer says that a branch is there already."""

    def unknown(self, answer: Answer) -> bool:
        """Whether an answer to `branching` says that the commit is unknown."""

    def message(self, repository: Repository, commit: str) -> str | Trouble | None:
        """The message of a commit; None for one that the host does not show."""

    def write(self, repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
        """A commit of a proposal on its branch, which is at its base, or not `there` yet; its id. None where somebody
        else has made or moved the branch meanwhile.
        """

    def checks(self, repository: Repository, commit: str) -> Sequence[Check] | Trouble:
        """What is said of a commit besides its statuses."""

    def state(self, word: str) -> State:
        """Our word for a host's word for a state."""


class PullDialect(Protocol):
    """Pull requests. A reader gives None for what it cannot read."""

    most: int
    """Units of UTF-16 that a comment may have."""

    def pulls(self, repository: Repository, branch: str, into: str) -> list[dict[str, Any]] | Trouble:
        """The pull requests of a branch, the newest first, as they are listed; others may be among them. Those into
        other branches than `into` may be missing, where it is named.
        """

    def open_pulls(self) -> str:
        """The list of open pull requests."""

    def one(self, number: int) -> str:
        """One pull request."""

    def pull(self, entry: Mapping[str, Any]) -> Pull | None:
        """A pull request, as it is listed."""

    def messages(self, number: int) -> tuple[str, tuple[str, ...]]:
        """The list of a pull request's commits, and where in each its message is."""

    def opening(self, proposal: Proposal, title: str, body: str) -> Ask:
        """The request that opens a pull request."""

    def opened(self, answer: Answer) -> bool:
        """Whether a refusal to open one says that its branch has one."""

    def lags(self, answer: Answer) -> bool:
        """Whether a refusal to open one says that the branch is not seen yet."""

    def files(self, number: int) -> str:
        """The list of the files that a pull request touches."""

    def paths(self, entry: Mapping[str, Any]) -> Sequence[str]:
        """The paths of one of them: now, and before a rename."""

    def is_whole(self, body: Any, listed: int) -> bool:
        """Whether so many listed files are all that a pull request, as `one` shows it, touches."""

    def notes(self, number: int) -> str:
        """The list of a pull request's comments."""

    def note(self, number: int, entry: Mapping[str, Any]) -> Note | None:
        """A comment; None for what nobody wrote."""

    def noting(self, number: int, note: int, text: str) -> Ask:
        """The request that changes a comment, or writes one where `note` is 0."""

    def erasing(self, number: int, note: int) -> Ask:
        """The request that takes a comment away."""

    def plain(self, text: str) -> str:
        """A text in which nothing is a command to the host."""

    def reviews(self, repository: Repository, number: int) -> Sequence[Review] | Trouble:
        """All that was said about a pull request, of which the last words count."""

    def of_commit(self, repository: Repository, commit: str) -> Sequence[Mapping[str, Any]] | Answer | Trouble:
        """The pull requests of a commit, as they are listed."""

    def merging(self, repository: Repository, pull: Pull, merge: Merge) -> Ask | Trouble:
        """The request that merges."""


class Dialect(NamedTuple):
    """One host's."""

    commits: CommitDialect
    pulls: PullDialect
