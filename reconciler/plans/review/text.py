"""A report as plain text for a terminal or a log."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import partial
from typing import assert_never

from reconciler.plans.review.markdown import one_line
from reconciler.plans.review.words import Block, Bullets, Heading, Paragraph, Table, Words

WIDE = 100
NARROWEST = 8
GLUE = "\u00a0"
"""Stands between what is no two words, `NOK 11 591.00`, until all lines are folded."""
_MONEY = re.compile(r"(?<=NOK) (?=-?\d)|(?<=\d) (?=\d{3}\b)")


def text(blocks: Iterable[Block], width: int = WIDE) -> str:
    """The blocks, with tables aligned and long cells folded."""
    lines = (line.rstrip() for each in blocks for line in (*_block(each, width), ""))
    return "\n".join(lines).rstrip("\n").replace(GLUE, " ") + "\n"


_wrapped = partial(textwrap.wrap, break_on_hyphens=False)


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading(words, level):
            said = _inline(words)
            yield said
            if level < 3:
                yield ("=" if level == 1 else "-") * min(len(said), width)
        case Paragraph(words):
            yield from _wrapped(_inline(words), width)
        case Bullets(items):
            for each in items:
                yield from _bullet(_inline(each), width)
        case Table():
            yield from _table(block, width)
        case _:
            assert_never(block)


def _bullet(said: str, width: int) -> Iterator[str]:
    inner = said.startswith("- ")
    first, rest = ("    - ", "      ") if inner else ("  - ", "    ")
    yield from _wrapped(said.removeprefix("- "), width, initial_indent=first, subsequent_indent=rest)


def _table(table: Table, width: int) -> Iterator[str]:
    rows = [[_inline(cell) for cell in row] for row in table.rows]
    widths = _widths([list(table.headings), *rows], width)
    right = [each in table.right for each in table.headings]
    yield from _row(list(table.headings), widths, right)
    yield "  ".join("-" * each for each in widths)
    for row in rows:
        yield from _row(row, widths, right)


def _widths(rows: list[list[str]], width: int) -> list[int]:
    """As wide as what stands there; where that is too much, the widest columns give way."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = width - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: list[str], widths: list[int], right: list[bool]) -> Iterator[str]:
    folded = [_wrapped(cell, each) or [""] for cell, each in zip(cells, widths, strict=True)]
    for line in range(max(map(len, folded))):
        parts = [each[line] if line < len(each) else "" for each in folded]
        places = zip(parts, widths, right, strict=True)
        yield "  ".join(part.rjust(each) if aligned else part.ljust(each) for part, each, aligned in places)


def _inline(words: Words) -> str:
    said = "".join(one_line(each if isinstance(each, str) else each.text) for each in words)
    return _MONEY.sub(GLUE, said)
