"""Runs as child processes of one machine, as Kubernetes would have them as jobs: so many at once, each with a deadline.

A child has a session of its own and writes to files: it outlives whoever started it, and ends its run all the same.
"""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from reconciler.errors import Blocked
from reconciler.runs.timetable import Ended, Job, Noticed

COMMAND = (sys.executable, "-P", "-m", "reconciler.cli")
"""`-P`: whatever folder it is started in, no module is taken from there."""
LAST_WORDS = 2000
"""Bytes of a child's error output that are read; the last ones say why."""
POLL_S = 0.02


@dataclass(slots=True)
class _Child:
    job: Job
    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]
    began: float
    told_at: float | None = None
    killed: bool = False


@dataclass(slots=True)
class Children:
    """The Runner port. `environment` makes a child's from the moment at which it is started.

    After `deadline_s` a child is told to stop (SIGTERM), and `grace_s` later it is ended (SIGKILL).
    """

    most: int
    deadline_s: float
    grace_s: float
    environment: Callable[[datetime], Mapping[str, str]]
    command: Sequence[str] = COMMAND
    _children: list[_Child] = field(default_factory=list)

    def free(self) -> int:
        """See the port."""
        return self.most - len(self._children)

    def running(self) -> list[Job]:
        """See the port."""
        return [each.job for each in self._children]

    def start(self, job: Job, now: datetime) -> None:
        """See the port. Raises Blocked where the machine cannot start a process."""
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is over
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command, and names of applied specs
                [*self.command, *job.arguments],
                env=dict(self.environment(now)),
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        except OSError as error:
            errors.close()
            raise Blocked(
                f"no process can be started here: {error.strerror}", "memory, or too many processes"
            ) from error
        self._children.append(_Child(job, process, errors, time.monotonic()))

    def ended(self) -> list[Ended]:
        """See the port."""
        over = [each for each in self._children if each.process.poll() is not None]
        self._children = [each for each in self._children if each not in over]
        for each in self._children:
            self._remind(each)
        return [self._told(each) for each in over]

    def tell_all(self) -> None:
        """See the port."""
        for each in self._children:
            self._tell(each)

    def wait(self, seconds: float) -> bool:
        """See the port."""
        until = time.monotonic() + seconds
        while any(each.process.poll() is None for each in self._children):
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_S)  # noqa: TID251 - a child runs in real time, whatever the clock says
        return True

    def noticed(self, now: datetime) -> list[Noticed]:
        """See the port."""
        return []

    def _remind(self, child: _Child) -> None:
        now = time.monotonic()
        if child.told_at is None and now - child.began > self.deadline_s:
            self._tell(child)
        elif child.told_at is not None and now - child.told_at > self.grace_s and not child.killed:
            child.process.send_signal(signal.SIGKILL)
            child.killed = True

    def _tell(self, child: _Child) -> None:
        if child.told_at is None:
            child.told_at = time.monotonic()
            child.process.send_signal(signal.SIGTERM)

    def _told(self, child: _Child) -> Ended:
        size = child.errors.seek(0, 2)
        child.errors.seek(max(0, size - LAST_WORDS))
        words = child.errors.read().decode(errors="replace").strip()
        child.errors.close()
        took = time.monotonic() - child.began
        late = child.told_at is not None and child.told_at - child.began > self.deadline_s
        return Ended(child.job, child.process.returncode, words, took, late)
