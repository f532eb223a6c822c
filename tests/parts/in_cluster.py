"""A controller's thread `cluster` in this process: real rows, and an API server that keeps what it makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Thread

from parts.cluster.standing import StandIn
from parts.followed import Followed
from reconciler.cluster.access import Access, Cluster
from reconciler.cluster.names import cronjob_name, marks_name
from reconciler.cluster.watching import Patience
from reconciler.controller.keeping import Ground, Keeping, Looked
from reconciler.controller.pulse import Pulse, Wake
from reconciler.database.high_marks import HighMarks
from reconciler.settings import NamedCluster
from reconciler.wiring import database, world
from reconciler.wiring.cluster import frame
from reconciler.wiring.starting import timetable

TEMPLATE = """
spec:
  containers: [{name: run, image: "registry.example.org/reconciler:1.2.3"}]
"""


@dataclass
class InCluster:
    """One replica's loop, moved by rounds, and its thread of the cluster, which runs."""

    one: Followed
    standin: StandIn
    template: Path
    pulse: Pulse = field(default_factory=Pulse)
    looks: list[Looked] = field(default_factory=list)

    def name(self, organization: str, schedule: str) -> str:
        return cronjob_name(self.one.settings.installation, organization, schedule)

    def marks(self, organization: str) -> str:
        return marks_name(self.one.settings.installation, organization)

    def until_kept(self, *names: str) -> list[dict]:
        """The CronJobs, as soon as there are exactly these."""
        wanted = sorted(names)
        return self.standin.until(
            "cronjobs", lambda found: sorted(each["metadata"]["name"] for each in found) == wanted
        )


@contextmanager
def in_cluster(
    one: Followed, standin: StandIn, folder: Path, *, kubeconfig: Path | None = None, patience: Patience | None = None
) -> Iterator[InCluster]:
    """While the body runs, the thread does."""
    folder.mkdir(exist_ok=True)
    template = folder / "runner.yaml"
    if not template.exists():
        template.write_text(TEMPLATE)
    file = kubeconfig or standin.kubeconfig(folder)
    named = NamedCluster(standin.namespace, file, template)
    settings = replace(one.settings, runs="cluster", cluster=named)
    found = InCluster(one, standin, template)
    ground = Ground(
        world(settings, one.clock), timetable(settings), HighMarks(database(settings)).marks, partial(frame, settings),
        Cluster(Access(standin.namespace, file)), one.shards.mine, found.looks.append, patience or Patience(),
    )  # fmt: skip
    keeping, wake = Keeping(ground, settings.installation), Wake()
    one.reported.append(keeping)
    thread = Thread(target=keeping.run, args=(wake, found.pulse), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        wake.stop()
        thread.join(30)
        one.reported.remove(keeping)
        assert not thread.is_alive()
