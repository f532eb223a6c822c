"""Where a value was written. A path through a document leads to an origin; an origin prints as `file:line:column`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Keys and list positions from the root of a document: `("spec", "exports", 0, "since")`."""


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in a file of the config repository; line and column count from 1, 0 where only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Place = tuple[int, int, Any]
"""Line, column and the places below: of a mapping `{key: (line, column, Place)}`, of a list `[Place]`, else None.

Tuples and not origins: a document has a hundred values, and people ask for the places of very few.
"""


class Origins:
    """The origins of one document: of every value, and of every key that named one."""

    __slots__ = ("file", "root")

    def __init__(self, file: str, root: Place | None = None) -> None:
        self.file = file
        self.root = root

    def at(self, path: Path) -> Origin:
        """The origin of the value at `path`, or of the nearest enclosing value that is in the text."""
        place = self.root
        if place is None:
            return Origin(self.file)
        for step in path:
            below = _below(place, step)
            if below is None:
                break
            place = below[2] if isinstance(step, str) else below
        return Origin(self.file, place[0], place[1])

    def key(self, path: Path) -> Origin:
        """The origin of the key at `path`; where there is none, of the value."""
        place = self.root
        for step in path[:-1]:
            below = _below(place, step) if place is not None else None
            place = below[2] if below is not None and isinstance(step, str) else below
        found = _below(place, path[-1]) if place is not None and path else None
        return Origin(self.file, found[0], found[1]) if found is not None else self.at(path)

    @property
    def values(self) -> dict[Path, Origin]:
        """Every value by its path, the document itself first."""
        return {path: origin for path, origin, is_key in self._all() if not is_key}

    @property
    def keys(self) -> dict[Path, Origin]:
        """Every key by the path of its value."""
        return {path: origin for path, origin, is_key in self._all() if is_key}

    def _all(self) -> Iterator[tuple[Path, Origin, bool]]:
        return _walk((), self.root, self.file) if self.root is not None else iter(())


def _below(place: Place, step: str | int) -> Place | None:
    """The place of a key or of an item; None where there is no such."""
    inside = place[2]
    if isinstance(inside, dict):
        return inside.get(step)
    if isinstance(inside, list) and isinstance(step, int) and 0 <= step < len(inside):
        found: Place = inside[step]
        return found
    return None


def _walk(path: Path, place: Place, file: str) -> Iterator[tuple[Path, Origin, bool]]:
    yield path, Origin(file, place[0], place[1]), False
    if isinstance(place[2], dict):
        for key, (line, column, value) in place[2].items():
            yield (*path, key), Origin(file, line, column), True
            yield from _walk((*path, key), value, file)
    elif place[2] is not None:
        for position, item in enumerate(place[2]):
            yield from _walk((*path, position), item, file)


def dotted(path: Path) -> str:
    """The path as people write it: `spec.exports[0].since`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
