"""`reconciler scheduler`: starts the runs that are due on this machine, and says what became of each."""

import json
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.cli.stopping import told_to_stop

if TYPE_CHECKING:
    from reconciler.controller.scheduling import Scheduling
    from reconciler.runs.timetable import Ended, Ending, Job

POLL_S = 1.0
STAGED_S = 60.0
CHILD_S = 0.2
"""A look at each second; on a staged clock, where waiting costs nothing, at each minute."""
STYLES = {"done": "", "again": "yellow", "failed": "bold red", "left": "yellow"}
WORDS = {"again": "tried again later: ", "left": "left: ", "failed": "failed: ", "done": ""}


@click.command("scheduler")
@click.option("--once", is_flag=True, help="Start what is due now, wait until it has ended, and stop.")
@click.option("--for", "seconds", type=click.IntRange(1), default=None, help="Stop after so many seconds.")
@format_option
@click.pass_obj
def command(context: Context, *, once: bool, seconds: int | None, form: str) -> int:
    """Start the runs that are due by the applied schedules, and those that somebody asked for, on this machine.

    It goes on until it is stopped (Ctrl-C, SIGTERM): then it starts nothing more, and lets runs end. `reconciler
    controller` does the same beside applying what is merged; in a cluster, CronJobs start runs, and this must not.
    """
    from reconciler.controller.scheduling import Scheduling
    from reconciler.wiring.starting import children, place, timetable

    settings, world = context.formatted(form).settings, context.world
    runner, told = children(settings), _Printed(context)
    within = timedelta(seconds=settings.start_within_s)
    scheduling = Scheduling(world, timetable(settings), runner, told, within, place=place(), book=world.chores)
    stopping = context.stopping
    with told_to_stop(stopping, (signal.SIGINT, signal.SIGTERM)):
        told.say("looks for what is due" + (" once" if once else "; Ctrl-C stops it"), {"event": "begun"})
        if once:
            _once(scheduling, stopping)
        else:
            _keep(context, scheduling, stopping, seconds)
        scheduling.stop(settings.stop_grace_s)
    told.closing()
    return 0


def _once(scheduling: "Scheduling", stopping: Event) -> None:
    """Until a look starts nothing and nothing is under way: more may be due than may run at once."""
    while not stopping.is_set():
        scheduling.tick(scheduling.world.clock.now())
        if not scheduling.runner.running() and not scheduling.crowded:
            return
        scheduling.runner.wait(CHILD_S)


def _keep(context: Context, scheduling: "Scheduling", stopping: Event, seconds: int | None) -> None:
    clock = scheduling.world.clock
    until = clock.now() + timedelta(seconds=seconds) if seconds else None
    while not stopping.is_set() and (until is None or clock.now() < until):
        scheduling.tick(clock.now())
        if scheduling.runner.running():
            scheduling.runner.wait(CHILD_S)
        elif context.settings.clock_start:
            clock.wait(STAGED_S)
        else:
            stopping.wait(POLL_S)


@dataclass(slots=True)
class _Printed:
    """The Told port, as lines: for people, or one JSON object each. Each is written at once."""

    context: Context
    count: int = 0
    failures: int = 0
    last: str = ""

    def started(self, job: "Job", late_s: float) -> None:
        """See the port."""
        self.count, self.last = self.count + 1, ""
        late = f", {_span(late_s)} late" if late_s >= POLL_S * 2 else ""
        self.say(
            f"{_name(job)}  started{_for(job)}{late}", {"event": "started", "late_s": round(late_s, 3)} | _data(job)
        )

    def ended(self, ended: "Ended", ending: "Ending", outcome: str) -> None:
        """See the port."""
        self.failures += ending == "failed"
        text = f"{_name(ended.job)}  {WORDS[ending]}{outcome or 'done'} ({_span(ended.seconds)})"
        found = {"event": "ended", "ending": ending, "outcome": outcome, "exit": ended.code}
        self.say(text, found | {"seconds": round(ended.seconds, 3)} | _data(ended.job), STYLES[ending])

    def missed(self, organization: str, integration: str, times: int) -> None:
        """See the port."""
        where = {"organization": organization, "integration": integration}
        text = f"{organization}/{integration}  {counted(times, 'scheduled time was', 'scheduled times were')} missed"
        self.say(text, {"event": "missed", "times": times} | where, "yellow")

    def trouble(self, organization: str, integration: str, problem: str) -> None:
        """See the port. What stays as it is is said once."""
        where = f"{organization}/{integration}  " if organization else ""
        if (text := f"{where}nothing is started: {problem}") != self.last:
            self.last = text
            found = {"event": "trouble", "organization": organization, "integration": integration, "problem": problem}
            self.say(text, found, "bold red")

    def closing(self) -> None:
        """The last line."""
        failed = f", {self.failures} of them failed" if self.failures else ""
        text = f"stopped: {self.count} started{failed}" if self.count else "stopped: nothing was due"
        self.say(text, {"event": "stopped", "started": self.count, "failed": self.failures})

    def say(self, text: str, found: dict[str, Any], style: str = "") -> None:
        """One line, in the form that was asked for."""
        now = self.context.world.clock.now()
        if self.context.json:
            click.echo(json.dumps({"at": now.isoformat()} | found, ensure_ascii=False))
        else:
            self.context.say(f"{_clock(now)}  {text}", style)


def _clock(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H:%M:%S %Z}"


def _name(job: "Job") -> str:
    where = f"{job.organization}/{job.integration}".strip("/")
    return {"sync": where, "requests": "requests", "chores": f"{where} nightly chores"}[job.kind]


def _for(job: "Job") -> str:
    return f" for {job.occurrence:%Y-%m-%d %H:%M %Z}" if job.occurrence else ""


def _data(job: "Job") -> dict[str, Any]:
    return {
        "kind": job.kind,
        "organization": job.organization,
        "integration": job.integration,
        "occurrence": job.occurrence.isoformat() if job.occurrence else None,
        "run": str(job.run) if job.run else None,
    }


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
