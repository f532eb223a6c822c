"""Whatever stands in a file: the reader never raises, and what it refuses it refuses in a place."""

from collections import Counter
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.specs.collection import collect
from reconciler.specs.parse import MOST, parse
from reconciler.specs.secrets import _suspicious, is_secret
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
FILE = "orgs/a/x.yaml"
DOCUMENTS = [path.read_bytes() for folder in ("orgs", "specs") for path in sorted((ROOT / folder).rglob("*.yaml"))]
SIGNS = [
    *"-?:,[]{}#&*!|>'\"%@`~<= \t\n\r\\", "\r\n", "- ", "? ", ": ", "--- ", "...\n", "%YAML 1.2\n", "<<: *a", "&a ",
    "*a ", "!!int ", "! ", "!<tag:x> ", "|2-\n  ", ">+\n ", "\ufeff", "\u0085", "\u2028", "\u2029", "\x00", "\x07",
    "\x7f", "\ufffe", "\ud7ff", "\U0001f600", "é", "a", "kind: ", "null", "~",
    "0x1F", "1e999", "\\u12", "\\x", "''", '""', "  ", "    ",
]  # fmt: skip
texts = st.lists(st.sampled_from(SIGNS) | st.text(max_size=3), max_size=40).map("".join)
encoded = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    texts,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7"]),
)
edits = st.builds(
    lambda content, at, old, new: content[: at % len(content)] + new + content[at % len(content) + old :],
    st.sampled_from(DOCUMENTS),
    st.integers(0, 10_000),
    st.integers(0, 20),
    st.binary(max_size=4) | texts.map(lambda text: text.encode("utf-8", "replace")),
)


@given(st.binary(max_size=400) | encoded | edits)
@example(b"\xef\xbb\xbf")
@example("a: b\u0085c: d\u2028e: f\n".encode())
@example(b"a: b\rc: d\r")
@example(b"--- a\n--- b\n")
@example(b"? a\n: b\n")
@example(b"? [a]\n: b\n")
@example(b"a: !<x> b\n")
@example(b"\xff\xfea\x00")
def test_anything_is_a_document_or_findings_with_a_place(content):
    reading = read(FILE, content)
    parsed = parse(FILE, content)
    assert parsed.document is not None or parsed.diagnostics
    assert len(parsed.diagnostics) <= MOST + 1
    lines = content.count(b"\n") + content.count(b"\r") + 3 * len(content.decode("utf-8", "replace")) + 1
    for each in (*reading.diagnostics, *parsed.diagnostics):
        assert each.origin.file == FILE
        assert 1 <= each.origin.line <= lines
        assert each.origin.column >= 1


@given(edits)
def test_every_value_that_was_read_has_a_place_in_the_text(content):
    reading = read(FILE, content)
    if reading.tree is not None:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").splitlines() or [""]
        for origin in (*reading.origins.values.values(), *reading.origins.keys.values()):
            # An empty value at the end stands behind the last line.
            assert 1 <= origin.line <= len(lines) + 1
            assert origin.line > len(lines) or 1 <= origin.column <= len(lines[origin.line - 1]) + 1


@given(st.text(max_size=60) | st.from_regex(r"(ghp_|s\.|AKIA|eyJ|[Bb]earer |token  |://a:)[A-Za-z0-9]{0,30}@?"))
def test_what_is_a_secret_is_never_passed_over_in_haste(value):
    assert not is_secret(value) or _suspicious({"a": ["x", {value: "y"}]})
    assert not is_secret(value) or _suspicious({"a": [value, "y"]})


@given(st.lists(st.tuples(st.sampled_from(["a.yaml", "b.yaml", "c/d.yaml"]), edits), min_size=1, max_size=3))
def test_all_problems_of_all_files_come_at_once_sorted_and_once(files):
    found = {f"orgs/demo/{name}": content for name, content in files}
    whole = collect(found, {}).diagnostics
    assert [each.origin for each in whole] == sorted(each.origin for each in whole)
    assert not [each for each, times in Counter(map(str, whole)).items() if times > 1]
    for name, content in found.items():
        alone = {str(each) for each in parse(name, content).diagnostics}
        assert alone <= set(map(str, whole))
