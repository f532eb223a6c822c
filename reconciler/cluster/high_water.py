"""The high-water marks: a JSON file that says, per target, the greatest number ever given out.

On one machine it is written by runs, in a cluster by the controller alone. It lies outside the database on purpose: a
database restored from an old backup knows less than this file.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.cluster.names import MARKS_FILE
from reconciler.errors import Blocked


class HighWaterFile:
    """The HighWater port on a file. Written whole under another name and renamed: a crash leaves the old marks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, organization_id: str, target: str) -> int:
        """The mark; 0 where there is none. Raises Blocked where the file cannot be read: unread is not empty."""
        return self._marks().get(_key(organization_id, target), 0)

    def mark(self, organization_id: str, target: str, number: int) -> None:
        """Raise the mark; never lowers it."""
        with self._alone():
            marks = self._marks()
            key = _key(organization_id, target)
            if number > marks.get(key, 0):
                marks[key] = number
                self._write(marks)

    def _marks(self) -> dict[str, int]:
        return marks_in(self._path)

    def _write(self, marks: dict[str, int]) -> None:
        temporary = self._path.with_name(f".{self._path.name}.{secrets.token_hex(6)}")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(marks, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            hint = "make room, or give this user the right to write there (RECONCILER_HOME)"
            raise Blocked(f"the high-water file {self._path} cannot be written: {error.strerror}", hint) from error


class MountedMarks:
    """The HighWater port in the pod of a run: the marks of its organisation, mounted as a file that only it reads.

    The controller writes them, from the ledger's rows. There may be none yet; a folder that is not there is a mistake.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, organization_id: str, target: str) -> int:
        """The mark; 0 where there is none. Raises Blocked where it cannot be known: unread is not empty."""
        if not self._folder.is_dir():
            hint = "the controller mounts them there; without a cluster leave RECONCILER_MARKS out"
            raise Blocked(f"the folder of the high-water marks {self._folder} is not there", hint)
        return marks_in(self._folder / MARKS_FILE).get(_key(organization_id, target), 0)

    def mark(self, organization_id: str, target: str, number: int) -> None:
        """Nothing: what was given out stands in the ledger, and the controller reads it there."""


def marks_in(path: Path) -> dict[str, int]:
    """The greatest number by target; none where there is no file. Raises Blocked where it cannot be read."""
    hint = "restore it, or remove it when you are sure that the database is the newest one"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise Blocked(f"the high-water file {path} cannot be read", hint) from error
    if not isinstance(found, dict) or any(type(number) is not int for number in found.values()):
        raise Blocked(f"the high-water file {path} does not hold numbers by target", hint)
    return found


def _key(organization_id: str, target: str) -> str:
    return f"{organization_id} {target}"
