"""Everything that one running folder remembers: who may come in, what was taken, and the folder itself."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.simulators.dropbox.options import Options
from reconciler.simulators.dropbox.reading import Record
from reconciler.simulators.faults import Faults

FOLDERS = ("in", "ack", "err")


@dataclass
class Booked:
    """One record: the batches that brought it and were accepted with it. More than one is a double booking."""

    reference: str
    record: Record
    batches: list[str]


@dataclass
class Batch:
    """One batch as it was taken: `digests` has one entry for each content that ever came under its name."""

    reference: str
    file: str
    rows: int
    digests: list[str]
    times: int = 1
    problem: str = ""


@dataclass
class State:
    """`server` is what the SFTP side says of itself: address and fingerprint."""

    options: Options
    folder: tempfile.TemporaryDirectory[str]
    users: set[tuple[str, str]]
    booked: dict[str, Booked] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    logins: int = 0

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: empty folders, nothing taken."""
        folder = tempfile.TemporaryDirectory(prefix="dropbox-", ignore_cleanup_errors=True)
        for name in FOLDERS:
            (Path(folder.name) / name).mkdir()
        return cls(options, folder, set(options.users))

    @property
    def path(self) -> Path:
        """The folder that SFTP shows as its whole world."""
        return Path(self.folder.name)

    def listed(self) -> list[str]:
        """Every file there is, by its path."""
        return sorted(str(each.relative_to(self.path)) for each in self.path.rglob("*") if each.is_file())
