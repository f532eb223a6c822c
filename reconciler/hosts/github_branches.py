"""Branches at GitHub (docs.github.com/rest/git/refs)."""

from urllib.parse import quote

from reconciler.hosts.client import Answer
from reconciler.hosts.github_repository import Repository
from reconciler.runs.host import COMMIT, Refused, Trouble, is_branch, one_line

EXISTS = "already exists"


class Branches:
    """The branches of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def make(self, name: str, commit: str) -> str | Trouble:
        """Make a branch at a commit, unless there is one: the commit that it is at."""
        if not is_branch(name) or COMMIT.fullmatch(commit) is None:
            return Refused(
                f"'{one_line(name, 60)}' is no branch, or its commit is none", "invalid", "letters, digits, ./-"
            )
        found = self.at(name)
        if found is not None:
            return found
        answer = self._repository.write("POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": commit})
        if isinstance(answer, Answer) and answer.status == 422 and EXISTS in answer.message:
            return self.at(name) or self._repository.client.later(f"the branch {name} comes and goes")
        return _made(self._repository, answer, commit)

    def at(self, name: str) -> str | Trouble | None:
        """The commit that a branch is at; None where the host shows none. A repository that is not shown looks the
        same, and refuses the next write.
        """
        answer = self._repository.get(f"/git/ref/heads/{quote(name)}")
        if isinstance(answer, Answer) and answer.status == 404:
            return None
        if not isinstance(answer, Answer) or answer.status != 200:
            return self._repository.trouble(answer)
        return self._repository.id_in(answer.body, "object", "sha")

    def forward(self, name: str, commit: str) -> Trouble | None:
        """Move a branch on to a commit that was made on top of it; never over anything else."""
        answer = self._repository.write("PATCH", f"/git/refs/heads/{quote(name)}", {"sha": commit, "force": False})
        if isinstance(answer, Answer) and answer.status == 422:
            return taken(name)
        return None if isinstance(answer, Answer) and answer.status == 200 else self._repository.trouble(answer)


def taken(branch: str) -> Refused:
    """What is said of a branch, or a pull request of it, that is somebody else's."""
    return Refused(f"the branch {branch} is there already, with other content", "taken", "choose another name")


def _made(repository: Repository, answer: Answer | Trouble, commit: str) -> str | Trouble:
    """The commit at which a branch was made. "Object does not exist" is a 422."""
    if isinstance(answer, Answer) and answer.status == 201:
        return commit
    if isinstance(answer, Answer) and answer.status == 422 and "not exist" in answer.message:
        hint = "was it pushed to this repository?"
        return Refused(f"the host does not know the commit {commit[:10]}", "no-such-commit", hint)
    return repository.trouble(answer)
