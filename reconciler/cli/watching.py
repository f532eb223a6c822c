"""Waiting for people to save a file: the specs of a working tree, watched by the operating system (watchfiles).

What it announces is looked at once more, by path, size and time and never by content: an announcement may come twice,
late, or (on a network drive) not at all, so there is a look every few seconds too.
"""

from collections.abc import Iterator
from pathlib import Path

from reconciler.specs.paths import read_yaml

FOLDERS = ("orgs", "specs")
LOOK_MS = 3_000
"""Without an announcement, a look after so long."""
SETTLED_MS = 400
"""An editor writes a file in several steps: what follows within this time belongs to the same change."""
Seen = dict[str, tuple[int, int, int]]
"""Each spec's time of change in ns, size and inode: an editor that writes a new file in its place changes the last."""


def changes(root: Path, settled: Seen) -> Iterator[None]:
    """One item whenever the specs below `root` have changed and then stood still; never ends by itself.

    `settled` is what was seen before they were last read, so that nothing saved meanwhile is missed.
    """
    from watchfiles import watch

    folders = [root / name for name in FOLDERS if (root / name).is_dir()]
    for _ in watch(*folders, debounce=SETTLED_MS, rust_timeout=LOOK_MS, yield_on_timeout=True):
        seen = look(root)
        if seen != settled:
            settled = seen
            yield


def look(root: Path) -> Seen:
    """What can be seen of the specs without opening one. A file that goes away meanwhile is not there."""
    found: Seen = {}
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if read_yaml([name]):
                try:
                    state = path.stat()
                except FileNotFoundError:
                    continue
                found[name] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found
