"""Statuses of commits at GitHub (docs.github.com/rest/commits/statuses).

What stands there is read from the host before anything is posted, so that nothing has to be remembered, whoever posted
it last: a context takes a thousand statuses per commit, and then no more. Answers are kept with their ETag: "Making a
conditional request does not count against your primary rate limit if a 304 response is returned" (Best practices).
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from reconciler.hosts.client import Answer
from reconciler.hosts.github_repository import UNREAD, Repository, objects, text_at
from reconciler.runs.host import COMMIT, Later, Refused, Status, Trouble, one_line

DESCRIPTION = 140
""""description is too long (maximum is 140 characters)", says a 422 of the API."""
CONTEXT, ADDRESS = 255, 2000
"""Ours: no context or address that we make is longer, and what is cut would not be found again."""
KEPT = 50
"""Commits whose statuses are kept."""
NO_COMMIT = "No commit found for SHA"
"""The message of a 422 for a commit that the host does not know; a 404 may also mean the repository."""

Shown = Mapping[str, tuple[str, str, str]]
"""State, description and address of each context, whose name has small letters: "This field is case-insensitive"."""


class Statuses:
    """The statuses of a repository's commits."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._lock = Lock()
        self._read: OrderedDict[str, tuple[str, Shown]] = OrderedDict()

    def put(self, commit: str, statuses: Sequence[Status]) -> Trouble | None:
        """Post each that the host does not show already. Stops at the first trouble."""
        if COMMIT.fullmatch(commit) is None:
            return Refused(f"'{one_line(commit, 60)}' is no commit", "invalid", "the full id, forty digits")
        if objections := [said for said in map(_objection, statuses) if said is not None]:
            return objections[0]
        with self._lock:
            return self._put(commit, statuses)

    def _put(self, commit: str, statuses: Sequence[Status]) -> Trouble | None:
        shown = self._shown(commit)
        if isinstance(shown, Later | Refused):
            return shown
        wanted = {each.context.lower(): each for each in statuses}
        changed = [each for key, each in wanted.items() if shown.get(key) != _what(each)]
        for each in changed:
            if (trouble := self._post(commit, each)) is not None:
                return trouble
        return None

    def _shown(self, commit: str) -> Shown | Trouble:
        """The latest of each context ("Get the combined status for a specific reference"), in pages of a hundred."""
        path = f"/commits/{commit}/status?per_page=100"
        etag, kept = self._read.get(commit, ("", {}))
        first = self._repository.get(path, etag)
        if isinstance(first, Answer) and first.status == 304:
            return kept
        if not isinstance(first, Answer) or first.status != 200:
            return self._refused(commit, first)
        pages = self._repository.pages(path) if first.head.get("link") else [first.body]
        if not isinstance(pages, list):
            return self._refused(commit, pages)
        listed = objects(pages, "statuses")
        if listed is None:
            return self._repository.client.later(f"{UNREAD}: the statuses of {commit[:10]}")
        found = {
            text_at(each, "context").lower(): (
                text_at(each, "state"),
                text_at(each, "description"),
                text_at(each, "target_url"),
            )
            for each in listed
        }
        # The tag is the first page's: it says nothing of the others.
        self._keep(commit, "" if first.head.get("link") else first.head.get("etag", ""), found)
        return found

    def _keep(self, commit: str, etag: str, found: Shown) -> None:
        self._read[commit] = (etag, found)
        self._read.move_to_end(commit)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)

    def _post(self, commit: str, status: Status) -> Trouble | None:
        """201, and nothing else, says that it is posted."""
        state, description, url = _what(status)
        body = {"state": state, "context": status.context, "description": description}
        answer = self._repository.write("POST", f"/statuses/{commit}", {**body, **({"target_url": url} if url else {})})
        return None if isinstance(answer, Answer) and answer.status == 201 else self._refused(commit, answer)

    def _refused(self, commit: str, answer: Answer | Trouble) -> Trouble:
        unknown = isinstance(answer, Answer) and (answer.status == 404 or NO_COMMIT in answer.message)
        if unknown:
            hint = "was it pushed to this repository, and may the credential see that?"
            return Refused(f"the host does not know the commit {commit[:10]}", "no-such-commit", hint)
        return self._repository.trouble(answer)


def _what(status: Status) -> tuple[str, str, str]:
    return status.state, one_line(status.description, DESCRIPTION), status.url


def _objection(status: Status) -> Refused | None:
    context, url = status.context, status.url
    if not context or len(context) > CONTEXT or one_line(context, CONTEXT) != context:
        return Refused("a status has no context that can be shown", "invalid", "such as reconciler/production")
    if url and (
        not url.startswith(("https://", "http://")) or len(url) > ADDRESS or not url.isprintable() or " " in url
    ):
        return Refused("a status leads to what is no address", "invalid", "https://...")
    return None
