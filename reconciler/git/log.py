"""What `git log` tells of files: who changed which, when, and in what words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

FORMAT = ("-z", "--name-only", "--format=%H%x00%an%x00%aI%x00%s")
"""NUL stands between all parts: nothing that people write into a commit holds it."""
_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_HEAD = 4


@dataclass(frozen=True, slots=True)
class Logged:
    """A commit; `at` is ISO 8601, as its author's clock had it, and `paths` are those of the files asked for."""

    commit: str
    author: str
    at: str
    title: str
    paths: tuple[str, ...]


def logged(told: bytes, paths: Sequence[str]) -> list[Logged]:
    """The commits in the order of the log."""
    parts, at, found = told.decode("utf-8", "replace").split("\0"), 0, []
    while at + _HEAD <= len(parts):
        if not _COMMIT.fullmatch(parts[at]):
            at += 1
            continue
        commit, author, when, title = parts[at : at + _HEAD]
        at += _HEAD
        end = next((each for each in range(at, len(parts)) if parts[each].lstrip("\n") not in paths), len(parts))
        found.append(Logged(commit, author, when, title, tuple(each.lstrip("\n") for each in parts[at:end])))
        at = end
    return found
