"""Merging a pull request, once, at the head that was judged and at no other.

The host is asked first: what is merged already is not merged again, and an answer that was lost costs a look. The host
compares the head once more as it merges. It says no in its own words, which a person has to read; here they are only
sorted by who has to act.
"""

import re

from reconciler.hosts.client import Answer
from reconciler.hosts.dialect import PullDialect
from reconciler.hosts.reading import Pull
from reconciler.hosts.repository import Repository, permissions
from reconciler.runs.host import COMMIT, Later, Refused, Trouble, one_line
from reconciler.runs.pull_requests import Merge, Merged

_SOON = re.compile(r"try again later|base branch was modified|push out of date|being checked", re.IGNORECASE)
"""A refusal that passes: the host is still looking whether it can be merged, or the branch moved meanwhile."""
_MOVED = re.compile(r"head branch was modified|head out of date|sha does not match", re.IGNORECASE)
"""GitHub ("Merge a pull request", 409), Gitea (services/pull, ErrSHADoesNotMatch), GitLab ("Merge a merge request",
409: "SHA does not match HEAD of source branch")."""
_CONFLICT = re.compile(r"conflict|not mergeable|cannot be merged|not a fast.forward|unrelated histor", re.IGNORECASE)
_MERGES = frozenset({200, 201})


class Merging:
    """The merges of a repository."""

    def __init__(self, repository: Repository, dialect: PullDialect) -> None:
        self._repository, self._dialect = repository, dialect

    def merge(self, number: int, merge: Merge) -> Merged | Trouble:
        """See `PullRequests`."""
        if COMMIT.fullmatch(merge.head) is None:
            return Refused(f"'{one_line(merge.head, 60)}' is no commit", "invalid", "the full id, forty digits")
        pull = self.look(number)
        if not isinstance(pull, Pull):
            return pull
        if (done := self._before(pull, merge)) is not None:
            return done
        ask = self._dialect.merging(self._repository, pull, merge)
        if isinstance(ask, Later | Refused):
            return ask
        answer = self._repository.plain(ask)
        if not isinstance(answer, Answer):
            return answer
        return self._after(number, merge) if answer.status in _MERGES else self._refused(pull, answer)

    def look(self, number: int) -> Pull | Trouble:
        """A pull request as it is now."""
        answer = self._repository.get(self._dialect.one(number))
        if not isinstance(answer, Answer) or answer.status != 200:
            return self._repository.missing(number, answer)
        found = self._dialect.pull(answer.body) if isinstance(answer.body, dict) else None
        return found or self._repository.client.later(f"the host's pull request {number} cannot be read")

    def _before(self, pull: Pull, merge: Merge) -> Merged | Refused | None:
        """What need not, or must not, be merged."""
        if pull.head != merge.head:
            what = "was merged" if pull.state == "merged" else "is"
            said = f"pull request {pull.number} {what} at {pull.head[:10]}, and not at {merge.head[:10]}"
            return Refused(said, "head-moved", "judge what it is now, and merge that")
        if pull.state == "merged":
            return Merged(pull.commit or pull.head)
        if pull.state == "closed":
            return Refused(f"pull request {pull.number} was closed", "closed", "open it again, or make another one")
        if merge.into and pull.into != merge.into:
            said = f"pull request {pull.number} goes into {pull.into} by now, and not into {merge.into}"
            return Refused(said, "head-moved", "judge what it is now, and merge that")
        if pull.draft:
            return Refused(f"pull request {pull.number} is a draft", "rules", "its author says when it is ready")
        return None

    def _after(self, number: int, merge: Merge) -> Merged | Trouble:
        """The commit that it became, which not every answer names."""
        pull = self.look(number)
        if not isinstance(pull, Pull):
            return pull
        if pull.state != "merged":
            return self._repository.client.later(f"the host does not show yet that {number} was merged")
        return Merged(pull.commit or merge.head)

    def _refused(self, pull: Pull, answer: Answer) -> Trouble:
        """Who has to act: nobody, the author, or whoever keeps the rules. The credential was good for a look just now,
        so that a 401 is about this request (GitLab says so of who may not merge).
        """
        said = answer.message
        if _SOON.search(said):
            return self._repository.client.later(f"the host does not merge {pull.number} yet: {said}")
        if _MOVED.search(said):
            return Refused(f"pull request {pull.number} has moved on: {said}", "head-moved", "judge what it is now")
        if answer.status in (401, 403):
            return Refused(f"the host does not allow it: {said}", "forbidden", permissions(answer))
        if answer.status == 409 or _CONFLICT.search(said):
            hint = f"bring {pull.branch} up to date with {pull.into}"
            return Refused(f"pull request {pull.number} cannot be merged: {said}", "conflict", hint)
        if answer.status in (405, 406, 422):
            hint = f"look at the rules of the branch {pull.into}, and at which ways of merging are allowed"
            return Refused(f"the host does not let {pull.number} be merged: {said}", "rules", hint)
        return self._repository.missing(pull.number, self._repository.judged(answer))
