"""The commit of a proposal at Gitea and Forgejo (repoChangeFiles; go-gitea/gitea, services/repository/files).

A commit is made on a branch, and from a branch's head. So the branch is made first, at the base, and then the change:
every file of it names the blob that it was at the base, and the host refuses all of it where one is another by now. A
branch that is left at the base, since the second request did not come, is gone on with by the next call.
"""

import base64
import hashlib
from datetime import UTC
from typing import Any
from urllib.parse import quote

from reconciler.hosts.branches import no_commit
from reconciler.hosts.client import Answer
from reconciler.hosts.github_commits import NOTHING
from reconciler.hosts.reading import text_at
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Later, Proposal, Refused, Trouble

TAKEN = frozenset({404, 409, 422})
"""A file that is there already, is another one by now, or is gone; a branch that is there already."""


def message_of(repository: Repository, commit: str) -> str | Trouble | None:
    """repoGetSingleCommit."""
    answer = repository.get(f"/git/commits/{commit}?stat=false&verification=false&files=false")
    if isinstance(answer, Answer) and answer.status in (404, 422):
        return None
    if not isinstance(answer, Answer) or answer.status != 200:
        return repository.trouble(answer)
    return text_at(answer.body, "commit", "message")


def write_proposal(repository: Repository, proposal: Proposal, there: str | None) -> str | Trouble | None:
    """See `CommitDialect.write`."""
    base = message_of(repository, proposal.base)
    if not isinstance(base, str):
        return base or no_commit(proposal.base)
    files = _files(repository, proposal)
    if not isinstance(files, list):
        return files
    made = proposal.base if there else _branched(repository, proposal)
    if isinstance(made, Later | Refused):
        return made
    return _committed(repository, proposal, files) if made == proposal.base else None


def _branched(repository: Repository, proposal: Proposal) -> str | Trouble:
    """Make the branch at the base, or see where somebody else has made it: the commit that it is at."""
    body = {"new_branch_name": proposal.branch, "old_ref_name": proposal.base}
    answer = repository.write("POST", "/branches", body)
    if isinstance(answer, Answer) and answer.status == 201:
        return proposal.base
    if not isinstance(answer, Answer) or answer.status != 409:
        return repository.trouble(answer)
    shown = repository.get(f"/branches/{quote(proposal.branch)}")
    if not isinstance(shown, Answer) or shown.status != 200:
        return repository.trouble(shown)
    return repository.id_in(shown.body, "commit", "id")


def _committed(repository: Repository, proposal: Proposal, files: list[dict[str, Any]]) -> str | Trouble | None:
    person = {"name": proposal.author.name, "email": proposal.author.email}
    when = proposal.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {
        "branch": proposal.branch,
        "message": proposal.message,
        "author": person,
        "committer": person,
        "dates": {"author": when, "committer": when},
        "files": files,
    }
    answer = repository.write("POST", "/contents", body)
    if isinstance(answer, Answer) and answer.status in TAKEN:
        return None
    if not isinstance(answer, Answer) or answer.status != 201:
        return repository.trouble(answer)
    return repository.id_in(answer.body, "commit", "sha")


def _files(repository: Repository, proposal: Proposal) -> list[dict[str, Any]] | Trouble:
    """What is done with each file; nothing with one that says so already."""
    found: list[dict[str, Any]] = []
    for path, text in proposal.files.items():
        known = _known(repository, path, proposal.base)
        if isinstance(known, Later | Refused):
            return known
        if text is None and known is None:
            said = f"the proposal takes {path} away, and it is not there"
            return Refused(said, "invalid", "what it asks for is there already")
        change = _change(path, text, known)
        found += [change] if change else []
    return found or NOTHING


def _change(path: str, text: str | None, known: str | None) -> dict[str, Any] | None:
    if text is None:
        return {"operation": "delete", "path": path, "sha": known}
    content = {"path": path, "content": base64.b64encode(text.encode()).decode()}
    if known is None:
        return {"operation": "create", **content}
    return None if known == blob(text, len(known)) else {"operation": "update", "sha": known, **content}


def _known(repository: Repository, path: str, commit: str) -> str | Trouble | None:
    """repoGetContents: the blob that a file is; None where there is none."""
    answer = repository.get(f"/contents/{quote(path)}?ref={commit}")
    if isinstance(answer, Answer) and answer.status == 404:
        return None
    if not isinstance(answer, Answer) or answer.status != 200:
        return repository.trouble(answer)
    return repository.id_in(answer.body, "sha")


def blob(text: str, digits: int) -> str:
    """The id that git gives to a file's content, in a repository of SHA-1 (40 digits) or SHA-256 (64)."""
    content = text.encode()
    framed = b"blob %d\0" % len(content) + content
    return (hashlib.sha256(framed) if digits == 64 else hashlib.sha1(framed, usedforsecurity=False)).hexdigest()
