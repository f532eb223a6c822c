"""Statuses of commits.

What stands there is read from the host before anything is posted, so that nothing has to be remembered, whoever posted
it last: at GitHub a context takes a thousand statuses per commit, and then no more. Answers are kept with their ETag:
"Making a conditional request does not count against your primary rate limit if a 304 response is returned" (GitHub,
"Best practices"; GitLab's API answers so too).
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from reconciler.hosts.client import Answer
from reconciler.hosts.dialect import CommitDialect, Shown
from reconciler.hosts.reading import number_at, objects
from reconciler.hosts.repository import UNREAD, Repository
from reconciler.runs.host import COMMIT, Later, Refused, Status, Trouble, one_line

DESCRIPTION = 140
""""description is too long (maximum is 140 characters)", says a 422 of GitHub; the others take more."""
CONTEXT, ADDRESS = 255, 2000
"""Ours: no context or address that we make is longer, and what is cut would not be found again."""
KEPT = 50
"""Commits whose statuses are kept."""

Found = Mapping[str, Shown]
"""What each context shows, whose name has small letters: "This field is case-insensitive" (GitHub)."""


class Statuses:
    """The statuses of a repository's commits."""

    def __init__(self, repository: Repository, dialect: CommitDialect) -> None:
        self._repository, self._dialect = repository, dialect
        self._lock = Lock()
        self._read: OrderedDict[str, tuple[str, Found]] = OrderedDict()

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
        for key, each in wanted.items():
            there = shown.get(key)
            if there is not None and self._dialect.shows(_what(each), there):
                continue
            if (trouble := self._post(commit, each, there)) is not None:
                return trouble
        return None

    def latest(self, commit: str) -> Found | Trouble:
        """What every context shows, with the host's own words for states."""
        if COMMIT.fullmatch(commit) is None:
            return Refused(f"'{one_line(commit, 60)}' is no commit", "invalid", "the full id, forty digits")
        with self._lock:
            return self._shown(commit)

    def _shown(self, commit: str) -> Found | Trouble:
        """The latest of each context."""
        path, name = self._dialect.statuses(commit)
        etag, kept = self._read.get(commit, ("", {}))
        first = self._repository.get(path, etag)
        if isinstance(first, Answer) and first.status == 304:
            return kept
        if not isinstance(first, Answer) or first.status != 200:
            return self._refused(commit, first)
        more = bool(first.head.get("link"))
        pages = self._repository.pages(path) if more else [first.body]
        if not isinstance(pages, list):
            return self._refused(commit, pages)
        listed = objects(pages, name)
        if listed is None:
            return self._repository.client.later(f"{UNREAD}: the statuses of {commit[:10]}")
        oldest_first = sorted(listed, key=lambda each: number_at(each, "id"))
        found = {context.lower(): shown for context, shown in map(self._dialect.status, oldest_first)}
        # The tag is the first page's: it says nothing of the others.
        self._keep(commit, "" if more else first.head.get("etag", ""), found)
        return found

    def _keep(self, commit: str, etag: str, found: Found) -> None:
        self._read[commit] = (etag, found)
        self._read.move_to_end(commit)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)

    def _post(self, commit: str, status: Status, there: Shown | None) -> Trouble | None:
        """201, and nothing else, says that it is posted."""
        answer = self._repository.ask(self._dialect.posting(commit, status, _what(status), there))
        return None if isinstance(answer, Answer) and answer.status == 201 else self._refused(commit, answer)

    def _refused(self, commit: str, answer: Answer | Trouble) -> Trouble:
        if isinstance(answer, Answer) and self._dialect.no_commit(answer):
            hint = "was it pushed to this repository, and may the credential see that?"
            return Refused(f"the host does not know the commit {commit[:10]}", "no-such-commit", hint)
        return self._repository.trouble(answer)


def _what(status: Status) -> Shown:
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
