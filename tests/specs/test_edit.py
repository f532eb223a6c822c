"""Editing what people wrote: the change is made, and every comment, blank line, quote and order stays as it was."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parts.texts import WORDS, documents, loaded, places, values

from reconciler.specs.edit import EditRefused, append, put
from reconciler.specs.write import block, flow
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "orgs").rglob("*.yaml"))


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
