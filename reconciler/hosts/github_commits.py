"""The commit of a proposal at GitHub (docs.github.com/rest/git).

The tree and the commit are named by their content, and no branch knows them; then the branch is made at that commit, in
one step: there is never a branch without the change.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import quote

from reconciler.hosts.client import Answer
from reconciler.hosts.reading import text_at
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Proposal, Refused, Trouble

FILE = "100644"
NOTHING = Refused("the proposal changes nothing", "nothing-changed", "what it asks for is there already")


def message_of(repository: Repository, commit: str) -> str | Trouble | None:
    """rest/git/commits#get-a-commit-object."""
    answer = repository.get(f"/git/commits/{commit}")
    if isinstance(answer, Answer) and answer.status == 404:
        return None
    if not isinstance(answer, Answer) or answer.status != 200:
        return repository.trouble(answer)
    return text_at(answer.body, "message")


def write_proposal(repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
    """See `CommitDialect.write`."""
    commit = _commit(repository, proposal)
    if not isinstance(commit, str):
        return commit
    if there is None:
        answer = repository.write("POST", "/git/refs", {"ref": f"refs/heads/{proposal.branch}", "sha": commit})
    else:
        body = {"sha": commit, "force": False}
        answer = repository.write("PATCH", f"/git/refs/heads/{quote(proposal.branch)}", body)
    if isinstance(answer, Answer) and answer.status in (200, 201):
        return commit
    # "Reference already exists", "Update is not a fast forward": whose it is now, is seen by a look.
    return None if isinstance(answer, Answer) and answer.status == 422 else repository.trouble(answer)


def _commit(repository: Repository, proposal: Proposal) -> str | Trouble:
    """A commit on the base by the person, which no branch knows yet. Made twice it is the same."""
    below = repository.get(f"/git/commits/{proposal.base}")
    if isinstance(below, Answer) and below.status in (404, 422):
        hint = "was it pushed to this repository, and may the credential see it?"
        return Refused(f"the host does not show the commit {proposal.base[:10]}", "no-such-commit", hint)
    if not isinstance(below, Answer) or below.status != 200:
        return repository.trouble(below)
    # Without a base, a tree would hold our files and nothing else: everybody's would go.
    root = repository.id_in(below.body, "tree", "sha")
    if not isinstance(root, str):
        return root
    tree = _made(repository, "/git/trees", {"base_tree": root, "tree": [*map(_entry, proposal.files.items())]})
    if tree == root:
        return NOTHING
    if not isinstance(tree, str):
        return tree
    when = proposal.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    author = {"name": proposal.author.name, "email": proposal.author.email, "date": when}
    body = {"message": proposal.message, "tree": tree, "parents": [proposal.base], "author": author}
    return _made(repository, "/git/commits", {**body, "committer": author})


def _made(repository: Repository, path: str, body: Mapping[str, Any]) -> str | Trouble:
    """The id of what was made."""
    answer = repository.write("POST", path, body)
    if not isinstance(answer, Answer) or answer.status != 201:
        return repository.trouble(answer)
    return repository.id_in(answer.body, "sha")


def _entry(file: tuple[str, str | None]) -> dict[str, Any]:
    """A file with its text, or one that goes: "If the value is null then the file will be deleted" (Create a tree)."""
    path, text = file
    entry = {"path": path, "mode": FILE, "type": "blob"}
    return {**entry, "sha": None} if text is None else {**entry, "content": text}
