"""The few blocks that a report is made of, so that Markdown, text and HTML say the same in their own ways.

What people wrote is a `Code`, or plain text that every form escapes: nothing of it is read as markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.specs.sentences import say

ARROW = " → "


@dataclass(frozen=True, slots=True)
class Code:
    """A value, a name or a command, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """What the eye has to find first."""

    text: str


class Quoted(str):
    """What people wrote, in the middle of a sentence: plain text to every form, and a page says whose it is."""

    __slots__ = ()


Span = str | Code | Strong
Words = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is the report's own."""

    words: Words
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One thought."""

    words: Words


@dataclass(frozen=True, slots=True)
class Bullets:
    """Several things of one sort."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length; columns named in `right` hold numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    right: tuple[str, ...] = ()


Block = Heading | Paragraph | Bullets | Table


def joined(parts: Iterable[Words], between: str = "; ") -> Words:
    """Several phrases as one."""
    found: list[Span] = []
    for part in parts:
        if found:
            found.append(between)
        found += part
    return tuple(found)


def first(parts: Sequence[Words], most: int, between: str = "; ") -> Words:
    """The first of several phrases, and how many more there are."""
    left = len(parts) - most
    shown = joined(parts[:most], between)
    return (*shown, between, say("and {left} more", left=left)) if left > 0 else shown


def plain(words: Words) -> str:
    """Without any markup, for what is read by machines."""
    return "".join(each if isinstance(each, str) else each.text for each in words)
