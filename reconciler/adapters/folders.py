"""Folders that files are dropped into: what every kind of them can do, and the one on this machine.

Names come from specs, which strangers write: a name leads down, never up, and never through a link.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Protocol

from reconciler.runs.outcome import Answer, Stop

MISSING, FORBIDDEN, FULL, REFUSED = "no-such-folder", "folder-forbidden", "folder-full", "folder-refused"
TOO_LARGE, NO_FILE = "file-too-large", "no-plain-file"
LONGEST = 200
_STEP = re.compile(r"[\w{}-][\w .{}+-]*")
_WORDS = {
    errno.ENOENT: ("there is no such folder", MISSING),
    errno.ENOTDIR: ("a folder is wanted there, and not a file or a link", MISSING),
    errno.ELOOP: ("a link stands there, and links are not followed", FORBIDDEN),
    errno.EACCES: ("it is not permitted there", FORBIDDEN),
    errno.EPERM: ("it is not permitted there", FORBIDDEN),
    errno.EROFS: ("the folder can only be read", FORBIDDEN),
    errno.ENOSPC: ("the disk is full there", FULL),
    errno.EDQUOT: ("the allowance of the disk is used up there", FULL),
}


class Failed(Exception):
    """An operation did not succeed; `answer` says what that means for what was asked.

    Unreachable: it was never begun. Stop: it was refused. Unclear: it may have happened.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Folder(Protocol):
    """A folder with folders below it. Every method raises Failed; names are relative, with slashes."""

    @property
    def title(self) -> str:
        """Where it is, for people."""

    def check(self, name: str) -> None:
        """Make sure that the folder `name` is there, and is where it says: not behind a link."""

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file; None where there is none. One of more than `most` bytes, or a link, is refused."""

    def exists(self, name: str) -> bool:
        """Whether anything has that name."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file anew, and see to it that it is on the disk."""

    def rename(self, old: str, new: str) -> None:
        """Give a file its name; refused where something has it already. Here Unclear means that it may have it."""

    def remove(self, name: str) -> None:
        """Take a file away."""

    def close(self) -> None:
        """Let go of connections."""


def below(name: str) -> Sequence[str]:
    """The steps of a relative name. Raises Failed for one that could lead anywhere else."""
    steps = name.split("/")
    if not all(_STEP.fullmatch(step) and len(step) <= LONGEST for step in steps):
        message = f"'{name[:LONGEST]}' is no name of a file below the folder: letters, digits, points and hyphens"
        raise Failed(Stop(message, FORBIDDEN))
    return steps


def too_large(name: str, most: int) -> Failed:
    """The refusal to read what somebody else has written without an end."""
    return Failed(Stop(f"{name} is larger than {most} bytes, and is not read", TOO_LARGE))


class LocalFolder:
    """A folder on this machine, at or below one that the installation allows. No link below that one is followed."""

    def __init__(self, allowed: Path, folder: Path) -> None:
        self._allowed = allowed
        self._steps = folder.relative_to(allowed).parts
        self.title = str(folder)

    def check(self, name: str) -> None:
        """See Folder."""
        with self._told(name), self._opened(below(name)):
            pass

    def read(self, name: str, most: int) -> bytes | None:
        """See Folder. A folder that is not there is a failure: unread is not absent."""
        *way, last = below(name)
        with self._told(name), self._opened(way) as folder:
            try:
                handle = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            except FileNotFoundError:
                return None
            with os.fdopen(handle, "rb") as file:
                found = os.fstat(handle)
                if not stat.S_ISREG(found.st_mode):
                    raise Failed(Stop(f"{name} is no plain file", NO_FILE))
                content = file.read(most + 1)
        if len(content) > most:
            raise too_large(name, most)
        return content

    def exists(self, name: str) -> bool:
        """See Folder."""
        *way, last = below(name)
        with self._told(name), self._opened(way) as folder:
            try:
                os.stat(last, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return False
        return True

    def write(self, name: str, content: bytes) -> None:
        """See Folder. A new file, never one that a link points to."""
        *way, last = below(name)
        with self._told(name), self._opened(way) as folder:
            with suppress(FileNotFoundError):
                os.unlink(last, dir_fd=folder)
            handle = os.open(last, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640, dir_fd=folder)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)

    def rename(self, old: str, new: str) -> None:
        """See Folder. Both stand in one folder. Nobody else makes names of ours: looking right before is enough."""
        *way, first = below(old)
        last = below(new)[-1]
        with self._told(new), self._opened(way) as folder:
            if self.exists(new):
                raise FileExistsError(errno.EEXIST, "a file of that name is there already")
            os.rename(first, last, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def remove(self, name: str) -> None:
        """See Folder."""
        *way, last = below(name)
        with self._told(name), self._opened(way) as folder:
            os.unlink(last, dir_fd=folder)

    def close(self) -> None:
        """Nothing is held open."""

    @contextmanager
    def _opened(self, way: Sequence[str]) -> Iterator[int]:
        """The folder at the end of a way, gone step by step without following links."""
        handle = os.open(self._allowed, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for step in (*self._steps, *way):
                next_one = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = next_one
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """What the operating system says, in words. Whatever it refuses did not happen."""
        try:
            yield
        except OSError as error:
            words, code = _WORDS.get(error.errno or 0, (error.strerror or "it was refused", REFUSED))
            raise Failed(Stop(f"{PurePosixPath(self.title) / name}: {words}", code)) from error
