"""The Runner port on Kubernetes Jobs: makes those for what is asked for, and tells how all of ours ended.

What runs and what ended is read from the cluster, never remembered: a controller that is started again goes on. What
is remembered is only what was told already; forgetting it costs a statement that changes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from reconciler.cluster import names
from reconciler.cluster.access import Cluster, Request
from reconciler.cluster.endings import Gone, Over, gone, held_up, moment, over
from reconciler.cluster.job_manifests import job_manifest, job_of, next_name, owned, slim_job, slim_pod
from reconciler.cluster.kinds import CRONJOBS, JOBS, PODS
from reconciler.cluster.manifests import AGAIN, Frame, job_template
from reconciler.cluster.names import Object, is_marked, name_of
from reconciler.cluster.objects import Objects
from reconciler.cluster.watching import Patience, Watched
from reconciler.errors import Blocked, ClusterDown, ClusterRefused, UsageError
from reconciler.runs.timetable import Ended, Job, Noticed
from reconciler.schedules.jobs import EPOCH, job_name

MOST = 100
"""So many Jobs that were asked for at once; the cluster decides how many pods it carries."""
CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
"""The label by which a pod knows which Job made it (since Kubernetes 1.27)."""


@dataclass(slots=True)
class _Known:
    """What was told of a Job already."""

    over: bool = False
    begun: bool = False
    pods: set[str] = field(default_factory=set)
    held: str = ""


@dataclass(slots=True)
class Jobs:
    """The Runner port in a cluster, of the organisations that are `mine`; `frame` reads the template of a run anew.

    Raises ClusterDown and ClusterRefused; ClusterDown too where what runs is asked for, and the Jobs are not completely
    seen: unread is not empty.
    """

    cluster: Cluster
    frame: Callable[[], Frame]
    installation: str
    mine: Callable[[str], bool] = lambda _organization: True
    patience: Patience = field(default_factory=Patience)
    _jobs: Watched = field(init=False)
    _pods: Watched = field(init=False)
    _gone: deque[tuple[str, Gone]] = field(default_factory=deque, init=False)
    _known: dict[str, _Known] = field(default_factory=dict, init=False)
    _came: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        selector = names.selector(self.installation)
        self._jobs = Watched(self.cluster, JOBS, selector, keep=slim_job, patience=self.patience)
        self._pods = Watched(self.cluster, PODS, selector, keep=self._heard_of, patience=self.patience)

    def __enter__(self) -> Self:
        """Begin to look at the cluster."""
        self._jobs.start()
        self._pods.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more; what runs goes on."""
        self._jobs.stop()
        self._pods.stop()
        self.cluster.close()

    # The port ---------------------------------------------------------------------------------------------------------

    def free(self) -> int:
        """See the port."""
        return MOST - sum(over(each) is None for each in self._ours() if _asked(each))

    def running(self) -> list[Job]:
        """See the port: those that CronJobs started too."""
        view = self._jobs.view()
        if not view.complete:
            raise ClusterDown(view.trouble.message if view.trouble else "the Jobs of the cluster are not all seen yet")
        return [_of(each) for each in self._ours() if over(each) is None]

    def start(self, job: Job, now: datetime) -> None:
        """See the port. Whoever else makes the same Job is as welcome as we are."""
        owner = owned(self._cronjobs(job), self.installation, job.organization, job.integration)
        name = self._name(job, owner)
        if name in self._jobs.view().objects:
            return
        template = owner["spec"]["jobTemplate"] if owner is not None else self._template(job)
        try:
            self._jobs.put(Objects(self.cluster, JOBS).create(job_manifest(name, job, template, owner)))
        except ClusterRefused as error:
            if error.reason != "conflict":
                raise

    def tell_all(self) -> None:
        """See the port. Nobody is told: pods end by themselves, or when their node says so."""

    def wait(self, seconds: float) -> bool:
        """See the port. There is nothing to wait for: what is under way goes on without us."""
        return True

    def ended(self) -> list[Ended]:
        """See the port. Of what is not completely seen, what is seen."""
        self._forget()
        found = self._ours()
        vanished = self._vanished(found) if self._jobs.view().complete else ()
        return [*vanished, *(told for each in found for told in self._ended(each))]

    def noticed(self, now: datetime) -> list[Noticed]:
        """See the port: Jobs that CronJobs began since the last call, and those that do not get to run."""
        if not self._jobs.view().complete:
            return []
        found = self._ours()
        held = list(self._held_up(found, now)) if self._pods.view().complete else []
        return [*self._begun(found), *held]

    # What there is ----------------------------------------------------------------------------------------------------

    def _ours(self) -> list[Object]:
        """Jobs with our mark, of our organisations; the selector of a watch is nobody's promise."""
        marked = [each for each in self._jobs.view().objects.values() if is_marked(each, self.installation)]
        return [each for each in marked if self.mine(names.annotation(each, names.ORGANIZATION))]

    def _pods_of(self, found: Object) -> list[Object]:
        """Those of a Job that still are there; none where we may not look, for then the Job itself says enough."""
        return [each for each in self._pods.view().objects.values() if _maker(each) == _uid(found)]

    def _heard_of(self, pod: Object) -> Object:
        """Called for each news of a pod: one that is gone again before the next look was heard of all the same."""
        if (told := gone(pod)) is not None:
            self._gone.append((_maker(pod), told))
        return slim_pod(pod)

    def _about(self, found: Object) -> _Known:
        return self._known.setdefault(_uid(found), _Known())

    def _forget(self) -> None:
        there = {_uid(each) for each in self._jobs.view().objects.values()}
        self._known = {uid: known for uid, known in self._known.items() if uid in there}

    # How they ended ---------------------------------------------------------------------------------------------------

    def _vanished(self, found: Sequence[Object]) -> Iterator[Ended]:
        """Pods that are over: Kubernetes takes the next one or gives up, and that is not their run's to say."""
        makers = {_uid(each): each for each in found}
        for _ in range(len(self._gone)):
            maker, pod = self._gone.popleft()
            if (job := makers.get(maker)) is None:
                continue
            if pod.uid not in (told := self._about(job).pods):
                told.add(pod.uid)
                yield Ended(replace(_of(job), run=_uuid(pod.uid)), AGAIN, problem="" if pod.again else pod.reason)

    def _ended(self, found: Object) -> Iterator[Ended]:
        known, outcome = self._about(found), over(found, self._pods_of(found))
        if outcome is not None and not known.over:
            known.over = True
            yield self._over(found, outcome, known)

    def _over(self, found: Object, outcome: Over, known: _Known) -> Ended:
        began = moment((found.get("status") or {}).get("startTime"))
        seconds = (outcome.at - began).total_seconds() if began is not None and outcome.at is not None else 0.0
        if outcome.outcome == "done":
            return Ended(_of(found), 0, seconds=seconds)
        before = f"; before that {known.held}" if known.held and known.held not in outcome.reason else ""
        problem = f"{outcome.reason}{before} (Job {name_of(found)})"
        return Ended(_of(found), 1, seconds=seconds, late=outcome.late, problem=problem)

    # What is news -----------------------------------------------------------------------------------------------------

    def _begun(self, found: Sequence[Object]) -> Iterator[Noticed]:
        """How late Kubernetes made a Job. What was there when we came is nobody's news."""
        for each in found:
            known, job, made = self._about(each), _of(each), moment(each["metadata"].get("creationTimestamp"))
            if self._came and not known.begun and not _asked(each) and job.occurrence is not None and made is not None:
                yield Noticed(job, (made - job.occurrence).total_seconds())
            known.begun = True
        self._came = True

    def _held_up(self, found: Sequence[Object], now: datetime) -> Iterator[Noticed]:
        """What keeps a Job from running, each thing once."""
        for each in found:
            known, problem = self._about(each), held_up(each, self._pods_of(each), now)
            if problem and problem != known.held:
                yield Noticed(_of(each), problem=f"{problem} (Job {name_of(each)})")
            if over(each) is None:
                known.held = problem

    # Making one -------------------------------------------------------------------------------------------------------

    def _cronjobs(self, job: Job) -> Iterable[Object]:
        """Those of its integration, as they stand in the cluster."""
        if not job.integration:
            return []
        labels = names.labels(self.installation, job.organization, job.integration)
        selector = ",".join(f"{name}={value}" for name, value in labels.items())
        found = self.cluster.ask(Request("list", CRONJOBS, query={"labelSelector": selector}))
        return [each for each in found.get("items") or () if isinstance(each, dict)]

    def _name(self, job: Job, owner: Object | None) -> str:
        stem = names.asked_name(self.installation, job.kind, job.organization, job.integration)
        if job.occurrence is not None:  # the run reads it from the name, also where the CronJob is away
            return job_name(name_of(owner) if owner is not None else stem, job.occurrence)
        return next_name(stem, self._jobs.view().objects)

    def _template(self, job: Job) -> Object:
        try:
            return job_template(self.frame(), job.organization, job.integration, ())
        except UsageError as error:
            raise Blocked(error.message, error.hint) from error


def _of(found: Object) -> Job:
    return job_of(found, moment(found["metadata"].get("creationTimestamp")) or EPOCH)


def _asked(found: Object) -> bool:
    """Whether the controller made it."""
    return names.KIND in (found["metadata"].get("labels") or {})


def _uid(found: Object) -> str:
    return str(found["metadata"].get("uid", ""))


def _maker(pod: Object) -> str:
    return str((pod["metadata"].get("labels") or {}).get(CONTROLLER_UID, ""))


def _uuid(text: str) -> UUID | None:
    """A pod's uid is one; anything else names no run."""
    try:
        return UUID(text)
    except ValueError:
        return None
