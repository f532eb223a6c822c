"""Commits and pull requests at GitHub (docs.github.com/rest/git and /rest/pulls).

A proposal is known by the last line of its commit's message. It is made so that each step can be repeated: the tree and
the commit are named by their content; the branch is made at that commit, in one step; and of one branch there is one
open pull request at most.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import quote

from reconciler.hosts.client import Answer
from reconciler.hosts.github_branches import EXISTS, Branches, taken
from reconciler.hosts.github_repository import UNREAD, Repository, text_at
from reconciler.runs.host import (
    TITLE,
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
"""Characters: the API takes 65,536 of a pull request's text, and an ending says that it was cut."""
FILE = "100644"


class Proposals:
    """The proposals of a repository."""

    def __init__(self, repository: Repository, branches: Branches) -> None:
        self._repository = repository
        self._branches = branches

    def make(self, proposal: Proposal) -> PullRequest | Trouble:
        """The pull request of a proposal: the one that is there already, or a new one."""
        found = self._found(proposal)
        if found is not None:
            return found
        committed = self._on_branch(proposal)
        return self._opened(proposal) if isinstance(committed, str) else committed

    def newest(self, branch: str) -> PullRequest | Trouble | None:
        """The open pull request of a branch, or else the newest one; None where there never was one."""
        listed = self._listed(branch)
        return (listed[0] if listed else None) if isinstance(listed, list) else listed

    def _found(self, proposal: Proposal) -> PullRequest | Trouble | None:
        """The pull request that was made for it. Of a branch that others use, and of none, nothing is made."""
        listed = self._listed(proposal.branch)
        if not isinstance(listed, list):
            return listed
        for each in listed:
            commits = self._repository.listed(f"/pulls/{each.number}/commits?per_page=100")
            if not isinstance(commits, list):
                return commits
            if any(proposal.is_in(text_at(one, "commit", "message")) for one in commits):
                return each
        return taken(proposal.branch) if listed else None

    def _listed(self, branch: str) -> list[PullRequest] | Trouble:
        """Of this very branch, whatever else the host lists: it leaves a filter out that it does not understand."""
        if not is_branch(branch):
            return Refused(f"'{one_line(branch, 60)}' is no branch", "invalid", "letters, digits and ./@+-")
        head = quote(f"{self._repository.owner}:{branch}", safe="")
        pulls = self._repository.listed(f"/pulls?head={head}&state=all&sort=created&direction=desc&per_page=100")
        if not isinstance(pulls, list):
            return pulls
        if not all(text_at(each, "head", "ref") for each in pulls):
            return self._repository.client.later(f"{UNREAD}: /pulls")
        ours = f"{self._repository.owner}/{self._repository.name}".lower()
        of_branch = [
            each
            for each in pulls
            if text_at(each, "head", "ref") == branch and text_at(each, "head", "repo", "full_name").lower() == ours
        ]
        found = [_pull_request(each) for each in of_branch]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return self._repository.client.later(f"{UNREAD}: /pulls")
        return sorted(known, key=lambda each: each.state != "open")

    def _on_branch(self, proposal: Proposal) -> str | Trouble:
        """The proposal's commit on its branch: as it is there, or made now."""
        there = self._branches.at(proposal.branch)
        if isinstance(there, Later | Refused):
            return there
        if there is not None and there != proposal.base:
            return self._ours(proposal, there)
        commit = self._commit(proposal)
        if not isinstance(commit, str):
            return commit
        if there == proposal.base:
            return self._branches.forward(proposal.branch, commit) or commit
        made = self._branches.make(proposal.branch, commit)
        return self._ours(proposal, made) if isinstance(made, str) and made != commit else made

    def _ours(self, proposal: Proposal, there: str) -> str | Trouble:
        answer = self._repository.get(f"/git/commits/{there}")
        if not isinstance(answer, Answer) or answer.status != 200:
            return self._repository.trouble(answer)
        return there if proposal.is_in(text_at(answer.body, "message")) else taken(proposal.branch)

    def _commit(self, proposal: Proposal) -> str | Trouble:
        """A commit on the base by the person, which no branch knows yet. Made twice it is the same."""
        below = self._repository.get(f"/git/commits/{proposal.base}")
        if isinstance(below, Answer) and below.status in (404, 422):
            hint = "was it pushed to this repository, and may the credential see it?"
            return Refused(f"the host does not show the commit {proposal.base[:10]}", "no-such-commit", hint)
        if not isinstance(below, Answer) or below.status != 200:
            return self._repository.trouble(below)
        # Without a base, a tree would hold our files and nothing else: everybody's would go.
        root = self._repository.id_in(below.body, "tree", "sha")
        if not isinstance(root, str):
            return root
        tree = self._made("/git/trees", {"base_tree": root, "tree": [*map(_entry, proposal.files.items())]})
        if tree == root:
            return Refused("the proposal changes nothing", "nothing-changed", "what it asks for is there already")
        if not isinstance(tree, str):
            return tree
        when = proposal.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        author = {"name": proposal.author.name, "email": proposal.author.email, "date": when}
        body = {"message": proposal.message, "tree": tree, "parents": [proposal.base], "author": author}
        return self._made("/git/commits", {**body, "committer": author})

    def _made(self, path: str, body: Mapping[str, Any]) -> str | Trouble:
        """The id of what was made."""
        answer = self._repository.write("POST", path, body)
        if not isinstance(answer, Answer) or answer.status != 201:
            return self._repository.trouble(answer)
        return self._repository.id_in(answer.body, "sha")

    def _opened(self, proposal: Proposal) -> PullRequest | Trouble:
        title = one_line(proposal.title, TITLE) or proposal.branch
        body = {"title": title, "body": lines(proposal.body, BODY), "head": proposal.branch, "base": proposal.into}
        answer = self._repository.write("POST", "/pulls", body)
        if isinstance(answer, Answer) and answer.status == 422:
            return self._not_opened(proposal, answer)
        if not isinstance(answer, Answer) or answer.status != 201:
            return self._repository.trouble(answer)
        return _pull_request(answer.body) or self._repository.client.later("the host's pull request cannot be read")

    def _not_opened(self, proposal: Proposal, answer: Answer) -> PullRequest | Trouble:
        """422: somebody else was faster, or one of the branches is not there (yet: the host may lag behind)."""
        later = self._repository.client.later
        if EXISTS in answer.message:
            return self._found(proposal) or later(
                "the host has a pull request of this branch, and does not list it yet"
            )
        if "head" in answer.fields():
            return later(f"the host does not know the branch yet: {answer.message}")
        if "base" in answer.fields():
            hint = "name a branch of this repository"
            return Refused(f"there is no branch {proposal.into} to propose to", "invalid", hint)
        return self._repository.trouble(answer)


def _entry(file: tuple[str, str | None]) -> dict[str, Any]:
    """A file with its text, or one that goes: "If the value is null then the file will be deleted" (Create a tree)."""
    path, text = file
    entry = {"path": path, "mode": FILE, "type": "blob"}
    return {**entry, "sha": None} if text is None else {**entry, "content": text}


def _pull_request(body: Any) -> PullRequest | None:
    number = body.get("number") if isinstance(body, dict) else None
    url, head, state = text_at(body, "html_url"), text_at(body, "head", "sha"), text_at(body, "state")
    if type(number) is not int or not url.startswith(("https://", "http://")) or state not in ("open", "closed"):
        return None
    merged = state == "closed" and bool(text_at(body, "merged_at"))
    return PullRequest(number, url, "merged" if merged else "open" if state == "open" else "closed", head)
