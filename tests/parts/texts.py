"""Documents as people write them, made up: in many styles, with comments and blank lines everywhere."""

from dataclasses import dataclass
from typing import Any

import yaml as independent
from hypothesis import strategies as st

WORDS = [
    "a",
    "NO",
    "0123",
    "12:30",
    "x y",
    "it's",
    'say "hi"',
    "#no comment",
    "æøå",
    "",
    "- dash",
    "{b}",
    "null",
    "1e3",
]
COMMENTS = ["# why", "#tight", "# 'quoted' and {braced: [x]}", "#", "# æøå: yes"]
keys = st.sampled_from(["alpha", "beta", "gamma", "delta_1", "epsilon"])


@dataclass(frozen=True)
class Written:
    """A value and one of the ways to write it; `block` lines have no indentation yet."""

    lines: list[str]
    flat: bool


def _scalar(draw: st.DrawFn, *, flat: bool) -> str:
    word = draw(st.sampled_from(WORDS))
    style = draw(st.sampled_from(["plain", "single", "double"]))
    if style == "plain" and word in ("a", "NO", "0123", "x y", "æøå", "1e3", "it's"):
        return word
    return "'" + word.replace("'", "''") + "'" if style == "single" else '"' + word.replace('"', '\\"') + '"'


def _flow(draw: st.DrawFn, depth: int) -> str:
    shape = draw(st.sampled_from(["scalar", "list", "mapping"] if depth else ["scalar"]))
    if shape == "scalar":
        return _scalar(draw, flat=True)
    gap = draw(st.sampled_from(["", " "]))
    if shape == "list":
        items = [_flow(draw, depth - 1) for _ in range(draw(st.integers(0, 3)))]
        return f"[{gap}{', '.join(items)}{gap}]"
    names = draw(st.lists(keys, max_size=3, unique=True))
    return f"{{{gap}{', '.join(f'{name}: {_flow(draw, depth - 1)}' for name in names)}{gap}}}"


def _noise(draw: st.DrawFn) -> list[str]:
    return draw(st.lists(st.sampled_from(["", *COMMENTS]), max_size=2))


def _eol(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", "   " + COMMENTS[0], " " + COMMENTS[2], "  "]))


def _block(draw: st.DrawFn, depth: int) -> list[str]:
    """The lines of a block mapping or list, with comments and blank lines between and after them."""
    indent = " " * draw(st.sampled_from([2, 4]))
    lines: list[str] = []
    if draw(st.booleans()):
        for name in draw(st.lists(keys, min_size=1, max_size=4, unique=True)):
            lines += _noise(draw)
            lines += _under(draw, f"{name}:", indent, depth)
    else:
        for _ in range(draw(st.integers(1, 3))):
            lines += _noise(draw)
            lines += _under(draw, "-", "  ", depth)
    return lines


def _under(draw: st.DrawFn, head: str, indent: str, depth: int) -> list[str]:
    kind = draw(st.sampled_from(["flow", "block", "literal"] if depth else ["flow"]))
    if kind == "literal":
        return [f"{head} |", f"{indent}some text", f"{indent}# not a comment"]
    if kind == "flow":
        return [f"{head}{draw(st.sampled_from([' ', '   ']))}{_flow(draw, 2)}{_eol(draw)}"]
    below = _block(draw, depth - 1)
    return [f"{head}{_eol(draw)}", *(f"{indent}{line}" if line else line for line in below)]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A document in many styles: comments at the end of lines and on their own, quotes, blank lines, both forms."""
    lines = [*_noise(draw), *[line for name in ("one", "two") for line in _under(draw, f"{name}:", "  ", 2)]]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    # A text block that ends with the file has no line end of its own: giving it one would change its value.
    ending = newline if lines[-1].endswith("not a comment") else draw(st.sampled_from([newline, "", newline * 2]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + (newline.join(lines) + ending).encode()


def places(tree: Any, path: tuple = ()) -> list[tuple[tuple, Any]]:
    found = [(path, tree)]
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, below in inside:
        found += places(below, (*path, step))
    return found


def loaded(content: bytes) -> Any:
    """The tree by another parser, every scalar as text."""
    return independent.load(content.decode("utf-8-sig"), Loader=independent.BaseLoader)


values = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=2),
    max_leaves=5,
)
