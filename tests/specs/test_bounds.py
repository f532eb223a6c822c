"""A megabyte of malice costs bounded work and memory, and is answered by few findings, each with its place.

The ideas are those of the public YAML test suite and of known attacks on parsers: depth, width, long scalars, folding,
comments, escapes, and texts to choke a regular expression on. Time is not asserted but through the work that takes it.
"""

import os
import sys
import tracemalloc

import pytest

from reconciler.specs.parse import MOST, parse
from reconciler.specs.yaml import LARGEST
from reconciler.specs.yaml import MOST as MOST_VALUES

FILE = "orgs/a/x.yaml"
MEBIBYTE = 1 << 20
SCALE = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 40
"""A fortieth of a megabyte shows what is linear; `make soak` takes the whole."""
SIZE = LARGEST // SCALE
CALLS = 4 * SIZE + 100_000
"""Calls of functions, Python's and C's; what is not linear makes a hundred times as many."""


def head(kind: str, annotations: str = "{}") -> bytes:
    return (
        f"apiVersion: reconciler/v1\nkind: {kind}\nmetadata: {{name: x, annotations: {annotations}}}\nspec:\n".encode()
    )


def lines(line: bytes) -> bytes:
    """As many of the numbered lines as fit."""
    found, size, number = [], 0, 0
    while size < SIZE - 400:
        found.append(line.replace(b"#", b"%d" % number))
        size, number = size + len(found[-1]), number + 1
    return b"".join(found)


def text(piece: bytes, place: bytes) -> bytes:
    """One long text."""
    return head("Integration") + b"  " + place + b": {a: '" + piece * (900_000 // SCALE // len(piece)) + b"'}\n"


TESTS = {
    "keys that nobody knows": head("Integration") + lines(b"  k#: 1\n"),
    "keys that nobody knows, as many as are read": head("Integration")
    + b"".join(b"  k%d: 1\n" % number for number in range((MOST_VALUES - 20) // SCALE)),
    "empty entries": head("FieldMapping") + b"  lookups:\n    a:\n" + lines(b"      k#: ''\n"),
    "rules of nonsense": head("FieldMapping") + b"  shared:\n" + lines(b"    - {q: 1, to: 3}\n"),
    "one key again and again": head("Integration") + lines(b"  k: 1\n")[: 6 * (MOST_VALUES // SCALE) - 600],
    "a list on one line": b"[" + b"a," * (499_000 // SCALE) + b"]",
    "a mapping on one line": b"{" + lines(b"#: 1,") + b"}",
    "a wide list deep down": b"[" * 39 + b"a," * (400_000 // SCALE),
    "brackets": b"[" * SIZE,
    "braces": b"{a: " * (SIZE // 4),
    "dashes": b"- " * (SIZE // 2),
    "question marks": b"? " * (SIZE // 2),
    "aliases": b"a: &a [x]\nb: [" + b"*a," * (300_000 // SCALE) + b"]\n",
    "escapes": b'a: "' + b"\\x41" * (240_000 // SCALE) + b'"',
    "folds": b"a: >\n" + b"  x\n\n" * (190_000 // SCALE),
    "a literal": b"a: |\n" + b"  x\n" * (240_000 // SCALE),
    "plain text over many lines": b"a: " + b"x\n   " * (190_000 // SCALE),
    "comments": b"# x\n" * (249_000 // SCALE),
    "blank lines": b"\n" * SIZE,
    "carriage returns": b"a: b\r" * (199_000 // SCALE),
    "next lines": "a: b\u0085".encode() * (160_000 // SCALE),
    "line separators": "a: b\u2028".encode() * (140_000 // SCALE),
    "blanks": b"a: b" + b" " * (900_000 // SCALE) + b"\n",
    "tabs": b"a: b" + b"\t" * (900_000 // SCALE) + b"\nc: d\n",
    "indentation": b" " * (900_000 // SCALE) + b"a: b\n",
    "addresses": text(b"a@", b"where"),
    "addresses without an end": text(b"a.", b"where"),
    "digits": text(b"1234567890", b"where"),
    "a telephone number of blanks": head("Integration") + b"  where: {a: '+47" + b" " * (900_000 // SCALE) + b"'}\n",
    "links": text(b"://a:", b"settings"),
    "headers": text(b"bearer ", b"settings"),
    "tokens": text(b"ghp_", b"settings"),
    "opaque words": text(b"a1B-", b"settings"),
    "many credentials": head("Integration") + b"  settings:\n" + lines(b"    k#: ghp_aaaaaaaaaaaaaaaaaaaaa\n"),
    "many marks": head("Integration", "{reconciler/not-a-secret: '" + "a: bbbbbbbbbbbbbbb;" * (20_000 // SCALE) + "'}")
    + b"  settings:\n"
    + b"".join(b"    password%d: x\n" % number for number in range(12_000 // SCALE)),
    "a byte order mark in the middle": b"a: b\n\xef\xbb\xbf" * (110_000 // SCALE),
    "a control character at the end": b"a: b\n" + b"# x\n" * (200_000 // SCALE) + b"\x07",
    "a byte that is no text at the end": b"# x\n" * (200_000 // SCALE) + b"\xff",
    "overlong encodings": b"\xc0\x80" * (400_000 // SCALE),
    "half of a pair": b"\xed\xa0\x80" * (300_000 // SCALE),
}


def calls_and_peak(content: bytes) -> tuple[list[str], int, float]:
    """Findings, calls of functions, and the most bytes at once in MiB."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")
        if count > CALLS:
            raise AssertionError("too much work")

    tracemalloc.start()
    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        found = parse(FILE, content).diagnostics
    finally:
        sys.setprofile(before)
        peak = tracemalloc.get_traced_memory()[1] / MEBIBYTE
        tracemalloc.stop()
    assert all(each.origin.line and each.origin.column for each in found)
    return list(map(str, found)), count, peak


@pytest.fixture(autouse=True, scope="module")
def warm():
    """What is made once for the whole program, such as the keys of a kind, is no work of one file."""
    for kind in ("Integration", "FieldMapping"):
        assert parse(FILE, head(kind) + b"  nobody: 1\n").diagnostics


@pytest.mark.parametrize("content", TESTS.values(), ids=TESTS)
def test_a_megabyte_of_malice_is_bounded(content):
    assert SIZE // 4 < len(content) <= MEBIBYTE
    found, _, peak = calls_and_peak(content)
    assert 0 < len(found) <= MOST + 1
    assert all(len(each) < 500 for each in found)
    assert peak < 200 / SCALE + 10
