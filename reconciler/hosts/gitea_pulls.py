"""Gitea and Forgejo: pull requests, their comments and reviews. Their API is made after GitHub's, and here is what is
not the same (go-gitea/gitea, routers/api/v1/repo/pull.go, pull_review.go, modules/structs/pull.go).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.hosts.client import Answer, Ask
from reconciler.hosts.github_pulls import GitHubPulls
from reconciler.hosts.reading import (
    BRANCH,
    TITLE,
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
from reconciler.runs.host import Trouble
from reconciler.runs.pull_requests import Merge, Method, Review, Verdict

VERDICTS: Mapping[str, Verdict] = {"APPROVED": "approved", "REQUEST_CHANGES": "changes-requested"}
"""modules/structs/pull_review.go; also COMMENT, PENDING and REQUEST_REVIEW, which say neither yes nor no."""
WAYS: Mapping[Method, str] = {
    "merge": "merge", "squash": "squash", "rebase": "rebase", "fast-forward": "fast-forward-only",
}  # fmt: skip


class GiteaPulls(GitHubPulls):
    """See `PullDialect`."""

    def pulls(self, repository: Repository, branch: str, into: str) -> list[dict[str, Any]] | Trouble:
        """repoGetPullRequestByBaseHead, which has one of them; where it cannot be asked for, repoListPullRequests,
        which can leave out neither other branches nor old ones.
        """
        if not into or "/" in into:
            return repository.listed("/pulls?state=all&sort=newest&limit=50")
        answer = repository.get(f"/pulls/{into}/{quote(branch)}")
        if isinstance(answer, Answer) and answer.status == 404:
            return []
        if not isinstance(answer, Answer) or answer.status != 200:
            return repository.trouble(answer)
        return [answer.body] if isinstance(answer.body, dict) else repository.unread("/pulls")

    def open_pulls(self) -> str:
        """See `PullDialect`."""
        return "/pulls?state=open&sort=oldest&limit=50"

    def pull(self, entry: Mapping[str, Any]) -> Pull | None:
        """services/convert/pull.go. `label` is the branch's name, also when it is gone: `ref` is the host's own then.
        What was pushed without a branch (AGit) has none: whoever may read can do that, so that it is a fork's to us.
        A repository that is gone has the id -1.
        """
        number, url, state = number_at(entry, "number"), text_at(entry, "html_url"), text_at(entry, "state")
        name = branch_at(entry, "head", "label")
        branch = name or branch_at(entry, "head", "ref")
        if not number or not is_page(url) or state not in ("open", "closed") or not branch:
            return None
        merged = at(entry, "merged") is True
        theirs, ours = number_at(entry, "head", "repo_id"), number_at(entry, "base", "repo_id")
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
            fork=not name or not theirs or theirs != ours,
            labels=labels_in(at(entry, "labels")),
            commit=commit_at(entry, "merge_commit_sha") if merged else "",
        )

    def messages(self, number: int) -> tuple[str, tuple[str, ...]]:
        """repoGetPullRequestCommits."""
        return f"/pulls/{number}/commits?limit=50&verification=false&files=false", ("commit", "message")

    def opened(self, answer: Answer) -> bool:
        """ "pull request already exists for these targets" is a 409 (ErrPullRequestAlreadyExists)."""
        return answer.status == 409

    def lags(self, answer: Answer) -> bool:
        """See `PullDialect`."""
        return False

    def files(self, number: int) -> str:
        """repoGetPullRequestFiles."""
        return f"/pulls/{number}/files?limit=50"

    def is_whole(self, body: Any, listed: int) -> bool:
        """Servers before `changed_files` list them all."""
        count = at(body, "changed_files")
        return type(count) is not int or listed >= count

    def notes(self, number: int) -> str:
        """issueGetComments: all of them, without pages."""
        return f"/issues/{number}/comments"

    def reviews(self, repository: Repository, number: int) -> Sequence[Review] | Trouble:
        """repoListPullReviews. A review of a team, and of an account that is gone, is nobody's."""
        path = f"/pulls/{number}/reviews?limit=50"
        pages = repository.entries(path)
        if isinstance(pages, Answer):
            return repository.missing(number, pages)
        if not isinstance(pages, list):
            return pages
        people = [each for each in pages if text_at(each, "state") in VERDICTS and number_at(each, "user", "id")]
        return repository.whole(path, [_review(each) for each in people])

    def of_commit(self, repository: Repository, commit: str) -> Sequence[Mapping[str, Any]] | Answer | Trouble:
        """repoGetCommitPullRequest has the one that was merged as this commit; of the others, those count whose head it
        is.
        """
        answer = repository.get(f"/commits/{commit}/pull")
        if isinstance(answer, Answer) and answer.status == 200 and isinstance(answer.body, dict):
            return [answer.body]
        if not isinstance(answer, Answer) or answer.status != 404:
            return answer
        known = repository.get(f"/git/commits/{commit}?stat=false&verification=false&files=false")
        if not isinstance(known, Answer) or known.status != 200:
            return known
        listed = repository.entries(self.open_pulls())
        return (
            [each for each in listed if text_at(each, "head", "sha") == commit] if isinstance(listed, list) else listed
        )

    def merging(self, repository: Repository, pull: Pull, merge: Merge) -> Ask | Trouble:
        """repoMergePullRequest."""
        words = {"MergeTitleField": merge.title, "MergeMessageField": merge.body}
        said = {name: text for name, text in words.items() if text}
        body = {"Do": WAYS[merge.method], "head_commit_id": merge.head, **said}
        return Ask("POST", f"/pulls/{pull.number}/merge", body)


def _review(entry: Mapping[str, Any]) -> Review | None:
    by, when = account_at(entry, "login", "user"), moment_at(entry, "submitted_at")
    verdict: Verdict = "withdrawn" if at(entry, "dismissed") is True else VERDICTS[text_at(entry, "state")]
    return Review(by, verdict, commit_at(entry, "commit_id"), when) if by and when else None
