"""Branches: made once, at a commit, and never moved over anything."""

from reconciler.hosts.client import Answer
from reconciler.hosts.dialect import CommitDialect
from reconciler.hosts.repository import Repository
from reconciler.runs.host import COMMIT, Refused, Trouble, is_branch, one_line


class Branches:
    """The branches of a repository."""

    def __init__(self, repository: Repository, dialect: CommitDialect) -> None:
        self._repository, self._dialect = repository, dialect

    def make(self, name: str, commit: str) -> str | Trouble:
        """Make a branch at a commit, unless there is one: the commit that it is at."""
        if not is_branch(name) or COMMIT.fullmatch(commit) is None:
            return Refused(
                f"'{one_line(name, 60)}' is no branch, or its commit is none", "invalid", "letters, digits, ./-"
            )
        found = self.at(name)
        if found is not None:
            return found
        answer = self._repository.ask(self._dialect.branching(name, commit))
        if isinstance(answer, Answer) and answer.status != 201 and self._dialect.exists(answer):
            return self.at(name) or self._repository.client.later(f"the branch {name} comes and goes")
        if isinstance(answer, Answer) and answer.status == 201:
            return commit
        if isinstance(answer, Answer) and self._dialect.unknown(answer):
            return no_commit(commit)
        return self._repository.trouble(answer)

    def at(self, name: str) -> str | Trouble | None:
        """The commit that a branch is at; None where the host shows none. A repository that is not shown looks the
        same, and refuses the next write.
        """
        path, names = self._dialect.branch(name)
        answer = self._repository.get(path)
        if isinstance(answer, Answer) and answer.status == 404:
            return None
        if not isinstance(answer, Answer) or answer.status != 200:
            return self._repository.trouble(answer)
        return self._repository.id_in(answer.body, *names)


def taken(branch: str) -> Refused:
    """What is said of a branch, or a pull request of it, that is somebody else's."""
    return Refused(f"the branch {branch} is there already, with other content", "taken", "choose another name")


def no_commit(commit: str) -> Refused:
    """What is said of a commit that the host does not know."""
    hint = "was it pushed to this repository, and may the credential see it?"
    return Refused(f"the host does not know the commit {commit[:10]}", "no-such-commit", hint)
