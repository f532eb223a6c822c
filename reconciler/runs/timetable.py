"""Who starts runs on one machine, as values: what is known of each schedule, what is started, and how that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from reconciler.runs.request import AppliedSchedule

Kind = Literal["sync", "requests", "chores"]
Ending = Literal["done", "again", "failed", "left"]
"""`done`: an outcome is in the history. `again`: nothing happened, and it is tried again. `left`: it goes on alone."""

PRESENT_S = 180
"""Whoever starts runs says so every minute, and is believed so long."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An integration with its applied schedules.

    `handled` is its newest scheduled time up to now that was carried out or written down as skipped; `busy` whether a
    run of it is under way, whoever began that.
    """

    organization: str
    organization_id: str
    integration: str
    schedules: tuple[AppliedSchedule, ...]
    handled: datetime | None
    busy: bool


@dataclass(frozen=True, slots=True)
class Job:
    """What a child process is started for. Its `arguments` are seen by everybody on the machine: never a secret."""

    kind: Kind
    arguments: tuple[str, ...]
    organization: str = ""
    integration: str = ""
    occurrence: datetime | None = None
    run: UUID | None = None

    @property
    def key(self) -> str:
        """Never are there two at once with the same one."""
        return f"{self.kind} {self.organization}/{self.integration}".removesuffix("/")


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that is over: its exit code (below nought the signal that ended it), and its last words.

    `late` where its time was up and it was told to stop. `problem` says why in one sentence, where whoever ran it knows
    more than the exit code.
    """

    job: Job
    code: int
    words: str = ""
    seconds: float = 0.0
    late: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a runner saw of a job without being asked: it was begun by another clock, `late_s` after its time; or it
    does not begin, and `problem` says why.
    """

    job: Job
    late_s: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Starter:
    """A process that starts runs: where it is, and when it was last heard of."""

    place: str
    seen_at: datetime


class Timetable(Protocol):
    """What is scheduled, and what became of it, of all organisations of an installation at once."""

    def timed(self, now: datetime, organization: str = "", integration: str = "") -> Sequence[Timed]:
        """Every integration that has a schedule, or one."""

    def waiting(self, now: datetime) -> Sequence[tuple[str, str]]:
        """The organisations and integrations of which a request could be taken now."""

    def present(self, place: str, now: datetime) -> None:
        """Say that the process at a place starts runs, for `PRESENT_S` seconds from now on."""

    def absent(self, place: str) -> None:
        """Say that it does not any more."""

    def lose_runs(self, now: datetime) -> int:
        """Say of runs whose process is gone that they are lost; how many."""

    def fail_run(self, job: Job, problem: str, now: datetime) -> None:
        """Write down that the run of a scheduled time ended without a word, where it did, and is not tried again."""

    def lose_run(self, run: UUID, problem: str, now: datetime) -> None:
        """Write down why a run ended without a word, where it began and did; its time may be tried again."""


class Runner(Protocol):
    """Carries out jobs beside this process, so many at once."""

    def free(self) -> int:
        """How many more may be started."""

    def running(self) -> Sequence[Job]:
        """Those under way."""

    def start(self, job: Job, now: datetime) -> None:
        """Start one; `now` is what a staged clock of it begins with."""

    def tell_all(self) -> None:
        """Tell every child to stop after what it has in hand."""

    def wait(self, seconds: float) -> bool:
        """Return when none is under way any more, or after so long: whether none is."""

    def ended(self) -> Sequence[Ended]:
        """Those that ended since the last call. Whose time is up is told to stop, and ended a while after that."""

    def noticed(self, now: datetime) -> Sequence[Noticed]:
        """What is news since the last call."""


class Told(Protocol):
    """Who listens: to count, to log, to print. `late_s` is how long after its time a run was started."""

    def started(self, job: Job, late_s: float) -> None:
        """A child was started."""

    def ended(self, ended: Ended, ending: Ending, outcome: str) -> None:
        """How it ended; `outcome` is one sentence, or the history's word."""

    def missed(self, organization: str, integration: str, times: int) -> None:
        """So many scheduled times were not carried out, and will not be."""

    def trouble(self, organization: str, integration: str, problem: str) -> None:
        """A schedule that cannot be read, or a database that cannot be asked: nothing is started for now."""
