"""The image as scripts/replay_image.py makes it, and its programs run as the cluster would run them.

As whom: the image's user where the tests are root's; else whoever runs the tests. Either way nothing but the user's own
folders can be written to.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROOM = 2 << 30
"""Bytes that have to be free in memory for the image to lie there."""


@dataclass(frozen=True, slots=True)
class Image:
    """`root` is read only; `said` is what the Dockerfile says of how it is started."""

    root: Path
    said: Mapping[str, Any]

    @property
    def home(self) -> Path:
        """The folder that an emptyDir is mounted to."""
        return Path(self.said["workdir"])

    def process(self, command: Sequence[str], settings: Mapping[str, str]) -> subprocess.Popen[str]:
        """A program of the image as the image's user, with `settings` as its environment beside the image's own."""
        user = dict(zip(("user", "group"), map(int, self.said["user"].split(":")), strict=True))
        changed = {**user, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.Popen(
            list(command),
            env={**self.said["env"], "HOME": str(self.home), "TMPDIR": str(self.home), **settings},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **changed,
        )

    def hand_over(self, *paths: Path) -> None:
        """Let the image's user own what a volume would bring."""
        if os.geteuid() == 0:
            user, group = map(int, self.said["user"].split(":"))
            for path in (each for top in paths for each in (top, *top.rglob("*"))):
                os.chown(path, user, group, follow_symlinks=False)

    def program(self, *arguments: str) -> list[str]:
        """The command of the entry point. The first process (tini) is left out: it is of Debian's packages."""
        first, dashes, name = self.said["entrypoint"]
        assert (first, dashes) == ("tini", "--")
        return [str(self.root / "opt/reconciler/bin" / name), *arguments]

    def run(self, arguments: Sequence[str], settings: Mapping[str, str]) -> tuple[int, str]:
        """Exit code and what was printed."""
        process = self.process(self.program(*arguments), settings)
        out, errors = process.communicate(timeout=120)
        return process.returncode, out + errors


@contextmanager
def replayed() -> Iterator[Image]:
    """The image of this tree, from what scripts/wheels.sh has prepared; gone afterwards."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="reconciler-image-", dir=memory if roomy else None))
    folder.chmod(0o755)
    command = [sys.executable, str(ROOT / "scripts/replay_image.py"), str(folder / "root")]
    try:
        command += ["--prepared", str(Path(sys.prefix) / "image")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        yield Image(folder / "root", json.loads(done.stdout.splitlines()[-1]))
    finally:
        for path in (each for each in folder.rglob("*") if each.is_dir() and not each.is_symlink()):
            path.chmod(0o700)
        shutil.rmtree(folder)
