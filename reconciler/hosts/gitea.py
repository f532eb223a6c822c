"""Gitea and Forgejo: commits and branches in their REST API, version 1 (docs.gitea.com/api; `/swagger.v1.json` at every
server; go-gitea/gitea, routers/api/v1/repo).

Their address is `https://HOSTNAME/api/v1`. Their pages have fifty entries where nobody configured otherwise.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Where
from reconciler.hosts.dialect import Dialect, Shown
from reconciler.hosts.forge import Forge
from reconciler.hosts.gitea_commits import message_of, write_proposal
from reconciler.hosts.gitea_pulls import GiteaPulls
from reconciler.hosts.limits import MINUTELY
from reconciler.hosts.logins import App, TokenFile
from reconciler.hosts.reading import state_in, text_at
from reconciler.hosts.repository import Api, Repository
from reconciler.runs.host import Proposal, State, Status, Trouble
from reconciler.runs.pull_requests import Check

STATES: Mapping[str, State] = {"success": "success", "skipped": "success", "pending": "pending", "error": "error"}
"""modules/commitstatus: also `failure` and `warning`, of which neither is a success here."""


def host(where: Where, login: TokenFile | App, clock: Clock) -> Forge:
    """A repository at a Gitea or a Forgejo."""
    api = Api(f"/repos/{where.repository}", MINUTELY)
    return Forge(Repository(where, api, login, clock), Dialect(GiteaCommits(), GiteaPulls(where.repository)))


class GiteaCommits:
    """See `CommitDialect`."""

    def statuses(self, commit: str) -> tuple[str, str]:
        """repoListStatuses: all of them, of which the highest id of a context is the latest. The combined status has
        the latest alone, and does not tell how many pages of them there are.
        """
        return f"/commits/{commit}/statuses?limit=50", ""

    def status(self, entry: Mapping[str, Any]) -> tuple[str, Shown]:
        """See `CommitDialect`. The state of a status is called `status` there."""
        said = (text_at(entry, "status"), text_at(entry, "description"), text_at(entry, "target_url"))
        return text_at(entry, "context"), said

    def shows(self, wanted: Shown, found: Shown) -> bool:
        """See `CommitDialect`."""
        return wanted == found

    def posting(self, commit: str, status: Status, words: Shown, there: Shown | None) -> Ask:
        """repoCreateStatus."""
        state, description, url = words
        body = {"state": state, "context": status.context, "description": description, "target_url": url}
        return Ask("POST", f"/statuses/{commit}", body)

    def no_commit(self, answer: Answer) -> bool:
        """See `CommitDialect`. Gitea answers a repository that it does not show with the very same words."""
        return answer.status in (404, 422)

    def branch(self, name: str) -> tuple[str, tuple[str, ...]]:
        """repoGetBranch."""
        return f"/branches/{quote(name)}", ("commit", "id")

    def branching(self, name: str, commit: str) -> Ask:
        """repoCreateBranch; `old_ref_name` may be a commit."""
        return Ask("POST", "/branches", {"new_branch_name": name, "old_ref_name": commit})

    def exists(self, answer: Answer) -> bool:
        """ "The branch with the same name already exists" is a 409."""
        return answer.status == 409

    def unknown(self, answer: Answer) -> bool:
        """ "The old branch does not exist" is a 404, and so is a repository that is not shown: it has other words."""
        return answer.status == 404 and "branch" in answer.message

    def message(self, repository: Repository, commit: str) -> str | Trouble | None:
        """See `CommitDialect`."""
        return message_of(repository, commit)

    def write(self, repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
        """See `CommitDialect`."""
        return write_proposal(repository, proposal, there)

    def checks(self, repository: Repository, commit: str) -> Sequence[Check] | Trouble:
        """What Actions say is among the statuses."""
        return ()

    def state(self, word: str) -> State:
        """See `CommitDialect`."""
        return state_in(word, STATES)
