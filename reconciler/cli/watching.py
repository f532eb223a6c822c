"""Waiting for people to save a file: the specs of a working tree, looked at twice a second.

Looking is bounded: paths, sizes and times of the YAML files below `orgs/` and `specs/`, never their content.
"""

from collections.abc import Iterator
from pathlib import Path

from reconciler.clock import Clock
from reconciler.specs.paths import read_yaml

PAUSE_S = 0.5
Seen = dict[str, tuple[int, int, int]]
"""Each spec's time of change in ns, size and inode: an editor that writes a new file in its place changes the last."""


def changes(root: Path, clock: Clock, settled: Seen) -> Iterator[None]:
    """One item whenever the specs below `root` have changed and then stood still for a pause; never ends by itself.

    `settled` is what was seen before they were last read, so that nothing saved meanwhile is missed.
    """
    while True:
        clock.wait(PAUSE_S)
        seen = look(root)
        if seen == settled:
            continue
        while (later := _after_a_pause(root, clock)) != seen:
            seen = later
        settled = seen
        yield


def _after_a_pause(root: Path, clock: Clock) -> Seen:
    clock.wait(PAUSE_S)
    return look(root)


def look(root: Path) -> Seen:
    """What can be seen of the specs without opening one. A file that goes away meanwhile is not there."""
    found: Seen = {}
    for folder in ("orgs", "specs"):
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if read_yaml([name]):
                try:
                    state = path.stat()
                except FileNotFoundError:
                    continue
                found[name] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found
