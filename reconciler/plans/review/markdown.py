"""A report as Markdown for a comment: small enough for every host, and nothing in it is read as markup but ours."""

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from reconciler.plans.review.words import Block, Bullets, Code, Heading, Paragraph, Span, Strong, Table, Words
from reconciler.specs.personal import impersonal

LARGEST = 60_000
"""Characters. A comment of GitHub holds 65 536; the rest is left for what a host puts around it."""
LONGEST = 300
"""Characters of one value."""
CUT = "\n*The rest is left out: a comment holds no more.* `reconciler review` on your own machine shows the whole.\n"
_MARKUP = re.compile(r"([\\`*\[<>#|~&]|(?<!\w)_|_(?!\w))")
_MENTION = "@\u200b"
"""Hosts write to whomever a comment names, markup or not: a sign without width makes it no name."""


def markdown(blocks: Iterable[Block], largest: int = LARGEST) -> str:
    """The blocks; those that do not fit any more are left out, and that is said."""
    found: list[str] = []
    room = largest - len(CUT)
    for each in blocks:
        text = "\n".join(_block(each)) + "\n\n"
        room -= len(text)
        if room < 0:
            found.append(CUT)
            break
        found.append(text)
    return "".join(found).rstrip("\n") + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(words, level):
            yield f"{'#' * (level + 1)} {_inline(words)}"
        case Paragraph(words):
            yield _inline(words)
        case Bullets(items):
            yield from (_bullet(each) for each in items)
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _bullet(words: Words) -> str:
    """A phrase that begins with `- ` belongs to the one above it."""
    if words and words[0] == "- ":
        return f"  - {_inline(words[1:])}"
    if words and isinstance(words[0], str) and words[0].startswith("- "):
        return f"  - {_inline((words[0][2:], *words[1:]))}"
    return f"- {_inline(words)}"


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(_escaped(each) or ' ' for each in table.headings)} |"
    yield f"|{'|'.join('---:' if each in table.right else '---' for each in table.headings)}|"
    for row in table.rows:
        yield f"| {' | '.join(_inline(each) for each in row)} |"


def _inline(words: Words) -> str:
    return "".join(map(_span, words))


def _span(span: Span) -> str:
    match span:
        case Code(text):
            return _code(text)
        case Strong(text):
            return f"**{_escaped(text)}**"
        case _:
            return _escaped(span)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text)).replace("@", _MENTION)


def _code(text: str) -> str:
    """A value. A pipe would end a table's cell even here; a backtick would end the value."""
    shown = one_line(text).replace("|", "¦").replace("`", "'").strip()
    return f"`{shown}`" if shown else "(blank)"


def one_line(text: str) -> str:
    """Without line ends, control signs, and what names a person by number or address; cut where it is long."""
    shown = "".join(each if each.isprintable() else " " for each in impersonal(text))
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
