"""Templates, rows and keepers for tests of the cluster."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from reconciler.cluster.access import Access, Cluster, Request
from reconciler.cluster.keeping import Keeper, Kept, Wanted, slim
from reconciler.cluster.kinds import CRONJOBS
from reconciler.cluster.manifests import Frame, Limits, Owner, cronjob
from reconciler.cluster.names import name_of, selector
from reconciler.cluster.objects import Objects
from reconciler.cluster.template import read_template
from reconciler.cluster.watching import Patience, View, Watched
from reconciler.runs.request import AppliedSchedule

TEMPLATE = b"""
metadata:
  labels: {app.kubernetes.io/name: reconciler-run}
spec:
  serviceAccountName: runner
  containers:
    - name: run
      image: registry.example.org/reconciler:1.2.3
      env: [{name: RECONCILER_HOME, value: /tmp/home}]
      resources: {requests: {cpu: 1000m, memory: 0.5Gi}, limits: {memory: 512Mi}}
"""
LIMITS = Limits(6 * 3600, 2 * 3600, 30)
SOON_S = 20.0


def frame(installation: str, namespace: str, template: bytes = TEMPLATE) -> Frame:
    """Of an installation."""
    return Frame(installation, namespace, read_template(template), LIMITS)


def schedule(
    name: str = "nightly", cron: str = "30 3 * * *", *, zone: str = "Europe/Oslo", last_day: bool = False
) -> AppliedSchedule:
    """An applied schedule."""
    return AppliedSchedule(name, cron, last_day, zone, datetime(2026, 3, 2, tzinfo=UTC))


def until(condition: Callable[[], bool], seconds: float = SOON_S) -> None:
    """Wait for it; the bound only says that it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


@dataclass
class Kitchen:
    """A keeper with its watch, on one API server, for an installation of the test's own."""

    installation: str
    cluster: Cluster
    watched: Watched
    keeper: Keeper

    @property
    def objects(self) -> Objects:
        return Objects(self.cluster, CRONJOBS)

    @property
    def frame(self) -> Frame:
        return frame(self.installation, self.cluster.namespace)

    def wanted(
        self, *schedules: AppliedSchedule, organization: str = "bergen", template: bytes = TEMPLATE
    ) -> list[Wanted]:
        """CronJobs of one organisation."""
        around = frame(self.installation, self.cluster.namespace, template)
        made = [cronjob(around, Owner(organization, f"id of {organization}"), "books", each) for each in schedules]
        return [Wanted(name_of(each), organization, "books", each) for each in made]

    def look(self, wanted: list[Wanted], organizations: tuple[str, ...] = ("bergen",)) -> Kept:
        """One look, with what the watch has seen by now."""
        until(lambda: self.watched.view().complete)
        return self.keeper.look(wanted, {name: f"id of {name}" for name in organizations}, self.watched.view())

    def until_seen(self, condition: Callable[[View], bool]) -> None:
        """Wait until the watch has seen it."""
        until(lambda: condition(self.watched.view()))

    def requests(self) -> dict[str, int]:
        """By verb, so far."""
        return dict(self.cluster.pace.counts())

    def remove(self, name: str) -> None:
        """By another hand, whatever has changed in it."""
        self.cluster.ask(Request("delete", CRONJOBS, name))

    def mine(self) -> list[str]:
        """Names of CronJobs of this installation, as the API server has them."""
        found = self.cluster.ask(Request("list", CRONJOBS, query={"labelSelector": selector(self.installation)}))
        return sorted(name_of(each) for each in found["items"])


@contextmanager
def kitchen(
    kubeconfig: Path,
    namespace: str,
    *,
    mine: Callable[[str], bool] = lambda _name: True,
    patience: Patience | None = None,
) -> Iterator[Kitchen]:
    """While the body runs; what it made is removed."""
    installation = f"test-{uuid4().hex[:8]}"
    cluster = Cluster(Access(namespace, kubeconfig))
    watched = Watched(cluster, CRONJOBS, keep=slim, patience=patience or Patience())
    objects = Objects(cluster, CRONJOBS)
    watched.start()
    found = Kitchen(installation, cluster, watched, Keeper(installation, objects, watched, mine))
    try:
        yield found
    finally:
        watched.stop()
        for name in found.mine():
            found.remove(name)
        cluster.close()
