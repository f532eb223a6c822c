"""Reading what a host answers: bodies are anybody's, and what is not of the shape that was asked for is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from reconciler.runs.host import COMMIT, PullRequest, State, one_line
from reconciler.runs.pull_requests import Account, OpenPullRequest

NAME, TITLE, BRANCH, LABEL, LABELS, ADDRESS = 100, 250, 250, 100, 50, 2000
"""Characters of a login, a title, a branch and a label; labels of one pull request; characters of an address."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as the hosts tell it; `commit` is what it was merged as, where they say."""

    number: int
    url: str
    state: Literal["open", "closed", "merged"]
    title: str
    branch: str
    head: str
    into: str
    author: Account | None
    draft: bool
    fork: bool
    labels: tuple[str, ...] = ()
    commit: str = ""

    @property
    def told(self) -> PullRequest:
        """As a proposal's."""
        return PullRequest(self.number, self.url, self.state, self.head)

    @property
    def open(self) -> OpenPullRequest:
        """As an open one."""
        return OpenPullRequest(
            self.number, self.url, self.title, self.branch, self.head, self.into, self.author, self.draft, self.fork,
            self.labels,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A comment as it stands there. `apps` are the names of the App that wrote it, where one did."""

    id: int
    author: int
    body: str
    url: str
    apps: frozenset[str] = frozenset()


def at(body: Any, *names: str) -> Any:
    """Something within objects; None where there is none."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def text_at(body: Any, *names: str) -> str:
    """A text within objects; empty where there is none."""
    found = at(body, *names)
    return found if isinstance(found, str) else ""


def number_at(body: Any, *names: str) -> int:
    """A whole number above nothing within objects; 0 where there is none."""
    found = at(body, *names)
    return found if type(found) is int and found > 0 else 0


def line_at(body: Any, most: int, *names: str) -> str:
    """A text from outside, as one line that can be shown."""
    return one_line(text_at(body, *names), most)


def branch_at(body: Any, *names: str) -> str:
    """A branch within objects; `?` for one whose name has no sign that can be shown: its pull request is one all the
    same, and stops no list.
    """
    return line_at(body, BRANCH, *names) or ("?" if text_at(body, *names) else "")


def commit_at(body: Any, *names: str) -> str:
    """The id of a commit within objects; empty where there is none."""
    found = text_at(body, *names)
    return found if COMMIT.fullmatch(found) else ""


def moment_at(body: Any, *names: str) -> datetime | None:
    """A moment within objects, in UTC; None where there is none, or one without a zone."""
    try:
        found = datetime.fromisoformat(text_at(body, *names))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def account_at(body: Any, login: str, *names: str) -> Account | None:
    """An account within objects, whose login stands under `login`; None for one that is gone."""
    found = at(body, *names)
    number, name = number_at(found, "id"), line_at(found, NAME, login)
    return Account(number, name) if number and name else None


def labels_in(entries: Any) -> tuple[str, ...]:
    """The labels of a pull request: texts, or objects with names."""
    several: Sequence[Any] = entries if isinstance(entries, list) else []
    names = [each if isinstance(each, str) else text_at(each, "name") for each in several]
    return tuple(each for name in names[:LABELS] if (each := one_line(name, LABEL)))


def is_page(url: str) -> bool:
    """Whether it is the address of a page that people can be sent to."""
    return url.startswith(("https://", "http://")) and len(url) <= ADDRESS and url.isprintable() and " " not in url


def objects(pages: list[Any], name: str = "") -> list[dict[str, Any]] | None:
    """The objects of a list's pages, or of the list that each page has under `name`. None where anything else is among
    them: unread is not empty.
    """
    lists = [at(page, name) if name else page for page in pages]
    if not all(isinstance(each, list) for each in lists):
        return None
    found = [each for several in lists for each in several]
    return found if all(isinstance(each, dict) for each in found) else None


def state_in(told: str, states: Mapping[str, State]) -> State:
    """Our word for a state: what nobody knows is no success."""
    return states.get(told.lower(), "failure")
