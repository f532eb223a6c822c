"""The commit of a proposal at GitLab (docs.gitlab.com/api/commits, Create a commit; /repository_files).

The branch is made with its commit in one request, from the base's id (`start_sha`). Where the branch is there already,
at the base, each action names the commit that touched its file last, and GitLab refuses one that was touched since.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconciler.hosts.branches import no_commit
from reconciler.hosts.client import Answer
from reconciler.hosts.github_commits import NOTHING
from reconciler.hosts.reading import text_at
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Later, Proposal, Refused, Trouble


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it is at the base: the commit that touched it last, and the SHA-256 of its content."""

    commit: str
    digest: str


def message_of(repository: Repository, commit: str) -> str | Trouble | None:
    """docs.gitlab.com/api/commits, Get a single commit."""
    answer = repository.get(f"/repository/commits/{commit}")
    if isinstance(answer, Answer) and answer.status == 404:
        return None
    if not isinstance(answer, Answer) or answer.status != 200:
        return repository.trouble(answer)
    return text_at(answer.body, "message")


def write_proposal(repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
    """See `CommitDialect.write`. GitLab dates a commit itself: made twice it would be another one."""
    base = message_of(repository, proposal.base)
    if not isinstance(base, str):
        return base or no_commit(proposal.base)
    actions = _actions(repository, proposal)
    if not isinstance(actions, list):
        return actions
    body = {
        "branch": proposal.branch,
        "commit_message": proposal.message,
        "author_name": proposal.author.name,
        "author_email": proposal.author.email,
        "actions": actions,
        **({"start_sha": proposal.base} if there is None else {}),
    }
    answer = repository.write("POST", "/repository/commits", body)
    if isinstance(answer, Answer) and answer.status == 400:
        return None  # "A branch called ... already exists", or a file that was touched: whose it is, a look tells
    if not isinstance(answer, Answer) or answer.status != 201:
        return repository.trouble(answer)
    return repository.id_in(answer.body, "id")


def _actions(repository: Repository, proposal: Proposal) -> list[dict[str, Any]] | Trouble:
    """What is done with each file; nothing with one that says so already."""
    found: list[dict[str, Any]] = []
    for path, text in proposal.files.items():
        known = _known(repository, path, proposal.base)
        if isinstance(known, Later | Refused):
            return known
        if text is None and known is None:
            said = f"the proposal takes {path} away, and it is not there"
            return Refused(said, "invalid", "what it asks for is there already")
        action = _action(path, text, known)
        found += [action] if action else []
    return found or NOTHING


def _action(path: str, text: str | None, known: Known | None) -> dict[str, Any] | None:
    if known is None:
        return {"action": "create", "file_path": path, "content": text}
    if text is None:
        return {"action": "delete", "file_path": path, "last_commit_id": known.commit}
    if hashlib.sha256(text.encode()).hexdigest() == known.digest:
        return None
    return {"action": "update", "file_path": path, "content": text, "last_commit_id": known.commit}


def _known(repository: Repository, path: str, commit: str) -> Known | Trouble | None:
    """docs.gitlab.com/api/repository_files, Get file from repository: `last_commit_id` and `content_sha256`."""
    answer = repository.get(f"/repository/files/{quote(path, safe='')}?ref={commit}")
    if isinstance(answer, Answer) and answer.status == 404:
        return None
    if not isinstance(answer, Answer) or answer.status != 200:
        return repository.trouble(answer)
    last = repository.id_in(answer.body, "last_commit_id")
    return Known(last, text_at(answer.body, "content_sha256")) if isinstance(last, str) else last
