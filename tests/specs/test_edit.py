"""Editing what people wrote: the change is made, and every comment, blank line, quote and order stays as it was."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml as independent
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.specs.edit import EditRefused, append, put
from reconciler.specs.write import block, flow
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "orgs").rglob("*.yaml"))
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


def is_inserted(before: bytes, after: bytes) -> bool:
    """Whether `after` is `before` with something put in at one place and nothing else."""
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(before))
    rest = len(before) - same
    return any(after.endswith(before[cut:]) for cut in range(max(0, same - 400), same + 1)) or not rest


@settings(max_examples=250, deadline=None)
@given(documents(), values, st.randoms(use_true_random=False))
@example(b"one: [a]\ntwo:\n  - b # last", "NO", __import__("random").Random(1))
def test_an_addition_is_one_insertion_and_nothing_else_moves(document: bytes, value: Any, chance: Any):
    reading = read("x.yaml", document)
    assert reading.diagnostics == [], document
    path, there = chance.choice([each for each in places(reading.tree) if isinstance(each[1], dict | list)])
    after = append(document, path, value) if isinstance(there, list) else put(document, (*path, "added"), value)
    assert is_inserted(document, after), after.decode()
    found = loaded(after)
    for step in path:
        found = found[step]
    assert (found[-1] if isinstance(found, list) else found["added"]) == value


@settings(max_examples=250, deadline=None)
@given(documents(), values, st.randoms(use_true_random=False))
def test_a_replaced_value_leaves_everything_around_it(document: bytes, value: Any, chance: Any):
    reading = read("x.yaml", document)
    inside = [each for each in places(reading.tree) if each[0] and isinstance(each[0][-1], str)]
    path, there = chance.choice(inside)
    try:
        after = put(document, path, value)
    except EditRefused:
        origin = reading.origins.at(path)
        line = document.decode("utf-8-sig").splitlines()[origin.line - 1]
        assert isinstance(there, dict | list) or "|" in line, (document, path)  # only values of several lines
        return
    assert [line.partition("#")[2] for line in after.decode().splitlines() if line.strip().startswith("#")] == [
        line.partition("#")[2] for line in document.decode().splitlines() if line.strip().startswith("#")
    ]
    changed = [pair for pair in zip(document.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert len(changed) <= 1, after.decode()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_list_and_mapping_of_the_worked_example_can_be_added_to(path: Path):
    document = path.read_bytes()
    for place, there in places(read("x", document).tree):
        if isinstance(there, list):
            assert is_inserted(document, append(document, place, "added"))
        elif isinstance(there, dict):
            assert is_inserted(document, put(document, (*place, "added"), {"a": ["b"]}))


anything = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(WORDS)
trees = st.recursive(
    anything,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(anything.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(trees)
def test_whatever_is_written_reads_back_as_the_same(value: Any):
    assert read("x", f"x: {flow(value)}\n".encode()).tree == {"x": value}
    assert read("x", "\n".join(block({"x": value}, 20)).encode()).tree == {"x": value}


def test_what_cannot_be_changed_alone_is_refused_with_advice():
    document = b"spec:\n  text: |\n    two\n    lines\n"
    with pytest.raises(EditRefused, match="by hand"):
        put(document, ("spec", "text"), "one")
    with pytest.raises(EditRefused, match=r"there is no spec\.exports in the document"):
        append(document, ("spec", "exports"), "x")
    with pytest.raises(EditRefused, match="spec is not a list"):
        append(document, ("spec",), "x")
    with pytest.raises(EditRefused, match="mend it first"):
        put(b"a: [", ("a",), "x")
