"""Spec sources: the working tree for validating as one writes, a commit for everything that is applied."""

from collections.abc import Iterable, Iterator, Mapping
from os import scandir
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import SystemClock
from reconciler.errors import UsageError
from reconciler.specs.paths import read_yaml
from reconciler.specs.sentences import say

if TYPE_CHECKING:
    from os import DirEntry, stat_result

    from git import Commit, Repo

FOLDERS = ("orgs", "specs")
WORKING_TREE = "working tree"
RECENT_S = 2.0
"""Seconds: the coarsest tick of a file system that people still use."""


class WorkingTree:
    """The files as they are on disk."""

    revision = WORKING_TREE

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self) -> Mapping[str, bytes]:
        """Every spec by its path. Raises UsageError where there are none, or one cannot be read."""
        return self.read(self._entries())

    def stamps(self) -> Mapping[str, str]:
        """Every spec with a text that another content would not have; empty where that is not sure.

        As git does it: size, times and inode. What changed in the last moments may change once more within the same
        tick of the file system's clock, so its stamp proves nothing.
        """
        recent = SystemClock().now().timestamp() - RECENT_S
        return {name: _stamp(entry.stat(), recent) for name, entry in self._entries().items()}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of specs. Raises UsageError where one cannot be read."""
        return {name: _content(self._root / name, name) for name in paths}

    def _entries(self) -> "dict[str, DirEntry[str]]":
        if not (self._root / "orgs").is_dir():
            hint = "run this in a config repository, or name one with --root"
            raise UsageError(say("there is no folder orgs/ in {resolve}", resolve=self._root.resolve()), hint)
        return {name: entry for folder in FOLDERS for name, entry in _specs(self._root, folder)}


class CommitTree:
    """The tree of one commit: read whole from git's objects, whatever the working tree holds."""

    def __init__(self, root: Path, revision: str = "HEAD") -> None:
        self._root = root
        self._revision = revision
        self._resolved = ""

    @property
    def revision(self) -> str:
        """The commit's full id."""
        if not self._resolved:
            from git import Repo

            with _open(self._root) as repository:
                assert isinstance(repository, Repo)
                self._resolved = _commit(repository, self._revision).hexsha
        return self._resolved

    def files(self) -> Mapping[str, bytes]:
        """Every spec by its path. Raises UsageError where there is no such commit."""
        return self.read(self.stamps())

    def stamps(self) -> Mapping[str, str]:
        """Every spec with the id of its blob, which is a digest of the content."""
        from git import Blob

        with _open(self._root) as repository:
            tree = _commit(repository, self.revision).tree
            blobs = {str(item.path): item.hexsha for item in tree.traverse() if isinstance(item, Blob)}
        found = {path: blobs[path] for path in read_yaml(blobs)}
        if not any(path.startswith("orgs/") for path in found):
            raise UsageError(
                say("the commit {revision} holds no orgs/", revision=self.revision[:10]), "is this a config repository?"
            )
        return found

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of specs."""
        with _open(self._root) as repository:
            tree = _commit(repository, self.revision).tree
            return {path: bytes((tree / path).data_stream.read()) for path in paths}


def git_folder(root: Path) -> Path:
    """Where git keeps what it knows of a repository, or of a copy without a working tree."""
    with _open(root) as repository:
        return Path(repository.common_dir).resolve()


def read_folder(root: Path, folder: str) -> dict[str, bytes]:
    """Every YAML file below `root/folder`, by its path from `root`. Links that lead out are refused."""
    return {name: _content(root / name, name) for name, _ in _specs(root, folder)}


def _specs(root: Path, folder: str) -> "Iterator[tuple[str, DirEntry[str]]]":
    """Every YAML file below `root/folder`, with its path from `root`. A folder that cannot be listed is not empty."""
    base = root.resolve()
    waiting = [folder] if (root / folder).is_dir() else []
    if waiting:
        _inside(root / folder, folder, base)
    while waiting:
        inner = waiting.pop()
        for entry in _listed(root / inner, inner):
            name = f"{inner}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(name)
            elif name.endswith((".yaml", ".yml")) and entry.is_file():
                if entry.is_symlink():
                    _inside(root / name, name, base)
                yield name, entry


def _listed(folder: Path, name: str) -> "list[DirEntry[str]]":
    try:
        with scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise UsageError(
            say("{name} cannot be read: {strerror}", name=name, strerror=error.strerror),
            "nothing is done on half a reading",
        ) from error


def _inside(path: Path, name: str, base: Path) -> None:
    if not path.resolve().is_relative_to(base):
        raise UsageError(
            say("{name} is a link that leads out of the repository", name=name), "put the file itself here"
        )


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            say("{name} cannot be read: {strerror}", name=name, strerror=error.strerror),
            "nothing is done on half a reading",
        ) from error


def _stamp(found: "stat_result", recent: float) -> str:
    if max(found.st_mtime, found.st_ctime) > recent:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_dev} {found.st_ino}"


def _open(root: Path) -> "Repo":
    from git import InvalidGitRepositoryError, NoSuchPathError, Repo

    try:
        return Repo(root, search_parent_directories=False)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        hint = "plan and apply read commits: git init, add, commit; or look at the working tree with validate"
        raise UsageError(say("{resolve} is not a git repository", resolve=root.resolve()), hint) from error


def _commit(repository: "Repo", revision: str) -> "Commit":
    from git import BadName, GitCommandError

    if revision.startswith("-"):
        raise UsageError(say("'{revision}' is not a revision", revision=revision), "a branch, a tag or a commit")
    try:
        return repository.commit(revision)
    except (BadName, ValueError, GitCommandError, IndexError) as error:
        raise UsageError(
            say("there is no revision '{revision}'", revision=revision), "a branch, a tag or a commit"
        ) from error
