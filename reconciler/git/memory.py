"""What `validate` found in a config repository earlier, kept in a file of this machine that can always be thrown away.

JSON, in a folder of one's own. A file that somebody else could have written is not read; one that cannot be written is
no fault: the next validation reads everything again.
"""

import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

LARGEST = 200_000_000
"""Bytes; a hundred thousand documents need a tenth of it."""
PACKAGE = Path(__file__).parents[1]


class ValidationFile:
    """The memory of one config repository; one for its working tree, one for its commits."""

    def __init__(self, folder: Path, root: Path, what: str) -> None:
        name = hashlib.sha256(f"{root.resolve()}\0{what}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._path = folder / f"{name}.json"

    @property
    def program(self) -> str:
        """A digest of this program's files, of Python, of every installed package, and of the time zones."""
        return program(PACKAGE)

    def load(self) -> object:
        """The JSON; None where there is none, or it cannot be trusted."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            found = os.fstat(descriptor)
            if found.st_uid != os.geteuid() or found.st_mode & 0o022 or found.st_size > LARGEST:
                return None
            try:
                return json.loads(file.read(LARGEST))
            except (ValueError, RecursionError, OSError):
                return None

    def save(self, kept: object) -> None:
        """Replace the file at one stroke."""
        with suppress(OSError):  # a full or read-only disk costs time at the next validation, and nothing else
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent)
            try:
                with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, not a path
                    json.dump(kept, file, separators=(",", ":"))
                Path(name).replace(self._path)
            finally:
                Path(name).unlink(missing_ok=True)


def program(package: Path) -> str:
    """A digest of all that a finding depends on besides the specs: code, libraries, time zones."""
    import zoneinfo

    parts = [sys.version]
    for path in sorted(package.rglob("*.py")):
        found = path.stat()
        parts.append(f"{path.relative_to(package)} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}")
    for folder in (*sys.path, *zoneinfo.TZPATH):
        with suppress(OSError):  # not every place that may hold libraries or zones is there
            names = sorted(os.listdir(folder or "."))  # noqa: PTH208 - ten times as fast, over a whole site
            parts += [folder, *(name for name in names if name.endswith((".dist-info", "tzdata.zi", ".tab")))]
            parts += [str(Path(folder, name).stat()) for name in names if name == "tzdata.zi"]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
