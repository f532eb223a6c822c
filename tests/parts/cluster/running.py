"""The cluster's own life: controllers that are stepped, pods that are run, or all of it in real time."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from parts.cluster.cronjobs import CRON_JOBS, CronJobs
from parts.cluster.jobs import Jobs
from parts.cluster.kinds import KINDS
from parts.cluster.kubelet import Executor, Kubelet
from parts.cluster.storage import Object

IDLE_S = 1.0
"""How long controllers rest at most: time passes also where nothing changes."""
ROUNDS = 50
"""More rounds of pods than any backoff limit allows: one that goes on is a mistake of the test."""


@dataclass(slots=True)
class Life:
    """The controllers and the machines of one cluster."""

    cron_jobs: CronJobs
    jobs: Jobs
    kubelet: Kubelet
    now: Callable[[], datetime]
    set_clock: Callable[[datetime], None]
    folder: Path | None = None

    def settle(self) -> None:
        """One pass of all controllers at the present time."""
        with self.cron_jobs.store.lock:
            self.jobs.look(self.now())
            self.cron_jobs.look(self.now())
            self.jobs.look(self.now())
            self._finish_namespaces()

    def step(self, to: datetime, executor: Executor | None = None, *, one_look: bool = False) -> None:
        """Walk to an instant, stopping wherever something is due. `one_look`: the controllers slept until then."""
        assert to.tzinfo, "an instant knows its zone"
        while not one_look and (at := self._next(to)):
            self.set_clock(at)
            self._pass(executor)
        self.set_clock(to)
        self._pass(executor)

    def run_pods(self, executor: Executor) -> None:
        """Run every pod that waits, one after another, until none is left that may start now."""
        for _ in range(ROUNDS):
            self.settle()
            waiting = [pod for pod in self.kubelet.pending() if not pod["status"].get("containerStatuses")]
            if not waiting:
                return
            for pod in waiting:
                self.kubelet.run(pod, executor, self._folder(pod))
        raise AssertionError("the pods do not come to an end")

    def fire(self, namespace: str, name: str, at: datetime) -> Object:
        """The Job of that scheduled time, now and whatever the schedule says."""
        found = self.cron_jobs.store.get(CRON_JOBS, (namespace, name))
        assert found, f"there is no CronJob {name}"
        return self.cron_jobs.fire(found, at)

    @contextmanager
    def living(self, executor: Executor | None = None, every_s: float = 0.2) -> Iterator[None]:
        """In real time: controllers look after what changed, and each pod runs in a thread of its own.

        Without an executor there are no machines: pods stay Pending.
        """
        over, threads, begun = threading.Event(), [], set()

        def start(pod: Object, executor: Executor) -> None:
            begun.add(pod["metadata"]["uid"])
            threads.append(threading.Thread(target=self.kubelet.run, args=(pod, executor, self._folder(pod))))
            threads[-1].start()

        def live() -> None:
            looked, at = -1, 0.0
            while not over.wait(every_s):
                if looked == self.cron_jobs.store.revision and time.monotonic() < at + IDLE_S:
                    continue
                self.settle()
                looked, at = self.cron_jobs.store.revision, time.monotonic()
                for pod in self.kubelet.pending():
                    if executor and pod["metadata"]["uid"] not in begun:
                        start(pod, executor)

        living = threading.Thread(target=live)
        living.start()
        try:
            yield
        finally:
            over.set()
            living.join()
            self.kubelet.gone.update(begun)  # what still runs is killed
            for thread in threads:
                thread.join()

    def _pass(self, executor: Executor | None) -> None:
        self.settle()
        if executor:
            self.run_pods(executor)

    def _next(self, to: datetime) -> datetime | None:
        found = [self.cron_jobs.next_after(self.now(), to), self.jobs.next_after(self.now(), to)]
        return min((at for at in found if at), default=None)

    def _folder(self, pod: Object) -> Path:
        self.folder = self.folder or Path(tempfile.mkdtemp(prefix="pods-"))
        made = self.folder / pod["metadata"]["uid"]
        made.mkdir(parents=True)
        return made

    def _finish_namespaces(self) -> None:
        """What a namespace that was deleted holds goes with it, and then the namespace."""
        namespaces, store = KINDS["/api/v1", "namespaces"], self.cron_jobs.store
        for one in store.objects(namespaces):
            if one["metadata"].get("deletionTimestamp"):
                name = one["metadata"]["name"]
                for kind in {
                    kind.place: kind for kind in KINDS.values() if kind.namespaced and not kind.stored
                }.values():
                    for held in store.objects(kind, name):
                        store.remove(kind, (name, held["metadata"]["name"]))
                store.remove(namespaces, ("", name))
