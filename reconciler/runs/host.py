"""What is told to a host of git, and what it says: statuses of commits, proposals, pull requests.

Nothing here knows which host it is. What a host refuses is a value: it never stops what is reported there.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

State = Literal["pending", "success", "failure", "error"]
Code = Literal[
    "credential", "forbidden", "moved", "not-found", "no-such-commit", "taken", "nothing-changed", "invalid",
    "conflict", "head-moved", "rules", "closed",
]  # fmt: skip
PRODUCT = "reconciler"
TRAILER = "Proposal"
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
BRANCH = re.compile(r"(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)|/$|\.$))[A-Za-z0-9_][A-Za-z0-9_./@+-]{0,199}")
"""What git takes for a branch (git-check-ref-format), in signs that need no quoting in an address."""
TITLE, MESSAGE = 250, 72
"""Characters of a title that every host takes (GitHub refuses more than 256), and of a commit's first line."""
CUT = "\n\n… cut: the text is longer than the host takes."
MOST_FILES, MOST_TEXT = 500, 5_000_000
"""Files of one proposal, and characters of all of them: a reviewer reads neither more."""
_PERSON = re.compile(r"[^<>]{1,100}")
_FOLDERS = frozenset({"orgs", "specs"})
_ADDRESS = re.compile(r"[!-;=?-~]{1,100}@[!-;=?-~]{1,150}")
_OTHERS = frozenset({".git", ".github", ".gitlab", ".gitea", ".forgejo", ".gitmodules", "..", ".", ""})
"""Parts of a path that are no spec's: what runs programs, and what leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing can be asked now. The same call after `until` goes on where this one stopped, and does nothing twice."""

    until: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The host, or we, say no, and asking again changes nothing: `message` says what is wrong, `hint` what to do."""

    message: str
    code: Code
    hint: str = ""


Trouble = Later | Refused
Claim = Callable[[str], None]
"""Hears the commit of a proposal before anybody can see a pull request of it: who asked for it can be written down by
then. What it raises goes on, and the same call after it goes on where this one stopped.
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What stands beside a commit. `context` names who says it (see `context_of`); the host keeps one of each.

    `description` may be of any length: a host shows its beginning. `url` is where more is said, http or https.
    """

    context: str
    state: State
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote a change: shown in the history for ever."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody proposes to `into`: a branch with one commit on `base`, and a pull request.

    A branch's name is used once, for ever: whoever makes it puts into it what makes the proposal one of its kind.
    `files` are whole texts by path, None for one that goes; they were written with `base` before one's eyes. `at` is
    when the person wrote it, so that a repeat makes the very same commit.
    """

    branch: str
    base: str
    into: str
    files: Mapping[str, str | None]
    author: Person
    at: datetime
    title: str
    body: str = ""

    @property
    def digest(self) -> str:
        """What it proposes, and who: neither the words about it nor its base, which moves. Sixty-four digits."""
        parts = [self.into, self.author.name, self.author.email, dict(self.files)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @property
    def message(self) -> str:
        """The commit's, whose last line says whose branch it is on, whatever somebody adds to it."""
        return f"{one_line(self.title, MESSAGE) or 'Proposal'}\n\n{TRAILER}: {self.digest}\n"

    def is_in(self, message: str) -> bool:
        """Whether a commit with this message was made for it: the last line says so, and a host may add blank ones."""
        name, _, digest = message.rstrip().rpartition("\n")[2].partition(": ")
        return name == TRAILER and digest == self.digest

    def objection(self) -> Refused | None:
        """What no host would take, or should get."""
        return next((Refused(said, "invalid", hint) for said, hint, wrong in self._faults() if wrong), None)

    def _faults(self) -> list[tuple[str, str, bool]]:
        names = [self.branch, self.into]
        name = self.author.name
        people = _PERSON.fullmatch(name) and one_line(name, len(name)) == name and _ADDRESS.fullmatch(self.author.email)
        paths = [path for path in self.files if not _is_path(path)]
        texts = [text for text in self.files.values() if text is not None]
        return [
            ("a proposal's branch cannot be written so", "letters, digits and ./@+-", not all(map(is_branch, names))),
            ("a proposal goes to another branch than its own", "name a new branch", self.branch == self.into),
            ("a proposal's base is no commit", "the full id", COMMIT.fullmatch(self.base) is None),
            ("a proposal's author has no name and address", "such as Kari <kari@example.org>", not people),
            (f"'{one_line(''.join(paths[:1]), 80)}' is not proposed", "a file below orgs/ or specs/", bool(paths)),
            ("a proposal has no files, or too many", f"1 to {MOST_FILES}", not 0 < len(self.files) <= MOST_FILES),
            ("a proposal's texts are too long", "make several", sum(map(len, texts)) > MOST_TEXT),
            ("a proposal's text is not Unicode", "write it as UTF-8", not all(map(_is_unicode, texts))),
        ]


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What a proposal became: its number, its page, and the commit that its branch is at now."""

    number: int
    url: str
    state: Literal["open", "closed", "merged"]
    head: str


def context_of(installation: str, organization: str = "") -> str:
    """The name under which an installation speaks of a commit, or of one organisation in it: the same for ever, so that
    branch rules can ask for it (design.md 4.19).
    """
    return "/".join(part for part in (PRODUCT, installation, organization) if part)


def one_line(text: str, most: int) -> str:
    """A text as one line of at most `most` characters, without signs that cannot be seen or that turn it round."""
    shown = "".join(" " if each.isspace() else each for each in text[: most * 20] if each.isspace() or _is_shown(each))
    words = " ".join(shown.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def lines(text: str, most: int) -> str:
    """A text of at most `most` characters, and an ending where it was cut; signs go as in `one_line`."""
    shown = "".join(each for each in text[:most] if each in "\n\t" or _is_shown(each))
    return shown if len(text) <= most else shown + CUT


def is_branch(name: str) -> bool:
    """Whether git takes it for a branch, and an address needs no quoting for it."""
    return BRANCH.fullmatch(name) is not None


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C"  # control, format (bidi, zero width), surrogates, private, unassigned


def _is_path(path: str) -> bool:
    parts = path.split("/")
    plain = path.isprintable() and len(path) <= 500 and "\\" not in path and parts[0] in _FOLDERS and len(parts) > 1
    return plain and _is_unicode(path) and not _OTHERS.intersection(part.strip().lower() for part in parts)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Host(Protocol):
    """A host of git, which holds the config repository. Nothing raises: what a host refuses is a value, and the same
    call may be made again at any time. It looks first, and does nothing twice.
    """

    def set_status(self, commit: str, *statuses: Status) -> Trouble | None:
        """Make the host show these, of those that it does not show already; None where it does. All are posted after
        one look; the first trouble ends it.
        """

    def branch(self, name: str, commit: str) -> Trouble | None:
        """Make a branch at a commit; None where there is one. Refused (`taken`) where it is at another commit."""

    def propose(self, proposal: Proposal, claim: Claim | None = None) -> PullRequest | Trouble:
        """The pull request of a proposal, made once: also one that was closed or merged meanwhile, or that others have
        added to. Refused (`taken`) where its branch holds something else. `claim` hears the commit before a new one
        is opened.
        """

    def pull_request(self, branch: str) -> PullRequest | Trouble | None:
        """The open pull request of a branch of this repository, or else the newest; None where there never was one."""

    def close(self) -> None:
        """Let go of connections."""
