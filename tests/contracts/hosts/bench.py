"""What the contract suite of hosts needs from every implementation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from reconciler.clock import StagedClock
from reconciler.runs.pull_requests import Account, Method, ReviewingHost, Verdict

Step = Literal["status", "commit", "branch", "pull request", "comment", "merge"]
"""What can be written; hosts that make a commit and its branch in one have the same request for both."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pull request as people see it."""

    branch: str
    into: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as people see it: who wrote it, and what."""

    id: int
    by: int
    text: str


class Books(Protocol):
    """What stands in the repository, and what others put there. Of everything there may be a branch or a commit."""

    def branch(self, name: str) -> str: ...
    def branches(self) -> list[str]: ...
    def push(self, branch: str, files: Mapping[str, str | None], message: str = ...) -> str: ...
    def file(self, commit: str, path: str) -> str: ...
    def files(self, of: str) -> list[str]: ...
    def between(self, base: str, head: str) -> list[str]: ...
    def parent(self, of: str) -> str: ...
    def author(self, of: str) -> str: ...
    def message(self, of: str) -> str: ...
    def delete(self, branch: str) -> None: ...


class Others(Protocol):
    """What people do there besides us, who are `robot`: `kari`, `ola` whose yes counts, and `eva` with her fork."""

    def account(self, who: str) -> Account: ...
    def open(self, who: str, branch: str, into: str, title: str) -> int:
        """Open a pull request; of a fork's branch of that name where it is `eva`."""

    def judge(self, who: str, number: int, verdict: Verdict) -> None:
        """Say yes, ask for changes, or take it back, of what is the head now."""

    def chat(self, who: str, number: int, text: str) -> int:
        """Write a comment; its id."""

    def erase(self, number: int, comment: int) -> None: ...
    def protect(self, branch: str, approvals: int) -> None:
        """Let nothing into a branch without so many approvals."""

    def check(self, commit: str, name: str, state: str) -> None:
        """Say something of a commit: success, pending or failure."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One host on its real HTTP server, whose repository has a branch `main` at `base`, with `orgs/a.yaml`.

    `lose` carries the next write of a step out and loses its answer; `limit` refuses it for a limit that ends at the
    moment that is returned; `page` answers everything with an HTML page of a status. `stranger` is the host with a
    credential that is not taken, `unfit` with one that may only read. `another` is the host as another process has it.
    `methods` are the ways in which it merges. Clean up with `request.addfinalizer`.
    """

    host: ReviewingHost
    another: ReviewingHost
    stranger: ReviewingHost
    unfit: Callable[[], ReviewingHost]
    clock: StagedClock
    repository: Books
    others: Others
    base: str
    me: int
    """The account that we are there."""
    methods: Sequence[Method]
    statuses: Callable[[str], Mapping[str, tuple[str, str, str]]]
    posted: Callable[[], int]
    pull_requests: Callable[[], Sequence[Shown]]
    close_pull_request: Callable[[int, bool], None]
    comments: Callable[[int], Sequence[Said]]
    lose: Callable[[Step], None]
    limit: Callable[[Step], datetime]
    page: Callable[[int], None]
    narrow: Callable[[int], None]
    """Give lists in pages of so many entries, however many are asked for."""
    asked: Callable[[], int]
    """How many requests arrived."""
