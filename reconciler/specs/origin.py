"""Where a value was written. A path through a document leads to an origin; an origin prints as `file:line:column`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins of one document: of every value, and of every key that named one."""

    file: str
    values: Mapping[Path, Origin] = field(default_factory=dict)
    keys: Mapping[Path, Origin] = field(default_factory=dict)

    def at(self, path: Path) -> Origin:
        """The origin of the value at `path`, or of the nearest enclosing value that is in the text."""
        for length in range(len(path), -1, -1):
            if (found := self.values.get(path[:length])) is not None:
                return found
        return Origin(self.file)

    def key(self, path: Path) -> Origin:
        """The origin of the key at `path`; where there is none, of the value."""
        return self.keys.get(path) or self.at(path)


def dotted(path: Path) -> str:
    """The path as people write it: `spec.exports[0].since`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
