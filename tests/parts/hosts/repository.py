"""A bare git repository, written with git's own plumbing: what a host keeps below its API."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NOBODY = {"name": "Somebody else", "email": "else@example.org", "date": "2026-01-01T00:00:00Z"}


class GitError(Exception):
    """git said no."""


class BareRepository:
    """In `folder`; a copy of `model` where one is given. Trees are made in an index of their own."""

    def __init__(self, folder: Path, model: Path | None = None) -> None:
        self.folder = folder
        self._index = str(folder / "index-of-the-api")
        if model is not None:
            shutil.copytree(model, folder)
            return
        self.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder), bare=False)

    def git(self, *arguments: str, given: str = "", bare: bool = True, **environment: str) -> str:
        command = ["git", *(("--git-dir", str(self.folder)) if bare else ()), *arguments]
        plain = {"PATH": os.defpath, "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        done = subprocess.run(
            command, input=given.encode(), capture_output=True, check=False, env={**plain, **environment}
        )
        if done.returncode != 0:
            raise GitError(done.stderr.decode())
        return done.stdout.decode().rstrip("\n")

    def has(self, commit: str) -> bool:
        try:
            return self.git("cat-file", "-t", commit) == "commit"
        except GitError:
            return False

    def branch(self, name: str) -> str:
        """The commit; empty where there is no such branch."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{name}")
        except GitError:
            return ""

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()

    def tree(self, base: str, files: Mapping[str, str | None]) -> str:
        """A tree on a base. Raises GitError where a file goes that is not there."""
        index = {"GIT_INDEX_FILE": self._index}
        self.git("read-tree", *([base] if base else ["--empty"]), **index)
        there = set(self.git("ls-files", "-z", **index).split("\0"))
        if any(text is None and path not in there for path, text in files.items()):
            raise GitError("GitRPC::BadObjectState")
        lines = [
            f"0 {'0' * 40}\t{path}\0"
            if text is None
            else f"100644 {self.git('hash-object', '-w', '--stdin', given=text)}\t{path}\0"
            for path, text in files.items()
        ]
        self.git("update-index", "-z", "--index-info", given="".join(lines), **index)
        return self.git("write-tree", **index)

    def commit(self, tree: str, parents: Sequence[str], message: str, author: Mapping[str, str] = NOBODY) -> str:
        people = {
            f"GIT_{role}_{part.upper()}": author[part]
            for role in ("AUTHOR", "COMMITTER")
            for part in ("name", "email", "date")
        }
        above = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, *above, given=message, **people)

    def push(self, branch: str, files: Mapping[str, str | None], message: str = "Something else") -> str:
        """Somebody else's commit on top of a branch, which is made from `main` where it is missing."""
        before = self.branch(branch) or self.branch("main")
        tree = self.tree(f"{before}^{{tree}}" if before else "", files)
        made = self.commit(tree, [before] if before else [], message)
        self.git("update-ref", f"refs/heads/{branch}", made)
        return made

    def file(self, commit: str, path: str) -> str:
        return self.git("show", f"{commit}:{path}")

    def files(self, of: str) -> list[str]:
        return self.git("ls-tree", "-r", "--name-only", of).splitlines()

    def between(self, base: str, head: str) -> list[str]:
        """The commits of a head that are not in a base, the oldest first."""
        return self.git("rev-list", "--reverse", f"{base}..{head}").splitlines()

    def changed(self, base: str, head: str) -> list[tuple[str, str]]:
        """Paths that differ since the two went apart: before and after, which is the same where nothing moved."""
        lines = self.git("diff", "--name-status", "-M", f"{base}...{head}").splitlines()
        return [(parts[1], parts[-1]) for parts in (line.split("\t") for line in lines)]

    def parent(self, of: str) -> str:
        return self.git("rev-parse", f"{of}^")

    def author(self, of: str) -> str:
        return self.git("log", "-1", "--format=%an <%ae>", of)

    def message(self, of: str) -> str:
        return self.git("log", "-1", "--format=%B", of)

    def delete(self, branch: str) -> None:
        self.git("update-ref", "-d", f"refs/heads/{branch}")

    def merge(self, head: str, into: str, method: str, message: str) -> str:
        """Bring a head into a branch; the commit that the branch is at then. Raises GitError for a conflict."""
        before = self.branch(into)
        if method == "fast-forward":
            self.git("merge-base", "--is-ancestor", before, head)
            made = head
        else:
            tree = self.git("merge-tree", "--write-tree", before, head).partition("\n")[0]
            above = [before, head] if method == "merge" else [before]
            made = self.commit(tree, above, message if method != "rebase" else self.message(head))
        self.git("update-ref", f"refs/heads/{into}", made, before)
        return made

    def content(self, blob: str) -> bytes:
        command = ["git", "--git-dir", str(self.folder), "cat-file", "blob", blob]
        return subprocess.run(command, capture_output=True, check=True, env={"PATH": os.defpath}).stdout
