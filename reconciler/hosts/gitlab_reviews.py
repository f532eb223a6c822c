"""Who approved a merge request at GitLab, and which head.

GitLab's approvals name no commit. They name a moment (`approved_at`; older servers tell it in a system note, which only
the server writes), and the merge request's versions name the head from each moment on: the head that was shown when
somebody said yes. A yes whose moment is not told is a yes to no commit.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reconciler.hosts.client import Answer
from reconciler.hosts.reading import account_at, at, moment_at, text_at
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Later, Refused, Trouble
from reconciler.runs.pull_requests import Account, Review

APPROVED, REQUESTED = "approved this merge request", "requested changes"
"""The texts of system notes (SystemNotes::MergeRequestsService, approve_mr and request_changes)."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Versions = Sequence[tuple[datetime, str]]


def reviews_of(repository: Repository, number: int) -> Sequence[Review] | Trouble:
    """docs.gitlab.com/api/merge_request_approvals; /merge_requests, Get single merge request reviewers; versions."""
    path = f"/merge_requests/{number}"
    yes = repository.get(f"{path}/approvals")
    if not isinstance(yes, Answer) or yes.status != 200:
        return repository.missing(number, yes)
    approved = at(yes.body, "approved_by")
    reviewers = repository.listed(f"{path}/reviewers?per_page=100")
    if isinstance(reviewers, Later | Refused):
        return reviewers
    if not isinstance(approved, list):
        return repository.unread(f"{path}/approvals")
    no = [each for each in reviewers if text_at(each, "state") == "requested_changes"]
    if not approved and not no:
        return ()
    versions = _versions(repository, path)
    if isinstance(versions, Later | Refused):
        return versions
    notes = repository.listed(f"{path}/notes?sort=asc&order_by=created_at&per_page=100")
    if isinstance(notes, Later | Refused):
        return notes
    said = [*(_yes(each, versions, notes) for each in approved), *(_no(each, versions, notes) for each in no)]
    return repository.whole(f"{path}/approvals", said)


def _yes(entry: Any, versions: Versions, notes: Sequence[Mapping[str, Any]]) -> Review | None:
    by = account_at(entry, "username", "user")
    if by is None:
        return None
    when = moment_at(entry, "approved_at") or _noted(by, APPROVED, notes)
    return Review(by, "approved", _head(versions, when) if when else "", when or LONG_AGO)


def _no(entry: Any, versions: Versions, notes: Sequence[Mapping[str, Any]]) -> Review | None:
    """A no is one to the newest head where nobody says when it was said."""
    by = account_at(entry, "username", "user")
    if by is None:
        return None
    when = _noted(by, REQUESTED, notes) or max((each for each, _ in versions), default=LONG_AGO)
    return Review(by, "changes-requested", _head(versions, when), when)


def _noted(by: Account, words: str, notes: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the host last noted that somebody said so."""
    theirs = [
        moment_at(each, "created_at")
        for each in notes
        if at(each, "system") is True and at(each, "author", "id") == by.id and text_at(each, "body") == words
    ]
    return max((each for each in theirs if each is not None), default=None)


def _versions(repository: Repository, path: str) -> Versions | Trouble:
    """From when on which head was shown; the oldest first."""
    listed = repository.listed(f"{path}/versions?per_page=100")
    if isinstance(listed, Later | Refused):
        return listed
    told = [(moment_at(each, "created_at"), text_at(each, "head_commit_sha")) for each in listed]
    known = [(when, head) for when, head in told if when is not None and head]
    return sorted(known) if len(known) == len(told) else repository.unread(f"{path}/versions")


def _head(versions: Versions, when: datetime) -> str:
    """The head that was shown at a moment."""
    return next((head for since, head in reversed(versions) if since <= when), "")
