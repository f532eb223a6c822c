"""Proposals: a branch, a commit and a pull request, made once.

A proposal is known by the last line of its commit's message. Each step looks first and can be repeated: the commit and
its branch (how, is the host's: see the dialects), and then the pull request, of which a branch has one open at most.
"""

from reconciler.hosts.branches import Branches, taken
from reconciler.hosts.client import Answer
from reconciler.hosts.dialect import Dialect
from reconciler.hosts.reading import Pull, text_at
from reconciler.hosts.repository import Repository
from reconciler.runs.host import (
    TITLE,
    Claim,
    Later,
    Proposal,
    PullRequest,
    Refused,
    Trouble,
    is_branch,
    lines,
    one_line,
)

BODY = 60_000
"""Characters: GitHub takes 65,536 of a pull request's text, the others more; an ending says that it was cut."""


class Proposals:
    """The proposals of a repository."""

    def __init__(self, repository: Repository, dialect: Dialect, branches: Branches) -> None:
        self._repository, self._dialect, self._branches = repository, dialect, branches

    def make(self, proposal: Proposal, claim: Claim | None = None) -> PullRequest | Trouble:
        """The pull request of a proposal: the one that is there already, or a new one."""
        found = self._found(proposal)
        if found is not None:
            return found
        committed = self._on_branch(proposal)
        if not isinstance(committed, str):
            return committed
        if claim is not None:
            claim(committed)
        return self._opened(proposal)

    def newest(self, branch: str) -> PullRequest | Trouble | None:
        """The open pull request of a branch, or else the newest one; None where there never was one."""
        listed = self._listed(branch, "")
        return (listed[0].told if listed else None) if isinstance(listed, list) else listed

    def _found(self, proposal: Proposal) -> PullRequest | Trouble | None:
        """The pull request that was made for it. Of a branch that others use, and of none, nothing is made."""
        listed = self._listed(proposal.branch, proposal.into)
        if not isinstance(listed, list):
            return listed
        for each in listed:
            path, names = self._dialect.pulls.messages(each.number)
            commits = self._repository.listed(path)
            if not isinstance(commits, list):
                return commits
            if any(proposal.is_in(text_at(one, *names)) for one in commits):
                return each.told
        return taken(proposal.branch) if listed else None

    def _listed(self, branch: str, into: str) -> list[Pull] | Trouble:
        """Of this very branch, whatever else the host lists: it leaves a filter out that it does not understand."""
        if not is_branch(branch):
            return Refused(f"'{one_line(branch, 60)}' is no branch", "invalid", "letters, digits and ./@+-")
        listed = self._dialect.pulls.pulls(self._repository, branch, into)
        if not isinstance(listed, list):
            return listed
        known = self._repository.whole("/pulls", [self._dialect.pulls.pull(each) for each in listed])
        if not isinstance(known, list):
            return known
        ours = [each for each in known if each.branch == branch and not each.fork]
        return sorted(ours, key=lambda each: each.state != "open")

    def _on_branch(self, proposal: Proposal) -> str | Trouble:
        """The proposal's commit on its branch: as it is there, or made now."""
        there = self._branches.at(proposal.branch)
        if isinstance(there, Later | Refused):
            return there
        if there is not None and there != proposal.base:
            return self._ours(proposal, there)
        made = self._dialect.commits.write(self._repository, proposal, there)
        if made is not None:
            return made
        there = self._branches.at(proposal.branch)
        if isinstance(there, Later | Refused):
            return there
        if there is None or there == proposal.base:
            return self._repository.client.later(f"the host does not move the branch {proposal.branch}")
        return self._ours(proposal, there)

    def _ours(self, proposal: Proposal, there: str) -> str | Trouble:
        message = self._dialect.commits.message(self._repository, there)
        if isinstance(message, Later | Refused):
            return message
        return there if message is not None and proposal.is_in(message) else taken(proposal.branch)

    def _opened(self, proposal: Proposal) -> PullRequest | Trouble:
        title = one_line(proposal.title, TITLE) or proposal.branch
        body = self._dialect.pulls.plain(lines(proposal.body, BODY))
        answer = self._repository.ask(self._dialect.pulls.opening(proposal, title, body))
        if not isinstance(answer, Answer) or not 400 <= answer.status < 500:
            return self._read(answer)
        return self._not_opened(proposal, answer)

    def _read(self, answer: Answer | Trouble) -> PullRequest | Trouble:
        if not isinstance(answer, Answer) or answer.status != 201:
            return self._repository.trouble(answer)
        made = self._dialect.pulls.pull(answer.body) if isinstance(answer.body, dict) else None
        return made.told if made else self._repository.client.later("the host's pull request cannot be read")

    def _not_opened(self, proposal: Proposal, answer: Answer) -> PullRequest | Trouble:
        """Somebody else was faster, or one of the branches is not there (yet: the host may lag behind)."""
        later = self._repository.client.later
        if self._dialect.pulls.opened(answer):
            return self._found(proposal) or later(
                "the host has a pull request of this branch, and does not list it yet"
            )
        if self._dialect.pulls.lags(answer):
            return later(f"the host does not know the branch yet: {answer.message}")
        if self._branches.at(proposal.into) is None:
            hint = "name a branch of this repository"
            return Refused(f"there is no branch {proposal.into} to propose to", "invalid", hint)
        return self._repository.trouble(answer)
