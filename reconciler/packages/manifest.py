"""Checksums: of a file, and MANIFEST as `sha256sum -c` reads it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

NAME = "MANIFEST"


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_of(files: Mapping[str, str]) -> str:
    """A line per file, by name: its checksum, two blanks, its name."""
    return "".join(f"{files[name]}  {name}\n" for name in sorted(files))
