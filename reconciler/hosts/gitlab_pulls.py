"""GitLab: merge requests, their notes and approvals, in its REST API (docs.gitlab.com/api/merge_requests, /notes)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.hosts.client import Answer, Ask, Where
from reconciler.hosts.gitlab_reviews import reviews_of
from reconciler.hosts.reading import (
    BRANCH,
    TITLE,
    Note,
    Pull,
    account_at,
    at,
    branch_at,
    commit_at,
    is_page,
    labels_in,
    line_at,
    number_at,
    text_at,
)
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Proposal, Refused, Trouble
from reconciler.runs.pull_requests import Merge, Method, Review

COMMENT = 1_000_000
"""Characters: "Maximum length of comments and descriptions" (docs.gitlab.com, "GitLab application limits")."""
STATES = {"opened": "open", "locked": "open", "closed": "closed", "merged": "merged"}
"""`locked` is one that is being merged ("a short-lived, transitional state")."""
_COMMAND = re.compile(r"^([ \t]*)/(?=\w)", re.MULTILINE)
"""A quick action: `/merge` alone on a line of a note or a description does it, as whoever wrote the line
(docs.gitlab.com, "GitLab quick actions"). What others propose is written there with our credential."""
WAYS: Mapping[str, frozenset[Method]] = {
    "merge": frozenset({"merge", "squash"}),
    "rebase_merge": frozenset({"merge", "squash"}),
    "ff": frozenset({"fast-forward", "squash"}),
}
"""Which methods a project's `merge_method` means (docs.gitlab.com/api/projects). A rebase makes another head there,
which nobody has judged."""


class GitLabPulls:
    """See `PullDialect`."""

    most = COMMENT

    def __init__(self, where: Where) -> None:
        self._page = f"{where.address.rstrip('/').removesuffix('/api/v4')}/{where.repository}/-/merge_requests"

    def pulls(self, repository: Repository, branch: str, into: str) -> list[dict[str, Any]] | Trouble:
        """docs.gitlab.com/api/merge_requests, List project merge requests."""
        head = quote(branch, safe="")
        return repository.listed(f"/merge_requests?source_branch={head}&scope=all&state=all&sort=desc&per_page=100")

    def open_pulls(self) -> str:
        """See `PullDialect`."""
        return "/merge_requests?state=opened&scope=all&sort=asc&per_page=100"

    def one(self, number: int) -> str:
        """See `PullDialect`."""
        return f"/merge_requests/{number}"

    def pull(self, entry: Mapping[str, Any]) -> Pull | None:
        """See `PullDialect`. `sha` is the head; of a merged one there is the commit that came in."""
        number, url, state = number_at(entry, "iid"), text_at(entry, "web_url"), STATES.get(text_at(entry, "state"))
        branch = branch_at(entry, "source_branch")
        if not number or not is_page(url) or state is None or not branch:
            return None
        came = [commit_at(entry, name) for name in ("merge_commit_sha", "squash_commit_sha", "sha")]
        source, target = number_at(entry, "source_project_id"), number_at(entry, "target_project_id")
        return Pull(
            number=number,
            url=url,
            state="merged" if state == "merged" else "open" if state == "open" else "closed",
            title=line_at(entry, TITLE, "title"),
            branch=branch,
            head=commit_at(entry, "sha"),
            into=line_at(entry, BRANCH, "target_branch"),
            author=account_at(entry, "username", "author"),
            draft=at(entry, "draft") is True or at(entry, "work_in_progress") is True,
            fork=not source or source != target,
            labels=labels_in(at(entry, "labels")),
            commit=next(filter(None, came), "") if state == "merged" else "",
        )

    def messages(self, number: int) -> tuple[str, tuple[str, ...]]:
        """docs.gitlab.com/api/merge_requests, Get single merge request commits."""
        return f"/merge_requests/{number}/commits?per_page=100", ("message",)

    def opening(self, proposal: Proposal, title: str, body: str) -> Ask:
        """docs.gitlab.com/api/merge_requests, Create MR."""
        words = {"title": title, "description": body}
        branches = {"source_branch": proposal.branch, "target_branch": proposal.into}
        return Ask("POST", "/merge_requests", {**branches, **words})

    def opened(self, answer: Answer) -> bool:
        """ "Another open merge request already exists for this source branch: !1" is a 409."""
        return answer.status == 409

    def lags(self, answer: Answer) -> bool:
        """See `PullDialect`."""
        return "ource branch" in answer.message and "not exist" in answer.message

    def files(self, number: int) -> str:
        """docs.gitlab.com/api/merge_requests, List merge request diffs (GitLab 15.7 and newer)."""
        return f"/merge_requests/{number}/diffs?per_page=100"

    def paths(self, entry: Mapping[str, Any]) -> Sequence[str]:
        """See `PullDialect`."""
        return [each for name in ("new_path", "old_path") if (each := text_at(entry, name))]

    def is_whole(self, body: Any, listed: int) -> bool:
        """`changes_count` is a text: "when an MR has too many changes to display and store, the value is capped at
        1000", and shown as "1000+".
        """
        count = text_at(body, "changes_count")
        return count.isascii() and count.isdigit() and listed >= int(count)

    def notes(self, number: int) -> str:
        """docs.gitlab.com/api/notes, List all merge request notes."""
        return f"/merge_requests/{number}/notes?sort=asc&order_by=created_at&per_page=100"

    def note(self, number: int, entry: Mapping[str, Any]) -> Note | None:
        """See `PullDialect`. System notes are the host's own."""
        note = number_at(entry, "id")
        if not note or at(entry, "system") is True:
            return None
        url = f"{self._page}/{number}#note_{note}"
        return Note(note, number_at(entry, "author", "id"), text_at(entry, "body"), url)

    def noting(self, number: int, note: int, text: str) -> Ask:
        """docs.gitlab.com/api/notes, Create new merge request note, Modify existing merge request note."""
        path = f"/merge_requests/{number}/notes"
        return Ask("PUT", f"{path}/{note}", {"body": text}) if note else Ask("POST", path, {"body": text})

    def erasing(self, number: int, note: int) -> Ask:
        """docs.gitlab.com/api/notes, Delete a merge request note."""
        return Ask("DELETE", f"/merge_requests/{number}/notes/{note}")

    def plain(self, text: str) -> str:
        """See `PullDialect`. A stroke behind a backslash is shown as a stroke, and begins no quick action."""
        return _COMMAND.sub(r"\1\\/", text)

    def reviews(self, repository: Repository, number: int) -> Sequence[Review] | Trouble:
        """See `PullDialect`."""
        return reviews_of(repository, number)

    def of_commit(self, repository: Repository, commit: str) -> Sequence[Mapping[str, Any]] | Answer | Trouble:
        """docs.gitlab.com/api/commits, List merge requests associated with a commit."""
        return repository.entries(f"/repository/commits/{commit}/merge_requests?per_page=100")

    def merging(self, repository: Repository, pull: Pull, merge: Merge) -> Ask | Trouble:
        """docs.gitlab.com/api/merge_requests, Merge a merge request. How is the project's to say; the wrong way would
        be taken without a word.
        """
        answer = repository.get("")
        if not isinstance(answer, Answer) or answer.status != 200:
            return repository.trouble(answer)
        way = text_at(answer.body, "merge_method")
        if merge.method not in WAYS.get(way, frozenset()):
            said = f"the project merges by '{way[:30]}', which is no {merge.method}"
            return Refused(said, "rules", "ask for another method, or change the project's merge method")
        words = "\n\n".join(filter(None, (merge.title, merge.body)))
        name = "squash_commit_message" if merge.method == "squash" else "merge_commit_message"
        body = {"sha": merge.head, "squash": merge.method == "squash", **({name: words} if words else {})}
        return Ask("PUT", f"/merge_requests/{pull.number}/merge", body)
