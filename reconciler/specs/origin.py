"""Where a value was written. A path through a document leads to an origin; an origin prints as `file:line:column`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

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


class Mark(Protocol):
    """A place as the parser gives it; line and column count from 0."""

    line: int
    column: int


Place = Any
"""The `Mark` of a scalar, or (mark, places below): of a mapping `{key: (mark of the key, Place)}`, of a list `[Place]`.

The parser's own marks and not origins: a document has a hundred values, and people ask for the places of very few.
"""


def origin(file: str, mark: Mark) -> Origin:
    """The mark as people count."""
    return Origin(file, mark.line + 1, mark.column + 1)


class Origins:
    """The origins of one document: of every value, and of every key that named one."""

    __slots__ = ("_root", "file")

    def __init__(self, file: str, root: Place = None) -> None:
        self.file = file
        self._root = root

    def at(self, path: Path) -> Origin:
        """The origin of the value at `path`, or of the nearest enclosing value that is in the text."""
        here = self._root
        for step in path:
            if (pair := _below(here, step)) is None:
                break
            here = pair[1]
        return Origin(self.file) if here is None else origin(self.file, _mark(here))

    def key(self, path: Path) -> Origin:
        """The origin of the key at `path`; where there is none, of the value."""
        here = self._root
        pair = None
        for step in path:
            pair = _below(here, step)
            here = pair[1] if pair is not None else None
        return self.at(path) if pair is None or pair[0] is None else origin(self.file, pair[0])

    @property
    def values(self) -> dict[Path, Origin]:
        """Every value by its path, the document itself first."""
        return {path: origin(self.file, _mark(place)) for path, _, place in _walk((), None, self._root)}

    @property
    def keys(self) -> dict[Path, Origin]:
        """Every key by the path of its value."""
        return {path: origin(self.file, mark) for path, mark, _ in _walk((), None, self._root) if mark is not None}


def _mark(place: Place) -> Mark:
    found: Mark = place[0] if isinstance(place, tuple) else place
    return found


def _below(place: Place, step: str | int) -> tuple[Mark | None, Place] | None:
    """The mark of the key and the place of the value one step below; None where the text has no such step."""
    inside = place[1] if isinstance(place, tuple) else None
    if isinstance(inside, dict):
        return inside.get(step)
    if isinstance(inside, list) and isinstance(step, int) and 0 <= step < len(inside):
        return None, inside[step]
    return None


def _walk(path: Path, key: Mark | None, place: Place) -> Iterator[tuple[Path, Mark | None, Place]]:
    """Every value with its path, the mark of its key where it has one, and its place."""
    if place is None:
        return
    yield path, key, place
    inside = place[1] if isinstance(place, tuple) else None
    if isinstance(inside, dict):
        for name, (mark, value) in inside.items():
            yield from _walk((*path, name), mark, value)
    elif isinstance(inside, list):
        for position, value in enumerate(inside):
            yield from _walk((*path, position), None, value)


def dotted(path: Path) -> str:
    """The path as people write it: `spec.exports[0].since`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
