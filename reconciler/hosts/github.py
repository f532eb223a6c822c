"""GitHub as a host.

Every call looks before it writes, and all that it writes either is named by its content (trees, commits) or can be made
once only (a branch, an open pull request of a branch): the same call again goes on where the last one stopped.
"""

from reconciler.clock import Clock
from reconciler.hosts.client import Where
from reconciler.hosts.github_branches import Branches
from reconciler.hosts.github_proposals import Proposals
from reconciler.hosts.github_repository import Repository
from reconciler.hosts.github_statuses import Statuses
from reconciler.hosts.logins import App, TokenFile
from reconciler.runs.host import Proposal, PullRequest, Refused, Status, Trouble


class GitHub:
    """A repository there. See `ports.Host`."""

    def __init__(self, where: Where, login: TokenFile | App, clock: Clock) -> None:
        self._repository = Repository(where, login, clock)
        self._statuses = Statuses(self._repository)
        self._branches = Branches(self._repository)
        self._proposals = Proposals(self._repository, self._branches)

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

    def propose(self, proposal: Proposal) -> PullRequest | Trouble:
        """See `Host`."""
        return proposal.objection() or self._proposals.make(proposal)

    def pull_request(self, branch: str) -> PullRequest | Trouble | None:
        """See `Host`."""
        return self._proposals.newest(branch)

    def close(self) -> None:
        """See `Host`."""
        self._repository.close()
