"""Three texts put together by line, as git does it: what two people have changed of one file since both had it."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import Blocked
from reconciler.git.plumbing import Plumbing
from reconciler.specs.sentences import say

MARK = 60
"""Letters of a marker of git: no line of a spec is one by chance."""
MOST = 127
"""Conflicts that git counts; above that it says that it could not."""


@dataclass(slots=True)
class Merged:
    """The text in which every change of ours stands that fits; `left` are the lines of those that do not, change by
    change: there theirs stays as it is. A change that takes lines away has none.
    """

    text: str
    left: list[list[str]] = field(default_factory=list)


def merge(ours: str, base: str, theirs: str) -> Merged:
    """Ours laid onto theirs. Raises Blocked where git cannot put them together."""
    with tempfile.TemporaryDirectory(prefix="reconciler-merge-") as scratch:
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(scratch) / name).write_bytes(text.encode())
        names = ("ours", "base", "theirs")
        asked = ("merge-file", "--stdout", "--diff3", f"--marker-size={MARK}", *names)
        done = Plumbing(Path(scratch)).run(*asked)
    if done.returncode < 0 or done.returncode > MOST:
        words = done.stderr.decode("utf-8", "replace").strip()[:300]
        raise Blocked(say("git {command}: {words}", command="merge-file", words=words or "failed"), "try it again")
    return _read(done.stdout.decode())


def _read(text: str) -> Merged:
    """What git gave: where it could not decide, theirs stays, and ours is left."""
    found, kept, side = Merged(""), [], ""
    for line in text.splitlines(keepends=True):
        mark = line[:1] if line[:MARK] == line[:1] * MARK else ""
        if mark == "<":
            found.left.append([])
        if mark in ("<", "|", "=", ">"):
            side = "" if mark == ">" else mark
        elif side == "<":
            found.left[-1].append(line.rstrip("\r\n"))
        elif side in ("", "="):
            kept.append(line)
    found.text = "".join(kept)
    return found
