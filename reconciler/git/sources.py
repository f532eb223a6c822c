"""Spec sources: the working tree for validating as one writes, a commit for everything that is applied."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.specs.collection import read_yaml

if TYPE_CHECKING:
    from git import Commit, Repo

FOLDERS = ("orgs", "specs")
WORKING_TREE = "working tree"


class WorkingTree:
    """The files as they are on disk."""

    revision = WORKING_TREE

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self) -> Mapping[str, bytes]:
        """Every spec by its path. Raises UsageError where there are none, or one cannot be read."""
        if not (self._root / "orgs").is_dir():
            hint = "run this in a config repository, or name one with --root"
            raise UsageError(f"there is no folder orgs/ in {self._root.resolve()}", hint)
        return {name: content for folder in FOLDERS for name, content in read_folder(self._root, folder).items()}


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
        from git import Blob

        with _open(self._root) as repository:
            tree = _commit(repository, self.revision).tree
            blobs = {str(item.path): item for item in tree.traverse() if isinstance(item, Blob)}
            found = {path: bytes(blobs[path].data_stream.read()) for path in read_yaml(blobs)}
        if not any(path.startswith("orgs/") for path in found):
            raise UsageError(f"the commit {self.revision[:10]} holds no orgs/", "is this a config repository?")
        return found


def read_folder(root: Path, folder: str) -> dict[str, bytes]:
    """Every YAML file below `root/folder`, by its path from `root`. Links that lead out are refused."""
    found: dict[str, bytes] = {}
    base = root.resolve()
    for path in sorted((root / folder).rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or not read_yaml([name]):
            continue
        if not path.resolve().is_relative_to(base):
            raise UsageError(f"{name} is a link that leads out of the repository", "put the file itself here")
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}", "nothing is done on half a reading") from error
    return found


def _open(root: Path) -> "Repo":
    from git import InvalidGitRepositoryError, NoSuchPathError, Repo

    try:
        return Repo(root, search_parent_directories=False)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        hint = "plan and apply read commits: git init, add, commit; or look at the working tree with validate"
        raise UsageError(f"{root.resolve()} is not a git repository", hint) from error


def _commit(repository: "Repo", revision: str) -> "Commit":
    from git import BadName, GitCommandError

    if revision.startswith("-"):
        raise UsageError(f"'{revision}' is not a revision", "a branch, a tag or a commit")
    try:
        return repository.commit(revision)
    except (BadName, ValueError, GitCommandError, IndexError) as error:
        raise UsageError(f"there is no revision '{revision}'", "a branch, a tag or a commit") from error
