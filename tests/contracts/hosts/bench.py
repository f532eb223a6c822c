"""What the contract suite of hosts needs from every implementation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from parts.hosts.repository import BareRepository

from reconciler.clock import StagedClock
from reconciler.runs.host import Host

Step = Literal["status", "commit", "branch", "pull request"]
"""What can be written: a status, a commit without a branch, a branch, a pull request."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pull request as people see it."""

    branch: str
    into: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Bench:
    """One host on its real HTTP server, whose repository has a branch `main` at `base`, with `orgs/a.yaml`.

    `lose` carries the next write of a step out and loses its answer; `limit` refuses it for a limit that ends at the
    moment that is returned; `page` answers everything with an HTML page of a status. `stranger` is the host with a
    credential that is not taken, `unfit` with one that may only read. Clean up with `request.addfinalizer`.
    """

    host: Host
    stranger: Host
    unfit: Callable[[], Host]
    clock: StagedClock
    repository: BareRepository
    base: str
    statuses: Callable[[str], Mapping[str, tuple[str, str, str]]]
    posted: Callable[[], int]
    pull_requests: Callable[[], Sequence[Shown]]
    close_pull_request: Callable[[int, bool], None]
    lose: Callable[[Step], None]
    limit: Callable[[Step], datetime]
    page: Callable[[int], None]
    asked: Callable[[], int]
    """How many requests arrived."""
