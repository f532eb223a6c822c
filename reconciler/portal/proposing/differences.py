"""What changes in files, as lines: what a reviewer reads before anything else."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Literal

from pydantic import BaseModel, Field

MOST_LINES = 400
"""Lines of a difference on a page; the rest is in git."""
CONTEXT = 3
Mark = Literal["+", "-", " ", "@"]


class FileLines(BaseModel):
    """What changes in one file: `+`, `-` or nothing before each line."""

    path: str
    lines: list[tuple[Mark, str]]
    more: int = Field(description="Lines that are not shown.")
    edit: str = Field("", description="The page, below the organisation, where it can be changed further.")


def differences(before: Mapping[str, bytes], after: Mapping[str, str | None]) -> Iterator[FileLines]:
    """Of each file of `after`; None for one that goes."""
    for path, text in sorted(after.items()):
        old = before.get(path, b"").decode("utf-8", "replace").splitlines()
        lines = list(unified_diff(old, (text or "").splitlines(), n=CONTEXT, lineterm=""))[2:]
        marked = [(_mark(line), "" if line.startswith("@@") else line[1:]) for line in lines]
        yield FileLines(path=path, lines=marked[:MOST_LINES], more=max(0, len(marked) - MOST_LINES))


def _mark(line: str) -> Mark:
    match line[:1]:
        case "+":
            return "+"
        case "-":
            return "-"
        case "@":
            return "@"
    return " "
