"""Text becomes a tree: scalars survive, every value knows its place, and hostile input is a finding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.specs.parse import parse
from reconciler.specs.yaml import read

FILE = "orgs/demo/x.yaml"
SCALARS = ["NO", "0123", "12:30", "1e3", "2026-01-01", "yes", "1_000", "0x1F", ".inf", "on", "-1", "3.10"]


@pytest.mark.parametrize("written", SCALARS)
def test_a_plain_scalar_stays_the_text_that_was_written(written):
    assert read(FILE, f"key: {written}\nlist:\n- {written}\n".encode()).tree == {"key": written, "list": [written]}


@pytest.mark.parametrize(
    ("written", "meant"), [("~", None), ("null", None), ("", None), ('"null"', "null"), ("'~'", "~")]
)
def test_nothing_is_nothing_unless_it_is_quoted(written, meant):
    assert read(FILE, f"key: {written}\n".encode()).tree == {"key": meant}


words = st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=8)
trees = st.recursive(
    words, lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(words, inner, min_size=1, max_size=3)
)


def block(tree, indent: int = 0) -> str:
    """The tree as block YAML, one value a line, every scalar in quotes."""
    pad = "  " * indent
    if isinstance(tree, dict):
        return "".join(f'{pad}"{key}":\n{block(value, indent + 1)}' for key, value in tree.items())
    if isinstance(tree, list):
        return "".join(f"{pad}-\n{block(value, indent + 1)}" for value in tree)
    return f'{pad}"{tree}"\n'


def leaves(tree, path=()):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from leaves(value, (*path, position))
    else:
        yield path, tree


@given(trees)
def test_every_value_and_key_knows_its_line_and_column(tree):
    text = block(tree)
    reading = read(FILE, text.encode())
    lines = text.splitlines()
    assert reading.tree == tree
    for path, value in leaves(tree):
        place = reading.origins.at(path)
        assert lines[place.line - 1][place.column - 1 :] == f'"{value}"'
    for path, place in reading.origins.keys.items():
        assert lines[place.line - 1][place.column - 1 :].startswith(f'"{path[-1]}":')


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    plain = read(FILE, b"a: b\nc: [d]\n")
    other = read(FILE, b"\xef\xbb\xbfa: b\r\nc: [d]\r\n")
    assert (other.tree, other.origins.values) == (plain.tree, plain.origins.values)


def test_keys_that_look_like_numbers_or_nothing_are_text():
    assert read(FILE, b"1: a\nnull: b\n~: c\nno: d\n").tree == {"1": "a", "null": "b", "~": "c", "no": "d"}


HOSTILE = {
    "a megabyte of one list": (b"- a\n" * 249_000, "yaml-syntax"),
    "more than a megabyte": (b"a" * 1_000_001, "yaml-syntax"),
    "ten thousand brackets": (b"[" * 10_000, "yaml-syntax"),
    "ten thousand braces": (b"{a: " * 10_000, "yaml-syntax"),
    "a NUL byte": (b"a: \x00\n", "yaml-syntax"),
    "latin-1": (b"a: \xe5\n", "yaml-not-utf8"),
    "UTF-16": ("a: b".encode("utf-16"), "yaml-not-utf8"),
    "billion laughs": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "yaml-anchor"),
    "nothing": (b"", "wrong-type"),
    "a tab": (b"a:\n\tb: c\n", "yaml-syntax"),
    "a directive": (b"%YAML 9.9\n---\na: b\n", "yaml-syntax"),
    "a long scalar": (b"kind: " + b"x" * 100_000 + b"\n", "unknown-kind"),
    "a long key": (b"x" * 100 + b": y\n", "unknown-key"),
    "a kind that is a list": (b"kind: [a]\nspec: 3\nmetadata: ~\n", "unknown-kind"),
    "an address to choke on": (b"spec: {where: {x: " + b"a" * 900_000 + b"}}\n", "unknown-kind"),
    "tokens to choke on": (b"spec: {x: " + b"eyJ-" * 200_000 + b"}\n", "unknown-kind"),
    "flags that are lists": (
        (
            b"apiVersion: reconciler/v1\nkind: FieldMapping\nmetadata: {name: x}\n"
            b"spec: {lines: [{name: a, fields: [{to: b, from: c, negate: []}]}]}\n"
        ),
        "invalid-value",
    ),
    "a number of ten thousand digits": (
        b"apiVersion: reconciler/v1\nkind: FieldMapping\nmetadata: {name: x}\n"
        b"spec: {lines: [{name: a, fields: [{to: b, from: c, number: {decimals: " + b"9" * 10_000 + b"}}]}]}\n",
        "invalid-value",
    ),
}


@pytest.mark.parametrize(("content", "identifier"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_a_short_finding_and_soon(content, identifier):
    before = time.process_time()
    found = parse(FILE, content).diagnostics
    assert identifier in {each.id for each in found}
    assert all(len(str(each)) < 500 for each in found)
    assert time.process_time() - before < 10  # what has no bound would take hours


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_parse_never_raises_on_anything(content):
    parsed = parse(FILE, content)
    assert (parsed.document is None) == bool(parsed.diagnostics)


KEYS = ("kind: ", "spec: ", "metadata: ", "name: ", "exports: ", "lines: ", "- ")
WORDS = ("Integration", "FieldMapping", "ReferenceTable", "a", "~", "0", "\n", "\n  ", "\n    ")
pieces = st.sampled_from([*KEYS, *WORDS, *"[]{},|>#'\"", "&a ", "*a ", "!x "])


@given(st.lists(pieces, max_size=40))
def test_parse_never_raises_on_what_looks_like_a_spec(found):
    assert parse(FILE, ("apiVersion: reconciler/v1\n" + "".join(found)).encode()).diagnostics
