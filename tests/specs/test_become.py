"""A document becomes another: it says what is wanted, comments survive, and what is the same is left byte by byte."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.texts import documents, loaded, values

from reconciler.specs.become import become
from reconciler.specs.edit import EditRefused
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "orgs").rglob("*.yaml"))
MAPPING = ROOT / "orgs/blindeforbundet/mappings/mileage-claims.yaml"


def changed(tree: Any, chance: random.Random, value: Any) -> Any:
    """The tree with one thing in it changed, taken out or added."""
    if isinstance(tree, dict):
        key = chance.choice(sorted(tree)) if tree else None
        what = chance.choice(["inside", "remove", "add"]) if tree else "add"
        if what == "add":
            return {**tree, "added": value}
        if what == "remove":
            return {name: each for name, each in tree.items() if name != key}
        return {**tree, key: changed(tree[key], chance, value)}
    if isinstance(tree, list):
        at = chance.randrange(len(tree) + 1)
        what = chance.choice(["inside", "remove", "add"]) if at < len(tree) else "add"
        if what == "add":
            return [*tree[:at], value, *tree[at:]]
        return [*tree[:at], *([changed(tree[at], chance, value)] if what == "inside" else []), *tree[at + 1 :]]
    return value


def comments(content: bytes) -> list[str]:
    """Those that have a line of their own."""
    lines = content.decode("utf-8-sig").splitlines()
    return sorted(line.strip() for line in lines if line.strip().startswith("#") and "not a comment" not in line)


@settings(max_examples=400, deadline=None)
@given(documents(), values, st.integers(1, 4), st.randoms(use_true_random=False))
def test_it_says_what_is_wanted_and_to_another_reader_too(document: bytes, value: Any, times: int, chance: Any):
    wanted = read("x", document).tree
    for _ in range(times):
        wanted = changed(wanted, chance, value)
    if not isinstance(wanted, dict) or not wanted:
        return
    after = become(document, wanted)
    assert read("x", after).tree == wanted
    assert loaded(after) == wanted


@given(documents())
def test_what_is_wanted_already_is_left_byte_by_byte(document: bytes):
    assert become(document, read("x", document).tree) == document


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_in_the_worked_example_a_change_keeps_every_comment_of_its_own(path: Path):
    document, chance = path.read_bytes(), random.Random(path.name)
    for _ in range(12):
        wanted = read("x", document).tree
        wanted["spec"] = changed(wanted["spec"], chance, "another")
        after = become(document, wanted)
        gone = set(comments(document)) - set(comments(after))
        # Comments within what was taken out go with it; there is no other way to read them.
        assert not gone or len(after.splitlines()) < len(document.splitlines())


def spec(document: bytes) -> Any:
    return read("x", document).tree


def lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    return [each for each in old if each not in new], [each for each in new if each not in old]


def test_a_constant_of_a_mapping_is_one_line():
    document = MAPPING.read_bytes()
    tree = spec(document)
    tree["spec"]["lines"][0]["fields"][0]["value"] = "7101"
    assert lines(document, become(document, tree)) == (
        ['        - {to: account.code, value: "7100"}'],
        ['        - {to: account.code, value: "7101"}'],
    )


def test_a_rule_that_goes_takes_its_line_and_no_other():
    document = MAPPING.read_bytes()
    tree = spec(document)
    del tree["spec"]["lines"][0]["fields"][2]
    after = become(document, tree)
    assert (len(document.splitlines()) - len(after.splitlines()), lines(document, after)[1]) == (1, [])


def test_a_lookup_that_comes_and_one_that_goes_share_their_line():
    document = MAPPING.read_bytes()
    tree = spec(document)
    tree["spec"]["lookups"]["departments"].pop("Oslo")
    tree["spec"]["lookups"]["departments"]["Hamar"] = "360"
    gone, came = lines(document, become(document, tree))
    assert (len(gone), len(came)) == (1, 1)
    assert "Hamar" in came[0]


def test_a_rule_in_the_middle_comes_where_it_belongs():
    document = MAPPING.read_bytes()
    tree = spec(document)
    tree["spec"]["lines"][1]["fields"].insert(1, {"to": "text", "value": "Km"})
    after = become(document, tree)
    assert lines(document, after) == ([], ["        - {to: text, value: Km}"])
    assert spec(after) == tree


def test_a_document_that_cannot_be_read_is_left_alone():
    with pytest.raises(EditRefused):
        become(b"a: [", {"a": "b"})
