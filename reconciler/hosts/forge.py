"""Any host: one way of doing things, over one host's paths and shapes.

Every call looks before it writes, and all that it writes can be made once only: the same call again goes on where the
last one stopped.
"""

from collections.abc import Sequence

from reconciler.hosts.branches import Branches
from reconciler.hosts.comments import Comments
from reconciler.hosts.dialect import Dialect
from reconciler.hosts.merging import Merging
from reconciler.hosts.proposals import Proposals
from reconciler.hosts.pulls import Pulls
from reconciler.hosts.repository import Repository
from reconciler.hosts.statuses import Statuses
from reconciler.runs.host import Claim, Proposal, PullRequest, Refused, Status, Trouble
from reconciler.runs.pull_requests import ChangedFiles, Check, Comment, Merge, Merged, OpenPullRequest, Review


class Forge:
    """A repository at a host. See `Host` and `PullRequests`."""

    def __init__(self, repository: Repository, dialect: Dialect) -> None:
        self._repository = repository
        self._statuses = Statuses(repository, dialect.commits)
        self._branches = Branches(repository, dialect.commits)
        self._proposals = Proposals(repository, dialect, self._branches)
        self._pulls = Pulls(repository, dialect, self._statuses)
        self._comments = Comments(repository, dialect.pulls)
        self._merging = Merging(repository, dialect.pulls)

    def set_status(self, commit: str, *statuses: Status) -> Trouble | None:
        """See `Host`."""
        return self._statuses.put(commit, statuses)

    def branch(self, name: str, commit: str) -> Trouble | None:
        """See `Host`."""
        made = self._branches.make(name, commit)
        if isinstance(made, str):
            elsewhere = Refused(
                f"the branch {name} is there already, at another commit", "taken", "choose another name"
            )
            return None if made == commit else elsewhere
        return made

    def propose(self, proposal: Proposal, claim: Claim | None = None) -> PullRequest | Trouble:
        """See `Host`."""
        return proposal.objection() or self._proposals.make(proposal, claim)

    def pull_request(self, branch: str) -> PullRequest | Trouble | None:
        """See `Host`."""
        return self._proposals.newest(branch)

    def open_pull_requests(self) -> Sequence[OpenPullRequest] | Trouble:
        """See `PullRequests`."""
        return self._pulls.open()

    def changed_files(self, number: int) -> ChangedFiles | Trouble:
        """See `PullRequests`."""
        return self._pulls.files(number)

    def reviews(self, number: int) -> Sequence[Review] | Trouble:
        """See `PullRequests`."""
        return self._pulls.reviews(number)

    def checks(self, commit: str) -> Sequence[Check] | Trouble:
        """See `PullRequests`."""
        return self._pulls.checks(commit)

    def of_commit(self, commit: str) -> Sequence[PullRequest] | Trouble:
        """See `PullRequests`."""
        return self._pulls.of_commit(commit)

    def comment(self, number: int, comment: Comment) -> str | Trouble:
        """See `PullRequests`."""
        return self._comments.put(number, comment)

    def merge(self, number: int, merge: Merge) -> Merged | Trouble:
        """See `PullRequests`."""
        return self._merging.merge(number, merge)

    def close(self) -> None:
        """See `Host`."""
        self._repository.close()
