"""Runs as pods of a stand-in whose clock is stepped: a scheduler beside CronJobs, and pods that run in this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from parts.cluster.children import expanded, variables
from parts.cluster.kubelet import Ended, Executor, Job
from parts.cluster.standing import StandIn, StepClock, standing
from parts.installation import START, WHERE, Installation
from parts.keepers import frame, until
from parts.scheduling import MORNING, WITHIN, Heard
from reconciler.cluster.access import Access, Cluster
from reconciler.cluster.jobs import Jobs
from reconciler.cluster.kinds import CRONJOBS
from reconciler.cluster.manifests import Owner, cronjob
from reconciler.cluster.names import cronjob_name
from reconciler.cluster.objects import Objects
from reconciler.controller.scheduling import Scheduling
from reconciler.database.timetable import TimetableRows
from reconciler.schedules.due import left_over
from reconciler.wiring import database

BEFORE = MORNING - timedelta(minutes=30)
NAME = "local"
RUNS = "select state, trigger, occurrence, problem from reconciler.runs order by started_at, fence"


@dataclass
class Clustered:
    """A scheduler, a cluster, and what was heard; `look` after something happened in the cluster."""

    here: Installation
    cluster: StandIn
    jobs: Jobs
    heard: Heard
    scheduling: Scheduling
    folder: Path

    @property
    def now(self) -> datetime:
        return self.cluster.clock.now()

    def look(self, after: timedelta = timedelta(0)) -> list[str]:
        """One look when the watch has seen everything, so long after the cluster's time: what was told."""
        before = len(self.heard.events)
        until(lambda: self._seen("jobs", self.jobs._jobs) and self._seen("pods", self.jobs._pods))
        self.scheduling.tick(self.now + after)
        return self.heard.events[before:]

    def _seen(self, plural: str, watched) -> bool:
        there = {
            each["metadata"]["name"]: each["metadata"]["resourceVersion"] for each in self.cluster.hand.list(plural)
        }
        view = watched.view()
        held = {name: each["metadata"]["resourceVersion"] for name, each in view.objects.items()}
        return view.complete and held == there

    def again(self) -> "Clustered":
        """Another controller, with nothing of this one's memory."""
        access = Access(self.cluster.namespace, self.cluster.kubeconfig(self.folder))
        return made(self.here, self.cluster, Cluster(access), self.folder)

    def schedule(self, cron: str = "30 3 * * 1-5") -> str:
        """The CronJob of the applied schedule; its name."""
        [(name,)] = self.here.sql("select name from reconciler.schedules")
        self.here.sql("update reconciler.schedules set cron = %s, applied_at = %s", cron, BEFORE)
        [timed] = self.scheduling.timetable.timed(self.now)
        owner = Owner(timed.organization, timed.organization_id)
        wanted = cronjob(frame(NAME, self.cluster.namespace), owner, WHERE[1], timed.schedules[0])
        Objects(self.jobs.cluster, CRONJOBS).introduce(wanted)
        return cronjob_name(NAME, WHERE[0], name)

    def pods(self) -> Executor:
        """A pod's command, carried out in this process at the cluster's time."""
        return self.run_by(self.here)

    def run_by(self, here: Installation) -> Executor:
        def carried(job: Job) -> Ended:
            container = job.pod["spec"]["containers"][0]
            words = [expanded(word, variables(job, container)) for word in container["args"]]
            at = (self.now - START) / timedelta(minutes=1)
            code = replace(here, at=at).run(*words)
            return Ended(code, "Error" if code else "Completed")

        return carried

    def carry_out(self, executor: Executor | None = None) -> None:
        self.cluster.run_pods(executor or self.pods())

    def runs(self) -> list[tuple]:
        return self.here.sql(RUNS)


def made(here: Installation, cluster: StandIn, access: Cluster, folder: Path) -> Clustered:
    jobs = Jobs(access, lambda: frame(NAME, cluster.namespace), NAME)
    heard, timetable = Heard(), TimetableRows(database(here.settings), here.settings.installation)
    world = here.world()
    scheduling = Scheduling(world, timetable, jobs, heard, WITHIN, question=left_over)
    return Clustered(here, cluster, jobs, heard, scheduling, folder)


@contextmanager
def clustered(here: Installation, folder: Path, at: datetime = BEFORE) -> Iterator[Clustered]:
    with standing(StandIn(clock=StepClock(at))) as cluster:
        found = made(here, cluster, Cluster(Access(cluster.namespace, cluster.kubeconfig(folder))), folder)
        with found.jobs:
            yield found


Begin = Callable[[], Clustered]
