"""GitLab, theirs or one's own: commits and branches in its REST API, version 4 (docs.gitlab.com/api/commits).

A project is named by its whole path, quoted ("REST API", Namespaced paths). Tokens go as `Authorization: Bearer`, which
takes personal, group and project access tokens ("REST API authentication").
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Where
from reconciler.hosts.dialect import Dialect, Shown
from reconciler.hosts.forge import Forge
from reconciler.hosts.gitlab_commits import message_of, write_proposal
from reconciler.hosts.gitlab_pulls import GitLabPulls
from reconciler.hosts.limits import MINUTELY
from reconciler.hosts.logins import App, TokenFile
from reconciler.hosts.reading import state_in, text_at
from reconciler.hosts.repository import Api, Repository
from reconciler.runs.host import Proposal, State, Status, Trouble
from reconciler.runs.pull_requests import Check

ADDRESS = "https://gitlab.com/api/v4"
STATES: Mapping[str, State] = {
    "success": "success", "skipped": "success", "manual": "success", "pending": "pending", "running": "pending",
    "created": "pending", "waiting_for_resource": "pending", "preparing": "pending", "scheduled": "pending",
}  # fmt: skip
"""States of jobs, which is what a commit's statuses are there (docs.gitlab.com/api/jobs); `failed`, `canceled` and all
others are no success."""
WORDS: Mapping[State, str] = {"pending": "pending", "success": "success", "failure": "failed", "error": "failed"}
"""docs.gitlab.com/api/commits, Set commit pipeline status: pending, running, success, failed, canceled, skipped."""


def host(where: Where, login: TokenFile | App, clock: Clock) -> Forge:
    """A project at GitLab."""
    api = Api(f"/projects/{quote(where.repository, safe='')}", MINUTELY)
    return Forge(Repository(where, api, login, clock), Dialect(GitLabCommits(), GitLabPulls(where)))


class GitLabCommits:
    """See `CommitDialect`."""

    def statuses(self, commit: str) -> tuple[str, str]:
        """docs.gitlab.com/api/commits, List commit statuses: the latest of each."""
        return f"/repository/commits/{commit}/statuses?per_page=100", ""

    def status(self, entry: Mapping[str, Any]) -> tuple[str, Shown]:
        """See `CommitDialect`."""
        said = (text_at(entry, "status"), text_at(entry, "description"), text_at(entry, "target_url"))
        return text_at(entry, "name"), said

    def shows(self, wanted: Shown, found: Shown) -> bool:
        """A status that is `running` takes no other words before it ends: "Cannot transition status via :run from
        :running" (Ci::CreateCommitStatusService). It is left as it is.
        """
        if self.state(found[0]) == "pending" == wanted[0] and found[0] == "running":
            return True
        state = next((told for ours, told in WORDS.items() if ours == wanted[0]), "")
        return (state, *wanted[1:]) == found

    def posting(self, commit: str, status: Status, words: Shown, there: Shown | None) -> Ask:
        """docs.gitlab.com/api/commits, Set commit pipeline status. Other words for a pending one are those of a running
        one, since a state cannot follow itself.
        """
        state, description, url = words
        told = "running" if state == "pending" and there is not None and there[0] == "pending" else WORDS[status.state]
        body = {"state": told, "name": status.context, "description": description}
        return Ask("POST", f"/statuses/{commit}", {**body, **({"target_url": url} if url else {})})

    def no_commit(self, answer: Answer) -> bool:
        """ "404 Commit Not Found", and not "404 Project Not Found"."""
        return answer.status == 404 and "Project" not in answer.message

    def branch(self, name: str) -> tuple[str, tuple[str, ...]]:
        """docs.gitlab.com/api/branches, Get single repository branch."""
        return f"/repository/branches/{quote(name, safe='')}", ("commit", "id")

    def branching(self, name: str, commit: str) -> Ask:
        """docs.gitlab.com/api/branches, Create repository branch."""
        return Ask("POST", "/repository/branches", {"branch": name, "ref": commit})

    def exists(self, answer: Answer) -> bool:
        """ "Branch already exists" is a 400."""
        return answer.status == 400 and "already exists" in answer.message

    def unknown(self, answer: Answer) -> bool:
        """ "Invalid reference name: ..." is a 400."""
        return answer.status == 400 and "nvalid reference" in answer.message

    def message(self, repository: Repository, commit: str) -> str | Trouble | None:
        """See `CommitDialect`."""
        return message_of(repository, commit)

    def write(self, repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
        """See `CommitDialect`."""
        return write_proposal(repository, proposal, there)

    def checks(self, repository: Repository, commit: str) -> Sequence[Check] | Trouble:
        """A pipeline's jobs are among the statuses."""
        return ()

    def state(self, word: str) -> State:
        """See `CommitDialect`."""
        return state_in(word, STATES)
