"""Starts what is due of our organisations: on this machine all of it, in a cluster what CronJobs do not start."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.scheduling import Scheduling
from reconciler.runs.timetable import Ended, Ending, Job

READER = "scheduler"
ROUND_S = 1.0
log = logging.getLogger(__name__)


class Starting:
    """The scheduler as one of the controller's threads; children get `grace_s` to end when it stops. `around` is open
    while it is at work.
    """

    def __init__(
        self, scheduling: Scheduling, grace_s: float, around: AbstractContextManager[object] | None = None
    ) -> None:
        self._scheduling, self._grace_s = scheduling, grace_s
        self._around = around or nullcontext()

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Look every second until somebody says stop."""
        with self._around:
            while not wake.stopping:
                self._scheduling.tick(self._scheduling.world.clock.now())
                pulse.beat(READER)
                wake.wait(ROUND_S, READER)
            self._scheduling.stop(self._grace_s)


def _nobody(_organization: str, _said: str) -> None:
    """Where nobody but the log hears of failures."""


class Logged:
    """The Told port, as lines of the log; `began_late` hears of each run's lateness in seconds, `failed` of each run
    that failed and of times that went by, as an organisation and a sentence.
    """

    def __init__(self, began_late: Callable[[float], None], failed: Callable[[str, str], None] = _nobody) -> None:
        self._began_late, self._failed = began_late, failed
        self._last = ""

    def started(self, job: Job, late_s: float) -> None:
        """See the port."""
        self._last = ""
        if job.kind == "sync":
            self._began_late(late_s)
        log.info("%s started", _name(job), extra=_extra(job))

    def ended(self, ended: Ended, ending: Ending, outcome: str) -> None:
        """See the port."""
        level = logging.ERROR if ending == "failed" else logging.INFO
        log.log(level, "%s %s: %s", _name(ended.job), ending, outcome, extra=_extra(ended.job))
        if ended.job.organization and (ending == "failed" or outcome.partition(":")[0] == "failed"):
            self._failed(ended.job.organization, f"{_name(ended.job)}: {outcome}")

    def missed(self, organization: str, integration: str, times: int) -> None:
        """See the port."""
        log.warning("%s/%s missed %s scheduled times", organization, integration, times)
        self._failed(organization, f"{organization}/{integration}: {times} scheduled times were missed")

    def trouble(self, organization: str, integration: str, problem: str) -> None:
        """See the port. What stays as it is is said once."""
        if (text := f"{organization}/{integration}: {problem}") != self._last:
            self._last = text
            log.error("nothing is started: %s", text)


def _name(job: Job) -> str:
    return f"{job.kind} {job.organization}/{job.integration}".rstrip("/ ")


def _extra(job: Job) -> dict[str, str]:
    found = {"organization": job.organization, "integration": job.integration}
    return found | ({"run": str(job.run)} if job.run else {})
