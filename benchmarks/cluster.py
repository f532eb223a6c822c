"""CronJobs of many schedules: applied for the first time, applied anew, and a look at which nothing has changed.

On the cluster that RECONCILER_TEST_KUBECONFIG names (its namespace in RECONCILER_TEST_NAMESPACE), else on the API
server of the tests in a process of its own, whose work is then most of it. Beside `kubectl apply --server-side` of the
same manifests, where there is a kubectl. Ratios in one run; the pace of a controller (50 requests a second) is left
out, and said.

python benchmarks/cluster.py [CRONJOBS]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from parts.keepers import TEMPLATE, frame, schedule, until

from reconciler.cluster.access import Access, Cluster, Request
from reconciler.cluster.keeping import Keeper, Kept, Wanted, slim
from reconciler.cluster.kinds import CRONJOBS
from reconciler.cluster.manifests import Frame, Owner, cronjob
from reconciler.cluster.names import name_of, selector
from reconciler.cluster.objects import Objects
from reconciler.cluster.pace import A_SECOND, AT_ONCE, Pace
from reconciler.cluster.watching import Watched

MOST = 1000
PATIENCE_S = 600.0


@contextmanager
def place(folder: Path) -> Iterator[tuple[Path, str]]:
    """A kubeconfig and a namespace."""
    if found := os.environ.get("RECONCILER_TEST_KUBECONFIG"):
        yield Path(found), os.environ.get("RECONCILER_TEST_NAMESPACE", "default")
        return
    tests = Path(__file__).parents[1] / "tests"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command = [sys.executable, "-m", "parts.cluster", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as standin:
        assert standin.stdout is not None
        try:
            yield Path(standin.stdout.readline().strip()), "reconciler"
        finally:
            standin.terminate()


def wanted(around: Frame, count: int) -> list[Wanted]:
    """One CronJob for each of so many organisations."""
    found = []
    for number in range(count):
        owner = Owner(f"organisation-{number}", str(number))
        made = cronjob(around, owner, "books", schedule(cron=f"{number % 60} 3 * * *"))
        found.append(Wanted(name_of(made), owner.name, "books", made))
    return found


def timed(what: str, cluster: Cluster, do: Callable[[], Kept | None]) -> float:
    """Do it, and say how long it took and what was asked."""
    before, began = cluster.pace.counts(), time.perf_counter()
    kept = do()
    took = time.perf_counter() - began
    asked = ", ".join(f"{count} {verb}" for verb, count in sorted((cluster.pace.counts() - before).items()))
    done = f"{len(kept.happened)} done" if kept else ""
    print(f"{what:34} {took:8.2f} s   {asked or 'nothing asked':32} {done}")
    return took


def ours(kubeconfig: Path, namespace: str, count: int) -> float:
    """The keeper: seconds of the first apply."""
    installation = f"bench-{uuid4().hex[:8]}"
    known = {f"organisation-{number}": str(number) for number in range(count)}
    first = wanted(frame(installation, namespace), count)
    other = wanted(frame(installation, namespace, TEMPLATE.replace(b"1.2.3", b"1.2.4")), count)
    cluster = Cluster(Access(namespace, kubeconfig), Pace(1e6, 1e6))
    objects = Objects(cluster, CRONJOBS)

    def process() -> tuple[Watched, Keeper]:
        watched = Watched(cluster, CRONJOBS, keep=slim)
        watched.start()
        until(lambda: watched.view().complete, PATIENCE_S)
        return watched, Keeper(installation, objects, watched, lambda _name: True)

    watched, keeper = process()
    took = timed(f"first apply of {count}", cluster, lambda: keeper.look(first, known, watched.view()))
    timed("another template", cluster, lambda: keeper.look(other, known, watched.view()))
    timed("a look, nothing changed", cluster, lambda: keeper.look(other, known, watched.view()))
    watched.stop()

    def anew() -> Kept:
        fresh, another = process()
        try:
            return another.look(other, known, fresh.view())
        finally:
            fresh.stop()

    timed("a new process, nothing changed", cluster, anew)
    found = cluster.ask(Request("list", CRONJOBS, query={"labelSelector": selector(installation)}))
    for each in found["items"]:
        cluster.ask(Request("delete", CRONJOBS, name_of(each)))
    cluster.close()
    print(
        f"{'at the pace of a controller':34} {max(0.0, count - AT_ONCE) / A_SECOND:8.2f} s   for either apply, at least"
    )
    return took


def theirs(kubeconfig: Path, namespace: str, count: int, folder: Path) -> float:
    """kubectl with the same manifests: seconds of the first apply."""
    made = [each.made for each in wanted(frame(f"bench-{uuid4().hex[:8]}", namespace), count)]
    file = folder / "all.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": made}))
    took = []
    for what in ("kubectl, first", "kubectl, nothing changed"):
        began = time.perf_counter()
        command = [str(shutil.which("kubectl")), "--kubeconfig", str(kubeconfig), "--namespace", namespace]
        apply = ["apply", "--server-side", "--validate=false", "-f", str(file)]
        subprocess.run([*command, *apply], check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
        print(f"{what:34} {took[-1]:8.2f} s")
    subprocess.run([*command, "delete", "-f", str(file), "--wait=false"], check=True, stdout=subprocess.DEVNULL)
    return took[0]


def main(count: int) -> None:
    """Both, and their ratio."""
    with tempfile.TemporaryDirectory() as name, place(Path(name)) as (kubeconfig, namespace):
        took = ours(kubeconfig, namespace, count)
        if shutil.which("kubectl"):
            other = theirs(kubeconfig, namespace, count, Path(name))
            print(f"the first apply takes {took / other:.2f} of kubectl's time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MOST)
