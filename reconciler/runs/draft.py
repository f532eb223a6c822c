"""A draft: files of one organisation as somebody would have them, on a commit that they saw. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from reconciler.errors import UsageError
from reconciler.specs.sentences import say

State = Literal["open", "proposed", "dropped"]
MOST_FILES, MOST_TEXT = 50, 1_000_000
"""Files of one draft, and characters of all of them: pages write few, and a reviewer reads them all."""
TITLE = 120


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a draft became: a branch at a commit; the number and page of its pull request, where a host has one."""

    branch: str
    head: str
    number: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """`files` lead from a path to the whole text, None for a file that goes; they were written with `base` before one's
    eyes. `kind` is the page that it is changed with, `answers` what was said there so far. `version` counts saves.
    """

    id: UUID
    organization_id: str
    account: str
    kind: str
    title: str
    base: str
    files: Mapping[str, str | None]
    answers: Mapping[str, Any]
    begun_at: datetime
    changed_at: datetime
    version: int = 1
    state: State = "open"
    proposed: Proposed | None = field(default=None)


def check_files(organization: str, files: Mapping[str, str | None]) -> None:
    """Raises UsageError for a file that is not the organisation's own, or for too much."""
    below = f"orgs/{organization}/"
    for path in files:
        parts = path.removeprefix(below).split("/")
        plain = path.isprintable() and "\\" not in path and len(path) <= 200 and path.endswith(".yaml")
        if not path.startswith(below) or not plain or any(part in ("", ".", "..") for part in parts):
            raise UsageError(
                say("a draft of {organization} holds no such file", organization=organization),
                f"files below {below}, ending in .yaml",
            )
    if len(files) > MOST_FILES or sum(len(text or "") for text in files.values()) > MOST_TEXT:
        raise UsageError("a draft holds too much", f"{MOST_FILES} files and {MOST_TEXT} characters at most")
