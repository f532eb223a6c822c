"""Markdown that a host takes: cut at a line, with a word about what is left out."""

from itertools import accumulate

ROOM = 400
"""Units that the word about the rest, and what closes before it, need at most."""
_FENCES = ("```", "~~~")


def fitted(text: str, most: int, command: str) -> str:
    """The text itself, or its beginning and how to see the rest: `command` shows it whole.

    `most` counts units of UTF-16: what counts characters takes more. What is open where it is cut, is closed: a block
    of code would swallow the last line, and a fold would hide it.
    """
    if _units(text) <= most:
        return text
    lines = text.split("\n")
    sizes = accumulate(_units(line) + 1 for line in lines)
    kept = lines[: sum(size <= most - ROOM for size in sizes)]
    left = len(lines) - len(kept)
    said = f"*{left} more {'line is' if left == 1 else 'lines are'} left out here: the host takes no more.*"
    whole = f"*`{command}` shows all of it.*"
    return "\n".join([*kept, *_closing(kept), "", said, whole])


def _closing(kept: list[str]) -> list[str]:
    """What closes a block of code and the folds that were opened."""
    fence = ""
    folds = 0
    for line in kept:
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in _FENCES:
            fence = mark
        else:
            folds += line.count("<details") - line.count("</details>")
    folds = min(max(folds, 0), 10)
    return [*([fence] if fence else []), *(["", *["</details>"] * folds] if folds else [])]


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)
