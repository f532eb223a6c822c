"""A credential that is planted, and how it is known again wherever it turns up, in whatever form."""

import base64
import html
import json
import os
import re
import secrets
import string
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

SIGNS = "\"'\\%<&>"
"""What encodings write differently, between the two halves."""
PIECE = 12
"""Characters: what was cut to a sixtieth of a line is still found."""
BLANK = string.whitespace.encode()
ALPHABET = string.ascii_letters + string.digits


def _drawn() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(2 * PIECE))


@dataclass(frozen=True)
class Canary:
    """Two halves drawn by lot, and signs between them. Its last four characters are the hint, which may be shown."""

    first: str = field(default_factory=_drawn, repr=False)
    second: str = field(default_factory=_drawn, repr=False)

    @property
    def value(self) -> str:
        return f"{self.first}{SIGNS}{self.second}"

    def forms(self) -> dict[bytes, str]:
        """What to look for, and the name of the form."""
        halves = (self.first, self.second)
        pieces = [half[start : start + PIECE] for half in halves for start in (0, PIECE)]
        pieces += [SIGNS + self.second[:4], self.first[-4:] + SIGNS]
        found: dict[bytes, str] = {}
        for piece in pieces:
            for name, form in _written(piece):
                found.setdefault(form, name)
        return found

    def found_in(self, content: bytes | str) -> set[str]:
        """The names of the forms in which it is there. Colours, blanks and line ends do not hide it."""
        whole = _bytes(content)
        bare = re.sub(rb"\x1b\[[0-9;]*m", b"", whole).translate(None, BLANK)
        # Without colours, what is there in one piece is there without blanks too: no form has any.
        texts = [whole, bare] if b"\x1b[" in whole else [bare]
        return {name for form, name in self.forms().items() if any(form in text for text in texts)}


def _written(piece: str) -> Iterator[tuple[str, bytes]]:
    raw = piece.encode()
    yield "plain", raw
    yield "reversed", raw[::-1]
    yield "json", json.dumps(piece)[1:-1].encode()
    yield "url", quote(piece, safe="").encode()
    yield "html", html.escape(piece).encode()
    yield "repr", repr(raw)[2:-1].encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        # The first group mixes with what stands before, the last with what follows.
        middle = encoded[4 if shift else 0 : -4]
        yield f"base64 after {shift}", middle
        yield f"base64url after {shift}", middle.translate(bytes.maketrans(b"+/", b"-_"))


def rows(url: str) -> Iterator[tuple[str, str]]:
    """(table, row) of every table of a database, each row with all its columns as text; bytes are hexadecimal."""
    tables = (
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables"
        " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for (table,) in connection.execute(tables).fetchall():
            for (row,) in connection.execute(f"select t::text from {table} t"):
                yield table, row


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every file below the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes()


def places(canary: Canary, *sources: Iterable[tuple[str, bytes | str]]) -> list[str]:
    """Where it was found, and in which form: what a test wants to be empty. Each content is looked at once."""
    named: dict[bytes, str] = {}
    for source in sources:
        for name, content in source:
            named.setdefault(_bytes(content), name)
            named.setdefault(_bytes(name), "a name")
    if not canary.found_in(b"\n--\n".join(named)):
        return []
    return sorted({f"{name}: {form}" for content, name in named.items() for form in canary.found_in(content)})


def _bytes(content: bytes | str) -> bytes:
    return content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content


@contextmanager
def typing(content: bytes) -> Iterator[int]:
    """A descriptor from which this can be read. It is in memory: a pipe holds less than the longest value."""
    descriptor = os.memfd_create("typed")
    try:
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
