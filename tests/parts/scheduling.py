"""A scheduler on real parts, whose moments a test says, and what it was heard to tell."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parts.installation import START, Installation
from reconciler.cluster.local import Children
from reconciler.controller.scheduling import Scheduling
from reconciler.runs.timetable import Ended, Ending, Job

MORNING = START.replace(hour=3, minute=30)
"""Monday, 2026-03-02 03:30: the first time after the schedule was applied."""
WITHIN = timedelta(hours=6)


@dataclass
class Heard:
    """The Told port: what was told, as short words."""

    events: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def started(self, job: Job, late_s: float) -> None:
        self.events.append(f"started {job.kind} {job.occurrence:%d %H:%M}" if job.occurrence else f"started {job.kind}")
        self.late.append(late_s)

    def ended(self, ended: Ended, ending: Ending, outcome: str) -> None:
        self.events.append(f"{ending}: {outcome}")

    def missed(self, organization: str, integration: str, times: int) -> None:
        self.events.append(f"missed {times}")

    def trouble(self, organization: str, integration: str, problem: str) -> None:
        self.events.append(f"trouble: {problem}")


@dataclass
class Staged:
    """A scheduler of an installation whose moments a test says."""

    here: Installation
    heard: Heard
    runner: Children
    scheduling: Scheduling

    def look(self, at: datetime) -> list[str]:
        """One look, then another when what it started has ended: what was told."""
        before = len(self.heard.events)
        self.scheduling.tick(at)
        assert self.runner.wait(60)
        self.scheduling.settle(at)
        return self.heard.events[before:]
