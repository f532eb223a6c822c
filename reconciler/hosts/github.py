"""GitHub, and GitHub Enterprise Server: commits and branches, in its REST API of version 2022-11-28
(docs.github.com/rest).

An Enterprise Server's address is `https://HOSTNAME/api/v3` ("Getting started with the REST API", for GHES).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Where
from reconciler.hosts.dialect import Dialect, Shown
from reconciler.hosts.forge import Forge
from reconciler.hosts.github_commits import message_of, write_proposal
from reconciler.hosts.github_pulls import GitHubPulls
from reconciler.hosts.limits import GITHUB_WRITES
from reconciler.hosts.logins import App, TokenFile
from reconciler.hosts.reading import TITLE, line_at, state_in, text_at
from reconciler.hosts.repository import Api, Repository
from reconciler.runs.host import Proposal, State, Status, Trouble
from reconciler.runs.pull_requests import Check

ADDRESS = "https://api.github.com"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
NO_COMMIT = "No commit found for SHA"
"""The message of a 422 for a commit that the host does not know; a 404 may also mean the repository."""
EXISTS = "already exists"
STATES: Mapping[str, State] = {
    "success": "success", "neutral": "success", "skipped": "success", "pending": "pending", "queued": "pending",
    "in_progress": "pending", "waiting": "pending", "requested": "pending", "error": "error",
}  # fmt: skip
"""States of statuses (rest/commits/statuses), and statuses and conclusions of check runs (rest/checks/runs): "skipped"
and "neutral" do not stop a merge ("About status checks")."""


def host(where: Where, login: TokenFile | App, clock: Clock) -> Forge:
    """A repository at GitHub."""
    api = Api(f"/repos/{where.repository}", GITHUB_WRITES, HEADERS)
    return Forge(Repository(where, api, login, clock), Dialect(GitHubCommits(), GitHubPulls(where.repository)))


class GitHubCommits:
    """See `CommitDialect`."""

    def statuses(self, commit: str) -> tuple[str, str]:
        """rest/commits/statuses#get-the-combined-status-for-a-specific-reference: the latest of each context."""
        return f"/commits/{commit}/status?per_page=100", "statuses"

    def status(self, entry: Mapping[str, Any]) -> tuple[str, Shown]:
        """See `CommitDialect`."""
        said = (text_at(entry, "state"), text_at(entry, "description"), text_at(entry, "target_url"))
        return text_at(entry, "context"), said

    def shows(self, wanted: Shown, found: Shown) -> bool:
        """See `CommitDialect`."""
        return wanted == found

    def posting(self, commit: str, status: Status, words: Shown, there: Shown | None) -> Ask:
        """rest/commits/statuses#create-a-commit-status."""
        state, description, url = words
        body = {"state": state, "context": status.context, "description": description}
        return Ask("POST", f"/statuses/{commit}", {**body, **({"target_url": url} if url else {})})

    def no_commit(self, answer: Answer) -> bool:
        """See `CommitDialect`."""
        return answer.status == 404 or NO_COMMIT in answer.message

    def branch(self, name: str) -> tuple[str, tuple[str, ...]]:
        """rest/git/refs#get-a-reference."""
        return f"/git/ref/heads/{quote(name)}", ("object", "sha")

    def branching(self, name: str, commit: str) -> Ask:
        """rest/git/refs#create-a-reference."""
        return Ask("POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": commit})

    def exists(self, answer: Answer) -> bool:
        """See `CommitDialect`."""
        return answer.status == 422 and EXISTS in answer.message

    def unknown(self, answer: Answer) -> bool:
        """ "Object does not exist" is a 422."""
        return answer.status == 422 and "not exist" in answer.message

    def message(self, repository: Repository, commit: str) -> str | Trouble | None:
        """See `CommitDialect`."""
        return message_of(repository, commit)

    def write(self, repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
        """See `CommitDialect`."""
        return write_proposal(repository, proposal, there)

    def checks(self, repository: Repository, commit: str) -> Sequence[Check] | Trouble:
        """rest/checks/runs#list-check-runs-for-a-git-reference: by default the latest of each."""
        listed = repository.listed(f"/commits/{commit}/check-runs?per_page=100", "check_runs")
        if not isinstance(listed, list):
            return listed
        return [Check(line_at(each, TITLE, "name"), self.state(_word(each))) for each in listed]

    def state(self, word: str) -> State:
        """See `CommitDialect`."""
        return state_in(word, STATES)


def _word(entry: Mapping[str, Any]) -> str:
    """The conclusion of a check run that came to an end; else its status."""
    status = text_at(entry, "status")
    return text_at(entry, "conclusion") if status == "completed" else status
