"""GitHub: pull requests, their comments and reviews, in its REST API (docs.github.com/rest/pulls and /rest/issues)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.hosts.client import Answer, Ask
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
    moment_at,
    number_at,
    text_at,
)
from reconciler.hosts.repository import Repository
from reconciler.runs.host import Proposal, Refused, Trouble, is_branch
from reconciler.runs.pull_requests import Merge, Review, Verdict

COMMENT = 65_000
"""Units: "Body is too long (maximum is 65536 characters)", says a 422 (github.com/runatlantis/atlantis/issues/55)."""
EXISTS = "already exists"
VERDICTS: Mapping[str, Verdict] = {
    "APPROVED": "approved", "CHANGES_REQUESTED": "changes-requested", "DISMISSED": "withdrawn",
}  # fmt: skip
"""rest/pulls/reviews; COMMENTED and PENDING say neither yes nor no."""


class GitHubPulls:
    """See `PullDialect`."""

    most = COMMENT

    def __init__(self, repository: str) -> None:
        self._repository = repository
        self._owner = repository.partition("/")[0]

    def pulls(self, repository: Repository, branch: str, into: str) -> list[dict[str, Any]] | Trouble:
        """rest/pulls/pulls#list-pull-requests, of a head."""
        head = quote(f"{self._owner}:{branch}", safe="")
        return repository.listed(f"/pulls?head={head}&state=all&sort=created&direction=desc&per_page=100")

    def open_pulls(self) -> str:
        """See `PullDialect`."""
        return "/pulls?state=open&sort=created&direction=asc&per_page=100"

    def one(self, number: int) -> str:
        """See `PullDialect`."""
        return f"/pulls/{number}"

    def pull(self, entry: Mapping[str, Any]) -> Pull | None:
        """rest/pulls/pulls: of a merged one, `merge_commit_sha` is what it became."""
        number, url, state = number_at(entry, "number"), text_at(entry, "html_url"), text_at(entry, "state")
        branch = branch_at(entry, "head", "ref")
        if not number or not is_page(url) or state not in ("open", "closed") or not branch:
            return None
        merged = state == "closed" and bool(text_at(entry, "merged_at"))
        return Pull(
            number=number,
            url=url,
            state="merged" if merged else "open" if state == "open" else "closed",
            title=line_at(entry, TITLE, "title"),
            branch=branch,
            head=commit_at(entry, "head", "sha"),
            into=line_at(entry, BRANCH, "base", "ref"),
            author=account_at(entry, "login", "user"),
            draft=at(entry, "draft") is True,
            fork=text_at(entry, "head", "repo", "full_name").lower() != self._repository.lower(),
            labels=labels_in(at(entry, "labels")),
            commit=commit_at(entry, "merge_commit_sha") if merged else "",
        )

    def messages(self, number: int) -> tuple[str, tuple[str, ...]]:
        """rest/pulls/pulls#list-commits-on-a-pull-request."""
        return f"/pulls/{number}/commits?per_page=100", ("commit", "message")

    def opening(self, proposal: Proposal, title: str, body: str) -> Ask:
        """rest/pulls/pulls#create-a-pull-request."""
        return Ask("POST", "/pulls", {"title": title, "body": body, "head": proposal.branch, "base": proposal.into})

    def opened(self, answer: Answer) -> bool:
        """ "A pull request already exists for ..." is a 422."""
        return answer.status == 422 and EXISTS in answer.message

    def lags(self, answer: Answer) -> bool:
        """See `PullDialect`."""
        return "head" in answer.fields()

    def files(self, number: int) -> str:
        """rest/pulls/pulls#list-pull-requests-files: "a maximum of 3000 files"."""
        return f"/pulls/{number}/files?per_page=100"

    def paths(self, entry: Mapping[str, Any]) -> Sequence[str]:
        """See `PullDialect`."""
        return [each for name in ("filename", "previous_filename") if (each := text_at(entry, name))]

    def is_whole(self, body: Any, listed: int) -> bool:
        """See `PullDialect`."""
        count = at(body, "changed_files")
        return type(count) is int and listed >= count

    def notes(self, number: int) -> str:
        """rest/issues/comments#list-issue-comments: a pull request is an issue, too."""
        return f"/issues/{number}/comments?per_page=100"

    def note(self, number: int, entry: Mapping[str, Any]) -> Note | None:
        """`performed_via_github_app` says which App wrote it, by its id and its client id."""
        note, url = number_at(entry, "id"), text_at(entry, "html_url")
        app = at(entry, "performed_via_github_app")
        apps = {str(number_at(app, "id")), text_at(app, "client_id")} - {"0", ""}
        body, author = text_at(entry, "body"), number_at(entry, "user", "id")
        return Note(note, author, body, url, frozenset(apps)) if note and is_page(url) else None

    def noting(self, number: int, note: int, text: str) -> Ask:
        """rest/issues/comments#create-an-issue-comment, #update-an-issue-comment."""
        if note:
            return Ask("PATCH", f"/issues/comments/{note}", {"body": text})
        return Ask("POST", f"/issues/{number}/comments", {"body": text})

    def erasing(self, number: int, note: int) -> Ask:
        """rest/issues/comments#delete-an-issue-comment."""
        return Ask("DELETE", f"/issues/comments/{note}")

    def plain(self, text: str) -> str:
        """See `PullDialect`. Nothing that is written there is a command to GitHub."""
        return text

    def reviews(self, repository: Repository, number: int) -> Sequence[Review] | Trouble:
        """rest/pulls/reviews#list-reviews-for-a-pull-request, "in chronological order"."""
        path = f"/pulls/{number}/reviews?per_page=100"
        listed = repository.entries(path)
        if isinstance(listed, Answer):
            return repository.missing(number, listed)
        if not isinstance(listed, list):
            return listed
        people = [each for each in listed if text_at(each, "state") in VERDICTS and number_at(each, "user", "id")]
        return repository.whole(path, [_review(each) for each in people])

    def of_commit(self, repository: Repository, commit: str) -> Sequence[Mapping[str, Any]] | Answer | Trouble:
        """rest/commits/commits#list-pull-requests-associated-with-a-commit."""
        return repository.entries(f"/commits/{commit}/pulls?per_page=100")

    def merging(self, repository: Repository, pull: Pull, merge: Merge) -> Ask | Trouble:
        """rest/pulls/pulls#merge-a-pull-request. A fast-forward is the branch itself moved on (rest/git/refs, Update a
        reference, without `force`): GitHub has no button for it, and takes the pull request for merged then.
        """
        if merge.method == "fast-forward":
            if not is_branch(pull.into):
                return Refused("the pull request's branch cannot be written in an address", "invalid", "merge by hand")
            return Ask("PATCH", f"/git/refs/heads/{quote(pull.into)}", {"sha": merge.head, "force": False})
        words = {"commit_title": merge.title, "commit_message": merge.body}
        said = {name: text for name, text in words.items() if text and merge.method != "rebase"}
        return Ask("PUT", f"/pulls/{pull.number}/merge", {"sha": merge.head, "merge_method": merge.method, **said})


def _review(entry: Mapping[str, Any]) -> Review | None:
    by, when = account_at(entry, "login", "user"), moment_at(entry, "submitted_at")
    verdict = VERDICTS[text_at(entry, "state")]
    return Review(by, verdict, commit_at(entry, "commit_id"), when) if by and when else None
