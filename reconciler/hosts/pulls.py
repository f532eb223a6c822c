"""What a host tells of pull requests: which are open, what they touch, who said what, and how their checks stand."""

from collections.abc import Sequence

from reconciler.hosts.client import Answer
from reconciler.hosts.dialect import Dialect
from reconciler.hosts.repository import Repository
from reconciler.hosts.statuses import Statuses
from reconciler.runs.host import COMMIT, Later, PullRequest, Refused, Trouble, one_line
from reconciler.runs.pull_requests import ChangedFiles, Check, OpenPullRequest, Review, last_words


class Pulls:
    """The pull requests of a repository."""

    def __init__(self, repository: Repository, dialect: Dialect, statuses: Statuses) -> None:
        self._repository, self._dialect, self._statuses = repository, dialect, statuses

    def open(self) -> Sequence[OpenPullRequest] | Trouble:
        """See `PullRequests`."""
        path = self._dialect.pulls.open_pulls()
        listed = self._repository.listed(path)
        if not isinstance(listed, list):
            return listed
        known = self._repository.whole(path, [self._dialect.pulls.pull(each) for each in listed])
        if not isinstance(known, list):
            return known
        opened = [each.open for each in known if each.state == "open"]
        return sorted({each.number: each for each in opened}.values(), key=lambda each: each.number)

    def files(self, number: int) -> ChangedFiles | Trouble:
        """See `PullRequests`."""
        shown = self._repository.get(self._dialect.pulls.one(number))
        if not isinstance(shown, Answer) or shown.status != 200:
            return self._repository.missing(number, shown)
        path = self._dialect.pulls.files(number)
        listed = self._repository.listed(path)
        if not isinstance(listed, list):
            return listed
        several = [self._dialect.pulls.paths(each) for each in listed]
        if not all(several):
            return self._repository.unread(path)
        paths = frozenset(path for each in several for path in each)
        return ChangedFiles(paths, self._dialect.pulls.is_whole(shown.body, len(listed)))

    def reviews(self, number: int) -> Sequence[Review] | Trouble:
        """See `PullRequests`."""
        found = self._dialect.pulls.reviews(self._repository, number)
        return found if isinstance(found, Later | Refused) else last_words(found)

    def checks(self, commit: str) -> Sequence[Check] | Trouble:
        """See `PullRequests`."""
        shown = self._statuses.latest(commit)
        if isinstance(shown, Later | Refused):
            return shown
        others = self._dialect.commits.checks(self._repository, commit)
        if isinstance(others, Later | Refused):
            return others
        told = [Check(name, self._dialect.commits.state(word)) for name, (word, _, _) in shown.items()]
        return sorted([*told, *others], key=lambda each: each.name)

    def of_commit(self, commit: str) -> Sequence[PullRequest] | Trouble:
        """See `PullRequests`."""
        if COMMIT.fullmatch(commit) is None:
            return Refused(f"'{one_line(commit, 60)}' is no commit", "invalid", "the full id, forty digits")
        listed = self._dialect.pulls.of_commit(self._repository, commit)
        if isinstance(listed, Answer):
            if self._dialect.commits.no_commit(listed):
                return Refused(f"the host does not know the commit {commit[:10]}", "no-such-commit", "was it pushed?")
            return self._repository.trouble(listed)
        if isinstance(listed, Later | Refused):
            return listed
        known = self._repository.whole("/pulls", [self._dialect.pulls.pull(each) for each in listed])
        if not isinstance(known, list):
            return known
        return sorted((each.told for each in known), key=lambda each: -each.number)
